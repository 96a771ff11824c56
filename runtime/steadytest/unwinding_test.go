package steadytest

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// pauses is a stage that fails once on 2, and pauses in its deferred function.
func pauses(fail func(), pause func(a *steady.Actor, in *steady.Rx[int])) func(*steady.Actor, *steady.Rx[int], *steady.Tx[int]) error {
	return func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) (err error) {
		ended := false
		defer func() {
			if ended {
				return
			}
			if v := recover(); v != nil {
				err = fmt.Errorf("%v", v)
			}
			pause(a, in)
		}()
		for a.Running(in.Drained()) {
			if !a.Wait(in.Avail(1), out.Vacant(1)) {
				continue
			}
			v, _ := in.TryTake()
			if v == 2 && a.Regeneration() == 0 {
				fail()
			}
			out.TrySend(v)
		}
		ended = true
		return nil
	}
}

var (
	aPanic = func() { panic("again") }
	aWait  = func(a *steady.Actor, _ *steady.Rx[int]) { a.Wait(a.After(time.Millisecond)) }
)

// nilMap is never made.
var nilMap map[int]int

// A boundary in a deferred function commits an iteration that panicked. The
// harness says so, and where.
func TestABoundaryAfterAPanicIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		fail  func()
		pause func(a *steady.Actor, in *steady.Rx[int])
	}{
		"Wait":    {aPanic, aWait},
		"nil map": {func() { nilMap[0] = 1 }, aWait},
		"Goexit":  {runtime.Goexit, aWait},
		"WaitAny": {aPanic, func(a *steady.Actor, _ *steady.Rx[int]) { a.WaitAny(a.After(time.Millisecond)) }},
		"Running": {aPanic, func(a *steady.Actor, _ *steady.Rx[int]) { a.Running() }},
		"All": {aPanic, func(_ *steady.Actor, in *steady.Rx[int]) {
			for range in.All() {
				continue
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			wantWords(t, harnessed(t, c.fail, c.pause),
				`actor "actor": a boundary in a function that is deferred (unwinding_test.go:`, "call Actor.Rollback before it")
		})
	}
}

// harnessed returns what a harness says of such an actor; its output is not
// looked at.
func harnessed(t *testing.T, fail func(), pause func(a *steady.Actor, in *steady.Rx[int])) (text string) {
	synctest.Test(t, func(t *testing.T) {
		text = failing(t, func(tb *fake) {
			h := &Harness{self: -1, tb: tb, done: make(chan struct{})}
			in, out := Feed(h, 1, 2, 3), Collect[int](h)
			Stage(h, in, out, pauses(fail, pause), steady.Restart{Backoff: -1})
			h.Sleep(time.Second)
			h.completed = true
			h.finish()
		})
	})
	return text
}

// What is right is not told.
func TestNoAlarmAfterAPanic(t *testing.T) {
	for name, pause := range map[string]func(a *steady.Actor, in *steady.Rx[int]){
		"Rollback first": func(a *steady.Actor, in *steady.Rx[int]) { a.Rollback(); aWait(a, in) },
		"a clock of its own": func(*steady.Actor, *steady.Rx[int]) {
			<-time.After(time.Millisecond)
		},
	} {
		t.Run(name, func(t *testing.T) {
			Run(t, func(h *Harness) {
				in, out := Feed(h, 1, 2, 3), Collect[int](h)
				Stage(h, in, out, pauses(aPanic, pause))
				out.WantEventually(1, 2, 3)
				h.WantRestarts("actor", 1)
			})
		})
	}
	t.Run("work after Rollback", func(t *testing.T) {
		Run(t, func(h *Harness) {
			in, out := Feed(h, 1, 2, 3), Collect[int](h)
			Stage(h, in, out, func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) (err error) {
				defer func() {
					if recover() != nil {
						a.Rollback()
						for v := range in.All() {
							if err = out.Send(-v); err != nil {
								return
							}
						}
					}
				}()
				for v := range in.All() {
					if v == 2 {
						panic("again")
					}
					if err := out.Send(v); err != nil {
						return err
					}
				}
				return errors.New("it ended before 2")
			})
			out.WantEventually(1, -2, -3)
		})
	})
	t.Run("Commit", func(t *testing.T) {
		Run(t, func(h *Harness) {
			in, out := Feed(h, 1, 2, 3), Collect[int](h)
			Stage(h, in, out, pauses(aPanic, func(a *steady.Actor, _ *steady.Rx[int]) { a.Commit() }))
			out.WantEventually(1, 3)
		})
	})
}

// A simulation tells it of the panics that it injects.
func TestSimulationTellsABoundaryAfterAPanic(t *testing.T) {
	build := func(pause func(a *steady.Actor, in *steady.Rx[int])) func(g *steady.Graph) {
		return func(g *steady.Graph) {
			in, out := steady.NewChan[int](g, "in", 8), steady.NewChan[int](g, "out", 8)
			steady.Source(g, "source", in, func(_ *steady.Actor, out *steady.Tx[int]) error { return out.SendSlice([]int{1, 2, 3, 4}) })
			steady.Stage(g, "stage", in, out, pauses(func() {}, pause))
			steady.Sink(g, "sink", out, func(_ *steady.Actor, in *steady.Rx[int]) error {
				for range in.All() {
					continue
				}
				return nil
			})
		}
	}
	o := Options{Seeds: 300, Faults: Panics}
	wantWords(t, failing(t, func(tb *fake) { Simulate(tb, build(aWait), o) }), `actor "stage": a boundary in a function that is deferred`)
	Simulate(t, build(func(a *steady.Actor, in *steady.Rx[int]) { a.Rollback(); aWait(a, in) }), o)
}
