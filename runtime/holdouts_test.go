package steady

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A chain of which one member is slow: it is the cause, and the others wait.
func slowInTheMiddle(g *Graph, middle func(a *Actor, in *Rx[int], out *Tx[int]) error) {
	a, b := NewChan[int](g, "a", 4), NewChan[int](g, "b", 4)
	Source(g, "source", a, func(a *Actor, out *Tx[int]) error {
		for n := 0; a.Running(); {
			if a.Wait(a.Every(time.Millisecond), out.Vacant(1)) {
				out.TrySend(n)
				n++
			}
		}
		return nil
	})
	Stage(g, "middle", a, b, middle)
	s := g.Actor("sink")
	in := b.Rx(s)
	s.Run(func(a *Actor) error {
		for a.Running(in.Drained()) {
			if a.Wait(in.Avail(1)) {
				in.TryTake()
			}
		}
		return nil
	})
}

func TestTheErrorOfAStopBeginsWithTheCause(t *testing.T) {
	for name, c := range map[string]struct {
		middle func(a *Actor, in *Rx[int], out *Tx[int]) error
		want   string
	}{
		"in a call": {func(a *Actor, in *Rx[int], _ *Tx[int]) error {
			for range in.All() {
				a.Blocking(func(context.Context) { <-time.After(20 * time.Minute) })
			}
			return nil
		}, `actor "middle" did not answer: in a call, a: 4 left for 1m0s`},
		"its own vote": {func(a *Actor, in *Rx[int], _ *Tx[int]) error {
			for a.Running(in.Drained(), Vote("arm parked", func() bool { return false })) {
				if a.Wait(in.Avail(1)) {
					in.TryTake()
				}
			}
			return nil
		}, `actor "middle" refused: not yet: arm parked for 1m0s (runtime/holdouts_test.go:`},
		"works": {func(a *Actor, in *Rx[int], _ *Tx[int]) error {
			for a.Running(in.Drained()) {
				<-time.After(40 * time.Second)
				in.TryTake()
			}
			return nil
		}, `actor "middle" still works: a: `},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &Graph{Grace: time.Minute}
				slowInTheMiddle(g, c.middle)
				time.AfterFunc(time.Second, func() { g.requestStop("test") })
				err := g.Serve(context.Background())
				var down *ShutdownError
				if !errors.As(err, &down) {
					t.Fatalf("Serve: %v", err)
				}
				_, rest, _ := strings.Cut(down.Error(), "not stopped after 1m0s:")
				if got := strings.TrimSpace(rest); !strings.HasPrefix(got, c.want) || strings.Contains(got, `"sink"`) {
					t.Errorf("got  %s\nwant %s", down, c.want)
				}
				<-time.After(time.Hour)
			})
		})
	}
}

// No age is below 0, whoever reads which clock first.
func TestNoAgeIsBelowZero(t *testing.T) {
	g := &Graph{Grace: -1}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		g.Actor(name).Run(func(a *Actor) error {
			for a.Running(Vote("x", func() bool { return false })) {
				a.Wait(a.After(time.Microsecond))
			}
			return nil
		})
	}
	after(g, time.Millisecond)
	err := g.Serve(context.Background())
	var down *ShutdownError
	if !errors.As(err, &down) {
		t.Fatalf("Serve: %v", err)
	}
	for _, h := range down.Actors {
		if h.Age < 0 {
			t.Errorf("%+v", h)
		}
	}
}

func TestShutdownOfAGraphThatNeverRan(t *testing.T) {
	g := &Graph{}
	ran := false
	g.Actor("only").Run(func(a *Actor) error { ran = a.Running(); return nil })
	if err := g.Shutdown(context.Background()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if err := g.Serve(context.Background()); err != nil || ran {
		t.Errorf("Serve after that: %v, running %v", err, ran)
	}
	if err := (&Graph{}).Shutdown(context.Background()); err != nil {
		t.Errorf("Shutdown of an empty graph: %v", err)
	}
}

// An actor that refuses is told while the stop waits for it, not only at the deadline.
func TestARefusalIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b strings.Builder
		g := &Graph{Logger: slog.New(slog.NewTextHandler(&b, nil))}
		var parked atomic.Bool
		g.Actor("arm").Run(func(a *Actor) error {
			for a.Running(Vote("arm parked", func() bool { return parked.Load() })) {
				a.Wait(a.Every(time.Hour))
			}
			return nil
		})
		time.AfterFunc(time.Second, func() { g.requestStop("test") })
		time.AfterFunc(10*time.Second, func() { parked.Store(true) })
		if err := g.Serve(context.Background()); err != nil {
			t.Errorf("Serve: %v", err)
		}
		if !strings.Contains(b.String(), `level=WARN msg="stop refused" actor=arm reason="not yet: arm parked" where=runtime/holdouts_test.go:`) {
			t.Errorf("told:\n%s", b.String())
		}
	})
}
