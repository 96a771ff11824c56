package steady

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// What an actor returns or panics with while the graph stops is not lost when
// the actor is not started again.
func TestAFailureInTheStopIsReturned(t *testing.T) {
	cause := errors.New("the disk is full")
	fails := map[string]func() error{
		"error": func() error { return cause },
		"panic": func() error { panic(cause) },
	}
	for name, fail := range fails {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				g.Actor("source").Run(func(a *Actor) error {
					for a.Running() {
						a.Wait(a.Every(time.Second))
					}
					return fail()
				})
				after(g, time.Second)
			}, func(t *testing.T, err error) {
				var failed *ActorError
				if !errors.Is(err, cause) || !errors.As(err, &failed) || failed.Actor != "source" || failed.Failures != 1 {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

// An actor that fails all the time does not burn a processor, or fill a log,
// until the deadline.
func TestFailingWhileTheGraphStopsIsPaced(t *testing.T) {
	starts := 0
	bubble(t, func(g *Graph) {
		g.Grace = 10 * time.Second
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, counted(4, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
				starts++
				return errors.New("the database is gone")
			}
			return nil
		}, Restart{Max: -1, Backoff: time.Second})
		after(g, time.Second)
	}, func(t *testing.T, err error) {
		var down *ShutdownError
		if !errors.As(err, &down) {
			t.Errorf("Serve: %v", err)
		}
	})
	if starts < 50 || starts > 250 {
		t.Errorf("started %d times in 10 s of stopping, want about 100", starts)
	}
}

// A wait that could go on for ever is over at the deadline even if it holds.
func TestWaitsThatHoldEndAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{Grace: time.Second}
		g.Actor("deaf").Run(func(a *Actor) error {
			for a.Wait(a.After(0)) || a.Context().Err() == nil {
				<-time.After(time.Millisecond)
			}
			return nil
		})
		after(g, time.Second)
		var down *ShutdownError
		if err := g.Serve(context.Background()); !errors.As(err, &down) {
			t.Errorf("Serve: %v", err)
		}
		checkInvariants(t, g)
	})
}

// Actors that the graph gave up on may do what they like after it has returned.
func TestAbandonedActorsHarmNothing(t *testing.T) {
	acts := map[string]func(a *Actor, in *Rx[int], out *Tx[int]) error{
		"send": func(_ *Actor, _ *Rx[int], out *Tx[int]) error {
			for i := 0; ; i++ {
				if err := out.Send(i); err != nil {
					return err
				}
			}
		},
		"take": func(_ *Actor, in *Rx[int], _ *Tx[int]) error {
			for range in.All() {
			}
			return nil
		},
		"wait": func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for a.Running(in.Drained(), Vote("never", func() bool { return false })) {
				a.WaitAny(in.Avail(4), out.Vacant(4), a.Every(time.Hour))
			}
			return nil
		},
		"return": func(*Actor, *Rx[int], *Tx[int]) error { return nil },
		"fail":   func(*Actor, *Rx[int], *Tx[int]) error { return errors.New("late") },
		"panic":  func(*Actor, *Rx[int], *Tx[int]) error { panic("late") },
		"nil":    func(*Actor, *Rx[int], *Tx[int]) error { panic(nil) },
		"goexit": func(*Actor, *Rx[int], *Tx[int]) error { runtime.Goexit(); return nil },
		"stop":   func(a *Actor, _ *Rx[int], _ *Tx[int]) error { a.RequestShutdown("late"); return nil },
	}
	for name, act := range acts {
		for _, options := range [][]Option{nil, {Solo()}, {Restart{Never: true}}, {always}} {
			t.Run(fmt.Sprint(name, len(options)), func(t *testing.T) {
				g := &Graph{Grace: -1}
				release := make(chan struct{})
				a, b := NewChan[int](g, "a", 4), NewChan[int](g, "b", 4)
				Source(g, "source", a, func(act *Actor, out *Tx[int]) error {
					for i := range 4 {
						_ = out.TrySend(i)
					}
					return nil
				})
				Stage(g, "abandoned", a, b, func(act2 *Actor, in *Rx[int], out *Tx[int]) error {
					<-release
					return act(act2, in, out)
				}, options...)
				Sink(g, "sink", b, func(_ *Actor, in *Rx[int]) error {
					for range in.All() {
					}
					return nil
				})
				g.Actor("stopper").Run(func(a *Actor) error { a.RequestShutdown("test"); return nil })
				var down *ShutdownError
				if err := g.Serve(context.Background()); !errors.As(err, &down) {
					t.Errorf("Serve: %v", err)
				}
				close(release) // Serve has returned without it
				for !g.actors[1].over.Load() {
					runtime.Gosched()
				}
			})
		}
	}
}

// A vote that panics is a failure of its actor like any other.
func TestAVoteThatPanics(t *testing.T) {
	asked := 0
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, counted(3, never))
		s := g.Actor("sink", Restart{Max: 3, Backoff: -1})
		in := c.Rx(s)
		s.Run(func(a *Actor) error {
			for a.Running(in.Drained(), Vote("third time", func() bool {
				if asked++; asked < 3 {
					panic("not yet")
				}
				return true
			})) {
				if a.Wait(in.Avail(1)) {
					in.TryTake()
				}
			}
			return nil
		})
	}, noError)
	if asked != 3 {
		t.Errorf("asked %d times, want 3", asked)
	}
}
