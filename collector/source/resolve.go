package source

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/steadytop/steadytop/internal/safesocket"
)

// secondChance is how long Resolve waits for sockets that did not answer
// within ProbeTimeout.
const secondChance = 2 * time.Second

// NoTargetError says that no running service fits, and which there are. It is
// an ErrNoTarget.
type NoTargetError struct {
	Target  string // as the user wrote it, safe to show; "" for any
	Found   []ServiceInfo
	Skipped []Skipped
}

// Error implements error.
func (e *NoTargetError) Error() string {
	var b strings.Builder
	switch {
	case e.Target == "":
		b.WriteString("no service is running")
	case len(e.Found) == 0:
		fmt.Fprintf(&b, "no running service fits %q; none was found", e.Target)
	default:
		fmt.Fprintf(&b, "no running service fits %q; there is %s", e.Target, names(e.Found))
	}
	if n := len(e.Skipped); n > 0 {
		s := e.Skipped[0]
		fmt.Fprintf(&b, "; skipped %s (%s)", s.Socket, s.Reason)
		if n > 1 {
			fmt.Fprintf(&b, " and %d more", n-1)
		}
	}
	return b.String()
}

// Is reports whether target is ErrNoTarget.
func (e *NoTargetError) Is(target error) bool { return target == ErrNoTarget }

// AmbiguousError says that several running services fit.
type AmbiguousError struct {
	Target  string // safe to show; "" for any
	Matches []ServiceInfo
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	what := "run"
	if e.Target != "" {
		what = fmt.Sprintf("fit %q", e.Target)
	}
	return fmt.Sprintf("%d services %s: %s; name one as name:pid", len(e.Matches), what, names(e.Matches))
}

// names lists services as targets.
func names(infos []ServiceInfo) string {
	const most = 8
	var out []string
	for _, s := range infos[:min(len(infos), most)] {
		out = append(out, fmt.Sprintf("%s:%d", s.Name, s.PID))
	}
	if n := len(infos) - most; n > 0 {
		out = append(out, fmt.Sprintf("%d more", n))
	}
	return strings.Join(out, ", ")
}

// Resolve finds the one running service that t means. The error is a
// *NoTargetError or an *AmbiguousError, or that of the end of ctx. It blocks
// for ProbeTimeout at most, and for two seconds more when a socket that may be
// the one does not answer: what is slow must not make another the only one.
func Resolve(ctx context.Context, t Target) (ServiceInfo, error) {
	sockets := safesocket.Scan()
	if t.Path != "" {
		t.Path = absolute(t.Path)
		sockets = []safesocket.Socket{{Path: t.Path}}
	}
	return resolve(ctx, t, sockets, t.matches)
}

// resolve returns the one service among sockets for which fits is true; when
// there is none, the one for which the next of fits is.
func resolve(ctx context.Context, t Target, sockets []safesocket.Socket, fits ...func(*ServiceInfo) bool) (ServiceInfo, error) {
	answers := patiently(ctx, t, sockets)
	if ctx.Err() != nil {
		return ServiceInfo{}, fmt.Errorf("source: resolve: %w", context.Cause(ctx))
	}
	found, skipped := sortOut(answers)
	for _, fit := range fits {
		matches := slices.DeleteFunc(slices.Clone(found), func(s ServiceInfo) bool { return !fit(&s) })
		switch {
		case len(matches) == 1:
			return matches[0], nil
		case len(matches) > 1:
			return ServiceInfo{}, &AmbiguousError{Target: t.String(), Matches: matches}
		}
	}
	return ServiceInfo{}, &NoTargetError{Target: t.String(), Found: found, Skipped: skipped}
}

// patiently asks all sockets, and once more with time those that did not
// answer and may be meant.
func patiently(ctx context.Context, t Target, sockets []safesocket.Socket) []answer {
	answers := ask(ctx, sockets, ProbeTimeout)
	var again []safesocket.Socket
	rest := answers[:0]
	for _, a := range answers {
		other := t.PID != 0 && a.socket.PID != 0 && a.socket.PID != t.PID
		if errors.Is(a.err, context.DeadlineExceeded) && !other {
			again = append(again, a.socket)
		} else {
			rest = append(rest, a)
		}
	}
	return append(rest, ask(ctx, again, secondChance)...)
}

// around adds the socket at path and those beside it: a service that was
// attached by its path may come back in the same folder, which need not be one
// of those that are scanned.
func around(path string, sockets []safesocket.Socket) []safesocket.Socket {
	path = absolute(path)
	known := map[string]bool{}
	for _, s := range sockets {
		known[s.Path] = true
	}
	beside, _ := filepath.Glob(filepath.Join(escapeGlob(filepath.Dir(path)), "*.sock")) // the pattern is well formed
	for _, p := range append(beside, path) {
		if !known[p] {
			known[p] = true
			sockets = append(sockets, safesocket.Socket{Path: p})
		}
	}
	return sockets
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

var globEscapes = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

func escapeGlob(path string) string { return globEscapes.Replace(path) }
