package steady

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// boom panics, and says where.
func boom(at *string) {
	_, _, line, _ := runtime.Caller(0)
	*at = fmt.Sprintf("runtime/place_test.go:%d", line+2)
	panic("boom")
}

// goexit ends the goroutine, and says where.
func goexit(at *string) {
	_, _, line, _ := runtime.Caller(0)
	*at = fmt.Sprintf("runtime/place_test.go:%d", line+2)
	runtime.Goexit()
}

// badly can not be saved.
type badly struct {
	f  func(*string)
	at *string
	n  int
}

func (b badly) MarshalBinary() ([]byte, error)  { b.f(b.at); return nil, nil }
func (b *badly) UnmarshalBinary(_ []byte) error { return nil }

// Whatever ends a body in code of the user, the error ends in its place.
func TestAPanicHasAPlace(t *testing.T) {
	for name, body := range map[string]func(a *Actor, at *string) error{
		"body":   func(_ *Actor, at *string) error { boom(at); return nil },
		"Goexit": func(_ *Actor, at *string) error { goexit(at); return nil },
		"vote": func(a *Actor, at *string) error {
			a.RequestShutdown("test")
			for a.Running(Vote("x", func() bool { boom(at); return true })) {
			}
			return nil
		},
		"Blocking":           func(a *Actor, at *string) error { a.Blocking(func(context.Context) { boom(at) }); return nil },
		"Goexit in Blocking": func(a *Actor, at *string) error { a.Blocking(func(context.Context) { goexit(at) }); return nil },
		"standard library": func(_ *Actor, at *string) error {
			_ = strings.Map(func(rune) rune { boom(at); return 0 }, "x")
			return nil
		},
	} {
		for where, place := range map[string]Option{"pooled": Restart{Never: true}, "troupe": Troupe("t")} {
			t.Run(name+" "+where, func(t *testing.T) {
				at, g := "", &Graph{}
				opts := []Option{Restart{Never: true}}
				if where == "troupe" {
					opts = append(opts, place)
				}
				g.Actor("x", opts...).Run(func(a *Actor) error { return body(a, &at) })
				var p *PanicError
				err := g.Serve(context.Background())
				if !errors.As(err, &p) || p.Where != at || !strings.HasSuffix(p.Error(), " ("+at+")") || len(p.Stack) == 0 {
					t.Errorf("got %v, want an error that ends in (%s)", err, at)
				}
			})
		}
	}
}

func TestAnEncoderThatFailsHasAPlace(t *testing.T) {
	for name, f := range map[string]func(*string){"panic": boom, "Goexit": goexit} {
		for _, sync := range []PersistOption{SyncOnStop, SyncAlways} {
			t.Run(fmt.Sprint(name, sync), func(t *testing.T) {
				at, g := "", &Graph{files: memfs.New(), Grace: 100 * time.Millisecond}
				s := NewState(g, "s", badly{f: f, at: &at}, Persist("/s", sync))
				g.Actor("x", s, Restart{Never: true}).Run(func(*Actor) error {
					v := s.Get()
					v.n++
					s.Set(v)
					return nil
				})
				if err := g.Serve(context.Background()); at == "" || err == nil || !strings.Contains(err.Error(), "("+at+")") {
					t.Errorf("got %v, want (%s) in it", err, at)
				}
			})
		}
	}
}

// private makes a folder that a socket may be in: its path is short.
func private(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "steady")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// Without a logger, failures and an end with errors are told to the program's, and
// nothing else is.
func TestWithoutALoggerOnlyFailuresAreTold(t *testing.T) {
	defer slog.SetDefault(slog.Default())
	var log lines
	var stack string
	slog.SetDefault(slog.New(handlerFunc(func(r slog.Record) {
		log.add(r)
		r.Attrs(func(a slog.Attr) bool {
			if a.Key == "stack" {
				stack = a.Value.String()
			}
			return true
		})
	})))
	g, at := &Graph{Name: "quiet", Socket: private(t), Metrics: Off}, ""
	g.Actor("fine").Run(func(a *Actor) error { return nil })
	if err := g.Run(context.Background()); err != nil || log.text() != "" {
		t.Errorf("a clean end: %v, told %q", err, log.text())
	}
	g = &Graph{}
	g.Actor("fails", Restart{Never: true}).Run(func(a *Actor) error {
		a.Logger().Info("of the user")
		boom(&at)
		return nil
	})
	if err := g.Serve(context.Background()); err == nil {
		t.Error("no error")
	}
	if got, want := log.text(), "of the user\nactor failed\ngraph stops\ngraph ended with errors"; got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(stack, "place_test.go") {
		t.Errorf("stack: %q", stack)
	}
}

// The start says where it can be seen, the end of an actor is there for who asks.
func TestTheLogSaysWhereItCanBeSeen(t *testing.T) {
	var b strings.Builder
	g := &Graph{
		Name: "seen", Socket: private(t), Metrics: "127.0.0.1:0",
		Logger: slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	g.Actor("brief").Run(func(*Actor) error { return nil })
	if err := g.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`level=INFO msg="graph started" graph=seen actors=1 socket=` + g.Socket, "metrics=127.0.0.1:", `level=DEBUG msg="actor ended" actor=brief`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
