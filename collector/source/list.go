package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/steadytop/steadytop/internal/safesocket"
	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// ProbeTimeout is how long List waits for each socket. They are asked at the
// same time, a few at once.
const ProbeTimeout = 200 * time.Millisecond

// probes is how many sockets are asked at once.
const probes = 16

// ServiceInfo describes a running service. Its JSON form is an element of what
// `steadytop ls --json` prints. All texts but Path are safe to show.
type ServiceInfo struct {
	Name          string             `json:"name"`
	PID           int                `json:"pid"`
	Socket        string             `json:"socket"`
	Metrics       string             `json:"metrics"` // host:port, "" when off
	UptimeSeconds float64            `json:"uptime_seconds"`
	Version       string             `json:"version"`
	Host          string             `json:"host"`
	User          string             `json:"user"` // who serves it; a number where it has no name
	Instance      telemetry.Instance `json:"instance"`
	Actors        int                `json:"actors"`
	Channels      int                `json:"channels"`
	Path          string             `json:"-"` // of the socket as it is; not safe to show
}

// Skipped is a socket that is of no use, or a folder of them.
type Skipped struct {
	Socket string `json:"socket"` // safe to show
	Reason string `json:"reason"` // in words
	Err    error  `json:"-"`
}

// List finds the services on this machine that this user may look at, sorted
// by name and pid, and says what it left out and why. It blocks until all
// answered, at most ProbeTimeout for each few, or until ctx ends, which is its
// only error.
func List(ctx context.Context) ([]ServiceInfo, []Skipped, error) {
	answers := ask(ctx, safesocket.Scan(), ProbeTimeout)
	if ctx.Err() != nil {
		return nil, nil, fmt.Errorf("source: list: %w", context.Cause(ctx))
	}
	found, skipped := sortOut(answers)
	return found, skipped, nil
}

// answer is what came of asking one socket: info, or err.
type answer struct {
	socket safesocket.Socket
	info   *ServiceInfo
	err    error
	waited time.Duration // at most
}

// ask asks all sockets who serves them.
func ask(ctx context.Context, sockets []safesocket.Socket, timeout time.Duration) []answer {
	answers := make([]answer, len(sockets))
	var wg sync.WaitGroup
	room := make(chan struct{}, probes)
	for i, s := range sockets {
		a := &answers[i]
		*a = answer{socket: s, err: s.Skip, waited: timeout}
		if s.Skip != nil {
			continue
		}
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			ctx, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			a.info, a.err = probe(ctx, s.Path)
		})
	}
	wg.Wait()
	return answers
}

// sortOut parts the services from what is of no use.
func sortOut(answers []answer) ([]ServiceInfo, []Skipped) {
	var found []ServiceInfo
	var skipped []Skipped
	for _, a := range answers {
		if a.info != nil {
			found = append(found, *a.info)
			continue
		}
		path := safetext.Clean(a.socket.Path, maxReason)
		skipped = append(skipped, Skipped{Socket: path, Reason: reason(a.err, a.waited), Err: a.err})
	}
	slices.SortFunc(found, func(a, b ServiceInfo) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), a.PID-b.PID, strings.Compare(a.Path, b.Path))
	})
	return found, skipped
}

// probe asks the service at a socket who it is.
func probe(ctx context.Context, path string) (*ServiceInfo, error) {
	info := &ServiceInfo{Path: path, Socket: safetext.Clean(path, maxReason)}
	c := NewClient(func(ctx context.Context) (net.Conn, error) {
		conn, err := safesocket.Dial(ctx, path)
		if err == nil {
			if cred, ok := safesocket.PeerCred(conn); ok {
				info.User = userName(cred.UID)
			}
		}
		return conn, err
	}, wire.Limits{})
	defer func() { _ = c.Close() }()
	t, err := c.Topology(ctx)
	if err != nil {
		return nil, err
	}
	info.Name, info.PID, info.Metrics, info.Version, info.Host = t.Service, t.PID, t.Metrics, t.Version, t.Host
	info.Instance, info.Actors, info.Channels = t.Instance, len(t.Actors), len(t.Channels)
	if !t.Start.IsZero() {
		info.UptimeSeconds = max(0, time.Since(t.Start).Seconds())
	}
	return info, nil
}

// userName returns the name of a user, or its number.
func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return safetext.Clean(u.Username, maxName)
	}
	return id
}

// reason says in words why a socket is of no use.
func reason(err error, timeout time.Duration) string {
	var limit *wire.LimitError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer within %v", timeout)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens there any more"
	case errors.Is(err, fs.ErrNotExist):
		return "gone meanwhile"
	case errors.Is(err, fs.ErrPermission):
		return "no permission"
	case errors.Is(err, safesocket.ErrForeign):
		return "belongs to another user"
	case errors.As(err, &limit):
		return fmt.Sprintf("too large: %d %s, the limit is %d", limit.Got, limit.What, limit.Max)
	case errors.Is(err, wire.ErrMalformed):
		return "does not speak the protocol of a service"
	}
	return oneLine(strings.TrimPrefix(err.Error(), "source: "))
}
