package steady

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// limited is source → limiter → sink, whose limiter waits inside of its range
// and goes on with the next message if the wait was in vain. It returns how
// many messages were sent and received.
func limited(g *Graph, limit func(a *Actor, lanes *BundleRx[int]) bool, then func(a *Actor) error) (sent, got *atomic.Int64) {
	sent, got = new(atomic.Int64), new(atomic.Int64)
	in, out, quiet := NewChan[int](g, "in", 8), NewChan[int](g, "out", 8), NewBundle[int](g, "quiet", 2, 1)
	Source(g, "source", in, func(a *Actor, tx *Tx[int]) error {
		for a.Running() {
			if err := tx.Send(int(sent.Load())); err != nil {
				return err
			}
			sent.Add(1)
		}
		return nil
	})
	for i := range 2 {
		Source(g, fmt.Sprint("quiet", i), quiet.Lane(i), func(a *Actor, tx *Tx[int]) error {
			for a.Running(Vote("the limiter is at work", func() bool { return got.Load() == sent.Load() })) {
				a.Wait(a.Every(time.Second))
			}
			return nil
		})
	}
	s := g.Actor("limiter")
	rx, tx, lanes := in.Rx(s), out.Tx(s), quiet.Rx(s)
	s.Run(func(a *Actor) error {
		for v := range rx.All() {
			if !limit(a, lanes) {
				if err := then(a); err != nil {
					return err
				}
				continue
			}
			if err := tx.Send(v); err != nil {
				return err
			}
		}
		return nil
	})
	Sink(g, "sink", out, func(_ *Actor, rx *Rx[int]) error {
		for range rx.All() {
			got.Add(1)
		}
		return nil
	})
	return sent, got
}

// limits are the ways to wait for a time that is longer than a wait outside of
// a range would last while a stop is pending.
var limits = map[string]func(a *Actor, lanes *BundleRx[int]) bool{
	"After":       func(a *Actor, _ *BundleRx[int]) bool { return a.Wait(a.After(20 * time.Millisecond)) },
	"Every":       func(a *Actor, _ *BundleRx[int]) bool { return a.Wait(a.Every(20 * time.Millisecond)) },
	"WaitAny":     func(a *Actor, _ *BundleRx[int]) bool { return a.WaitAny(a.After(20*time.Millisecond)) == 0 },
	"beside port": func(a *Actor, l *BundleRx[int]) bool { return a.WaitAny(l.Avail(1), a.After(20*time.Millisecond)) == 1 },
}

// A body of a range is work under way: a wait in it does not end for a stop.
func TestAWaitInARangeOutlastsAStop(t *testing.T) {
	for name, limit := range limits {
		t.Run(name, func(t *testing.T) {
			var sent, got *atomic.Int64
			bubble(t, func(g *Graph) {
				sent, got = limited(g, limit, func(*Actor) error { return nil })
				after(g, 500*time.Millisecond)
			}, noError)
			if sent.Load() < 10 || got.Load() != sent.Load() {
				t.Errorf("sent %d, received %d", sent.Load(), got.Load())
			}
		})
	}
	t.Run("WaitLane", func(t *testing.T) {
		got := 0
		bubble(t, func(g *Graph) {
			in, lanes := NewChan[int](g, "in", 8), NewBundle[int](g, "lanes", 2, 1)
			Source(g, "source", in, counted(5, never))
			for i := range 2 {
				Source(g, fmt.Sprint("slow", i), lanes.Lane(i), func(a *Actor, tx *Tx[int]) error {
					for n := range 5 {
						for due := a.After(time.Second); !a.Wait(due); {
							continue
						}
						if err := tx.Send(n); err != nil {
							return err
						}
					}
					return nil
				})
			}
			s := g.Actor("pairs")
			rx, each := in.Rx(s), lanes.Rx(s)
			s.Run(func(*Actor) error {
				for range rx.All() {
					for range 2 {
						lane := each.WaitLane(1)
						if lane == nil {
							continue
						}
						lane.TryTake()
						got++
					}
				}
				return nil
			})
			after(g, 500*time.Millisecond)
		}, noError)
		if got != 10 {
			t.Errorf("received %d of 10", got)
		}
	})
}

// At the deadline a wait in a range is given up. What the body then does with
// its message was not meant: the iteration is taken back, and the message counted.
func TestWhatAWaitGaveUpIsLeftOver(t *testing.T) {
	ends := map[string]func(a *Actor) error{
		"continue":  func(*Actor) error { return nil },
		"try again": func(a *Actor) error { a.Running(); a.Wait(a.After(time.Second)); return nil },
		"return":    func(*Actor) error { return ErrStopped },
		"Running":   func(a *Actor) error { a.Running(); return nil },
	}
	for name, then := range ends {
		for kind, limit := range limits {
			t.Run(name+"/"+kind, func(t *testing.T) {
				var sent, got *atomic.Int64
				var left uint64
				bubble(t, func(g *Graph) {
					g.Grace = 50 * time.Millisecond
					sent, got = limited(g, limit, then)
					after(g, 500*time.Millisecond)
				}, func(t *testing.T, err error) {
					var down *ShutdownError
					var over *LeftoverError
					if !errors.As(err, &down) || !errors.As(err, &over) {
						t.Fatalf("Serve: %v", err)
					}
					for _, l := range over.Channels {
						left += l.Count
					}
				})
				if sent.Load() < 10 || uint64(got.Load())+left != uint64(sent.Load()) {
					t.Errorf("sent %d, received %d, left %d", sent.Load(), got.Load(), left)
				}
			})
		}
	}
}

// Who leaves the range when its wait was given up, and returns nil, has not
// handled the message either.
func TestWhatAWaitGaveUpIsLeftOverAtTheEnd(t *testing.T) {
	for name, wait := range limits {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				g.Grace = 50 * time.Millisecond
				in, none := NewChan[int](g, "in", 8), NewBundle[int](g, "none", 2, 1)
				Source(g, "source", in, counted(3, never))
				for i := range 2 {
					Source(g, fmt.Sprint("none", i), none.Lane(i), func(a *Actor, _ *Tx[int]) error {
						for a.Running() {
							a.Wait(a.Every(time.Second))
						}
						return nil
					})
				}
				s := g.Actor("sink")
				rx, lanes := in.Rx(s), none.Rx(s)
				s.Run(func(a *Actor) error {
					for range rx.All() {
						for range 5 { // 100 ms: more than is left
							if !wait(a, lanes) {
								return nil
							}
						}
					}
					return nil
				})
				after(g, time.Millisecond)
			}, func(t *testing.T, err error) {
				var over *LeftoverError
				if !errors.As(err, &over) || over.Channels[0].Count != 3 {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

// An explicit Commit stands, whatever was given up before it.
func TestCommitAfterAWaitThatWasGivenUp(t *testing.T) {
	bubble(t, func(g *Graph) {
		g.Grace = 50 * time.Millisecond
		in := NewChan[int](g, "in", 8)
		Source(g, "source", in, counted(3, never))
		Sink(g, "sink", in, func(a *Actor, rx *Rx[int]) error {
			for range rx.All() {
				if !a.Wait(a.After(time.Second)) {
					a.Commit()
				}
			}
			return nil
		})
		after(g, time.Millisecond)
	}, func(t *testing.T, err error) {
		var over *LeftoverError
		if !errors.As(err, &over) || over.Channels[0].Count != 2 {
			t.Errorf("Serve: %v", err)
		}
	})
}

// Who leaves the range instead ends its iteration at the next boundary.
func TestBreakAfterAWaitThatWasGivenUp(t *testing.T) {
	next := map[string]func(a *Actor, rx *Rx[int]){
		"Running": func(a *Actor, _ *Rx[int]) { a.Running() },
		"Wait":    func(a *Actor, _ *Rx[int]) { a.Wait(a.After(0)) },
		"WaitAny": func(a *Actor, _ *Rx[int]) { a.WaitAny(a.After(0)) },
		"All": func(_ *Actor, rx *Rx[int]) {
			for range rx.All() {
				continue
			}
		},
		"Batches": func(_ *Actor, rx *Rx[int]) {
			for range rx.Batches(2) {
				continue
			}
		},
	}
	for name, next := range next {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				g.Grace = 50 * time.Millisecond
				in := NewChan[int](g, "in", 8)
				Source(g, "source", in, counted(3, never))
				Sink(g, "sink", in, func(a *Actor, rx *Rx[int]) error {
					for range rx.All() {
						if !a.Wait(a.After(time.Second)) {
							break
						}
					}
					next(a, rx)
					return nil
				})
				after(g, time.Millisecond)
			}, func(t *testing.T, err error) {
				var over *LeftoverError
				if !errors.As(err, &over) || over.Channels[0].Count != 3 {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

// A member of a loop that paces itself in its range keeps its message while the
// loop comes to rest.
func TestAPacedRangeInALoopThatEnds(t *testing.T) {
	for name, limit := range limits {
		t.Run(name, func(t *testing.T) {
			var out atomic.Int64
			bubble(t, func(g *Graph) {
				jobs, work, again := NewChan[int](g, "jobs", 4), NewChan[int](g, "work", 4), NewChan[int](g, "again", 64)
				Source(g, "source", jobs, func(_ *Actor, tx *Tx[int]) error {
					return tx.SendSlice(make([]int, 20))
				})
				p := g.Actor("planner")
				fresh, back, send := jobs.Rx(p), again.Rx(p), work.Tx(p)
				p.Run(func(a *Actor) error {
					for a.Running(fresh.Drained(), back.Drained()) {
						switch a.WaitAny(back.Avail(1), All(fresh.Avail(1), send.Vacant(1))) {
						case 0:
							back.TryTake()
							out.Add(1)
						case 1:
							v, _ := fresh.TryTake()
							send.TrySend(v)
						}
					}
					return nil
				})
				s := g.Actor("paced")
				in, tx := work.Rx(s), again.Tx(s)
				none := NewBundle[int](g, "none", 2, 1)
				lanes := none.Rx(s)
				for i := range 2 {
					Source(g, fmt.Sprint("none", i), none.Lane(i), func(a *Actor, _ *Tx[int]) error {
						for a.Running(Vote("out", func() bool { return out.Load() == 20 })) {
							a.Wait(a.After(time.Second))
						}
						return nil
					})
				}
				s.Run(func(a *Actor) error {
					for v := range in.All() {
						if !limit(a, lanes) {
							continue
						}
						if err := tx.Send(v); err != nil {
							return err
						}
					}
					return nil
				})
				after(g, 100*time.Millisecond)
			}, noError)
			if out.Load() != 20 {
				t.Errorf("%d of 20 came out", out.Load())
			}
		})
	}
}
