package source_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/collector/source/sourcetest"
	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pipes is a network of net.Pipe, which works in a synctest bubble.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once

	mu   sync.Mutex
	open []net.Conn
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		p.mu.Lock()
		defer p.mu.Unlock()
		p.open = append(p.open, near, far)
		return near, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept, Close and Addr implement net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// cut ends all connections, and there are no new ones.
func (p *pipes) cut() {
	_ = p.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		_ = c.Close()
	}
}

// serve answers on pipes until the test ends.
func serve(t *testing.T, h http.Handler) *pipes {
	p := newPipes()
	srv := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(p) // ends with Close
	}()
	t.Cleanup(func() {
		p.cut()
		_ = srv.Close()
		<-done
	})
	return p
}

func client(t *testing.T, h http.Handler, limits wire.Limits) *source.Client {
	p := serve(t, h)
	c := source.NewClient(p.dial, limits)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestClientKeepsThePromisesOfASource(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T, s *sourcetest.Service) (source.Source, func()) {
		p := serve(t, s.Handler())
		return source.NewClient(p.dial, wire.Limits{}), p.cut
	})
}

func TestAQuietServiceIsAskedOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sourcetest.NewService(sourcetest.Topology(7, 1))
		var asked atomic.Int32
		h := s.Handler()
		c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			h.ServeHTTP(w, r)
		}), wire.Limits{})
		ctx, cancel := context.WithTimeout(t.Context(), 9500*time.Millisecond)
		defer cancel()
		if _, err := c.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
		if asked := asked.Load(); asked != 10 {
			t.Errorf("asked %d times in 9.5 s", asked)
		}
	})
}

func TestAServiceThatAnswersNothingIsNotAskedInALoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		c := client(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }), wire.Limits{})
		ctx, cancel := context.WithTimeout(t.Context(), 950*time.Millisecond)
		defer cancel()
		if _, err := c.Next(ctx); err == nil {
			t.Fatal("a record out of nothing")
		}
		if asked := asked.Load(); asked > 10 {
			t.Errorf("asked %d times in a second", asked)
		}
	})
}

func TestAServiceThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), wire.Limits{})
		start := time.Now()
		_, err := c.Next(t.Context())
		if err == nil || time.Since(start) != 30*time.Second {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

func TestHostileTextIsMadeSafe(t *testing.T) {
	evil := "a\x1b]52;c;aGk=\x07\u202eb\r\n" + strings.Repeat("x", 10_000)
	top := sourcetest.Topology(7, 1)
	top.Service, top.Host, top.Metrics = evil, evil, evil
	top.Actors[0].Name, top.Actors[0].Troupe, top.Actors[0].Schedule = evil, evil, telemetry.Schedule(evil)
	top.Channels[0].Name, top.Channels[0].Type = evil, evil
	s := sourcetest.NewService(top)
	s.Publish(sourcetest.Frame(top, 1))
	votes := []telemetry.ActorVote{{Name: evil, Reason: evil, Where: evil}}
	s.SetShutdown(telemetry.Shutdown{Reason: evil, Votes: votes})
	s.SetDetail(telemetry.ActorDetail{
		LastFailure: evil, Stack: "main.go:1\n\tx\x1b[2J\n", Actor: telemetry.Actor{Name: evil},
		States: []telemetry.StateDetail{{Name: evil, Type: evil, File: evil, Sync: evil, Error: evil}},
	})
	s.End(telemetry.End{Error: evil, Votes: votes, Left: []telemetry.Leftover{{Channel: evil}}})
	c := client(t, s.Handler(), wire.Limits{})
	var texts []string
	for {
		rec, err := c.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if tp := rec.Topology; tp != nil {
			texts = append(texts, tp.Service, tp.Host, tp.Metrics, tp.Actors[0].Name, tp.Actors[0].Troupe,
				string(tp.Actors[0].Schedule), tp.Channels[0].Name, tp.Channels[0].Type)
		}
		if e := rec.End; e != nil {
			texts = append(texts, e.Error, e.Votes[0].Name, e.Votes[0].Reason, e.Votes[0].Where, e.Left[0].Channel)
		}
	}
	sh, err := c.Shutdown(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := c.Detail(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	texts = append(texts, sh.Reason, sh.Votes[0].Name, sh.Votes[0].Reason, d.Name, d.LastFailure,
		d.States[0].Name, d.States[0].Type, d.States[0].File, d.States[0].Sync, d.States[0].Error)
	for i, s := range texts {
		if len(s) == 0 || len(s) > 1024 || strings.ContainsAny(s, "\x1b\x07\r\n\u202e") {
			t.Errorf("text %d is %d bytes: %.40q", i, len(s), s)
		}
	}
	if want := "main.go:1\n    x\\x1b[2J"; d.Stack != want {
		t.Errorf("stack is %q, want %q", d.Stack, want)
	}
}

func TestWhatIsTooLargeIsRefusedWithTheLimit(t *testing.T) {
	s := sourcetest.NewService(sourcetest.Topology(7, 1))
	s.Publish(sourcetest.Frame(sourcetest.Topology(7, 1), 1))
	for name, tc := range map[string]struct {
		limits wire.Limits
		want   string
	}{
		"actors":   {wire.Limits{Actors: 1}, "too many actors: 2, at most 1 are accepted"},
		"channels": {wire.Limits{Channels: -1, Record: 100}, "at most 100 are accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client(t, s.Handler(), tc.limits).Next(t.Context())
			var limit *wire.LimitError
			if !errors.As(err, &limit) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			if _, err := client(t, s.Handler(), tc.limits).Topology(t.Context()); !errors.As(err, &limit) {
				t.Errorf("topology: %v", err)
			}
		})
	}
}

func TestNoServiceAtAll(t *testing.T) {
	for name, body := range map[string]string{
		"a web page": "<html>", "zeros": "\x00\x00\x00", "half a record": "\x20\x01", "a frame without columns": "\x02\x02\x00",
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if name != "a web page" {
					w.Header().Set("Content-Type", wire.ContentBinary)
				}
				_, _ = io.WriteString(w, body) // a client that went away
			}), wire.Limits{})
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if rec, err := c.Next(ctx); err == nil || ctx.Err() != nil {
				t.Errorf("got %+v, %v", rec, err)
			}
		})
	}
}

func TestRequestShutdown(t *testing.T) {
	s := sourcetest.NewService(sourcetest.Topology(7, 1))
	c := client(t, s.Handler(), wire.Limits{})
	for _, tc := range []struct {
		instance telemetry.Instance
		status   int
		want     error
	}{
		{7, http.StatusAccepted, nil},
		{7, http.StatusOK, nil},
		{8, http.StatusOK, source.ErrInstance},
		{7, http.StatusForbidden, source.ErrRefused},
		{7, http.StatusNotFound, source.ErrUnavailable},
		{7, http.StatusNotImplemented, source.ErrUnavailable},
	} {
		s.AnswerStops(tc.status)
		err := c.RequestShutdown(t.Context(), tc.instance, "because")
		if !errors.Is(err, tc.want) {
			t.Errorf("instance %d, status %d: %v, want %v", tc.instance, tc.status, err, tc.want)
		}
	}
	s.AnswerStops(http.StatusTeapot)
	if err := c.RequestShutdown(t.Context(), 7, ""); err == nil || !strings.Contains(err.Error(), "answers 418: not you") {
		t.Errorf("got %v", err)
	}
	json := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"error":"only uid 7"}`) // a client that went away
	}), wire.Limits{})
	if err := json.RequestShutdown(t.Context(), 7, ""); !errors.Is(err, source.ErrRefused) || err.Error() != "source: refused: only uid 7" {
		t.Errorf("got %v", err)
	}
	if got := s.Asked(); got[0] != "because" {
		t.Errorf("reasons are %q", got)
	}
}
