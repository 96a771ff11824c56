package steady

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// dropped wants a result that says how many messages were sent into loops that
// had come to rest, and nothing else.
func dropped(count *uint64) func(*testing.T, error) {
	return func(t *testing.T, err error) {
		t.Helper()
		var left *LeftoverError
		if err != nil && !errors.As(err, &left) {
			t.Fatalf("Serve: %v", err)
		}
		var down *ShutdownError
		if errors.As(err, &down) {
			t.Fatalf("Serve: %v", err)
		}
		if left != nil {
			for _, l := range left.Channels {
				*count += l.Count + l.Dropped
			}
		}
	}
}

// Two actors that each wait for room in the channel to the other one are at
// rest, too: nothing moves any more.
func TestALoopThatIsFullComesToRest(t *testing.T) {
	sends := map[string]func(a *Actor, out *Tx[int], v int) error{
		"Send": func(_ *Actor, out *Tx[int], v int) error { return out.Send(v) },
		"Wait": func(a *Actor, out *Tx[int], v int) error {
			for !out.TrySend(v) {
				if a.Wait(out.Vacant(1)); a.Context().Err() != nil {
					return ErrStopped
				}
			}
			return nil
		},
	}
	for name, send := range sends {
		t.Run(name, func(t *testing.T) {
			var lost uint64
			var received atomic.Int64 // by both actors
			var begin time.Time
			var took time.Duration
			bubble(t, func(g *Graph) {
				begin = time.Now()
				there, back := NewChan[int](g, "there", 2), NewChan[int](g, "back", 2)
				both := func(a *Actor, in *Rx[int], out *Tx[int]) error {
					for i := range 3 { // one more than fits
						if a.Regeneration() == 0 && in.p.e.name == "there" && i == 2 {
							break
						}
						if err := send(a, out, i); err != nil {
							return err
						}
					}
					for v := range in.All() {
						received.Add(1)
						for range 2 { // multiply
							if err := send(a, out, v); err != nil {
								return err
							}
						}
					}
					return nil
				}
				Stage(g, "one", back, there, both)
				Stage(g, "two", there, back, both)
				after(g, time.Second)
			}, func(t *testing.T, err error) {
				took = time.Since(begin)
				dropped(&lost)(t, err)
			})
			if n := received.Load(); lost == 0 || n == 0 || took > 2*time.Second {
				t.Errorf("received %d, counted %d as lost, ended after %v", n, lost, took)
			}
		})
	}
}

// An actor may send to itself.
func TestAChannelToItself(t *testing.T) {
	for _, capacity := range []int{1, 2, 64} {
		t.Run(fmt.Sprint(capacity), func(t *testing.T) {
			handled := 0
			var lost uint64
			bubble(t, func(g *Graph) {
				jobs, self := NewChan[int](g, "jobs", 4), NewChan[int](g, "self", capacity)
				Source(g, "source", jobs, counted(100, never))
				s := g.Actor("worker", always)
				in, again, out := jobs.Rx(s), self.Rx(s), self.Tx(s)
				s.Run(func(a *Actor) error {
					for a.Running(in.Drained(), again.Drained()) {
						switch a.WaitAny(again.Avail(1), All(in.Avail(1), out.Vacant(1))) {
						case 0:
							again.TryTake()
							handled++
						case 1:
							v, _ := in.TryTake()
							if err := out.Send(v); err != nil {
								return err
							}
							if v%10 == 3 && a.Regeneration() <= v/10 {
								panic("again")
							}
						}
					}
					return nil
				})
			}, dropped(&lost))
			if handled != 100 || lost != 0 {
				t.Errorf("handled %d, lost %d", handled, lost)
			}
		})
	}
	t.Run("full", func(t *testing.T) {
		var lost uint64
		bubble(t, func(g *Graph) {
			self := NewChan[int](g, "self", 2)
			s := g.Actor("worker")
			in, out := self.Rx(s), self.Tx(s)
			s.Run(func(a *Actor) error {
				for i := range 5 {
					if err := out.Send(i); err != nil {
						return err
					}
				}
				for range in.All() {
				}
				return nil
			})
			after(g, time.Second)
		}, dropped(&lost))
		if lost != 3 {
			t.Errorf("lost %d, want the 3 that did not fit", lost)
		}
	})
}

// Loops within loops, one behind the other, with members that fail, and no
// input from outside: they end by themselves after the request.
func TestNestedLoopsComeToRest(t *testing.T) {
	for _, backoff := range []time.Duration{-1, time.Millisecond, time.Minute} {
		t.Run(backoff.String(), func(t *testing.T) {
			var begin time.Time
			var took time.Duration
			total := 0
			var lost uint64
			bubble(t, func(g *Graph) {
				nestedLoops(g, Restart{Max: -1, Backoff: backoff}, &total)
				begin = time.Now()
				after(g, time.Second)
			}, func(t *testing.T, err error) {
				took = time.Since(begin)
				dropped(&lost)(t, err)
			})
			if total != 5 || lost != 0 || took > 2*time.Second {
				t.Errorf("%d of 5 came out, %d lost, after %v", total, lost, took)
			}
		})
	}
}

// nestedLoops is a ⇄ b ⇄ c → d ⇄ e. Five numbers start in a, are counted down
// in c, go on to d, and are counted down and then in e.
func nestedLoops(g *Graph, r Restart, total *int) {
	ab, ba := NewChan[int](g, "ab", 8), NewChan[int](g, "ba", 8)
	bc, cb := NewChan[int](g, "bc", 8), NewChan[int](g, "cb", 8)
	down := NewChan[int](g, "down", 8)
	de, ed := NewChan[int](g, "de", 8), NewChan[int](g, "ed", 8)
	sent := 0
	Stage(g, "a", ba, ab, func(a *Actor, in *Rx[int], out *Tx[int]) error {
		for ; sent < 5; sent++ {
			if err := out.Send(10); err != nil {
				return err
			}
			a.Commit()
		}
		for v := range in.All() {
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	}, r)
	s := g.Actor("b", r)
	s.Run(crossing(ab.Rx(s), bc.Tx(s), cb.Rx(s), ba.Tx(s), func(a *Actor, v int) {
		if v == 5 && a.Regeneration() < 3 {
			panic("again")
		}
	}))
	s = g.Actor("c", r)
	in, back, on := bc.Rx(s), cb.Tx(s), down.Tx(s)
	s.Run(func(a *Actor) error {
		for v := range in.All() {
			out, next := back, v-1
			if v == 0 {
				out, next = on, 6
			}
			if err := out.Send(next); err != nil {
				return err
			}
		}
		return nil
	})
	s = g.Actor("d", r)
	toE := de.Tx(s)
	s.Run(crossing(ed.Rx(s), toE, down.Rx(s), toE, func(*Actor, int) {}))
	Stage(g, "e", de, ed, func(a *Actor, in *Rx[int], out *Tx[int]) error {
		for v := range in.All() {
			if v == 3 && a.Regeneration() < 2 {
				return errors.New("again")
			}
			if v == 0 {
				*total++
				continue
			}
			if err := out.Send(v - 1); err != nil {
				return err
			}
		}
		return nil
	}, r)
}

// crossing passes on what comes from two sides, each to an output of its own,
// and shows seen what it has passed on from the first.
func crossing(in1 *Rx[int], out1 *Tx[int], in2 *Rx[int], out2 *Tx[int], seen func(*Actor, int)) func(*Actor) error {
	return func(a *Actor) error {
		for a.Running(in1.Drained(), in2.Drained()) {
			switch a.WaitAny(All(in1.Avail(1), out1.Vacant(1)), All(in2.Avail(1), out2.Vacant(1)), a.Every(time.Second)) {
			case 0:
				v, _ := in1.TryTake()
				out1.TrySend(v)
				seen(a, v)
			case 1:
				v, _ := in2.TryTake()
				out2.TrySend(v)
			}
		}
		return nil
	}
}

// A member that works at its own pace drains its input at that pace, although
// ticks alone do not keep a loop going.
func TestAPacedMemberDrainsItsLoop(t *testing.T) {
	paces := map[string]func(a *Actor, in *Rx[int]) bool{
		"with its input": func(a *Actor, in *Rx[int]) bool { return a.Wait(a.Every(10*time.Millisecond), in.Avail(1)) },
		"polling":        func(a *Actor, in *Rx[int]) bool { return a.Wait(a.Every(10 * time.Millisecond)) },
	}
	for name, pace := range paces {
		t.Run(name, func(t *testing.T) {
			out := 0
			var lost uint64
			var begin time.Time
			var took time.Duration
			bubble(t, func(g *Graph) {
				jobs, work, again := NewChan[int](g, "jobs", 4), NewChan[int](g, "work", 64), NewChan[int](g, "again", 64)
				Source(g, "source", jobs, counted(50, never))
				p := g.Actor("planner")
				fresh, back, send := jobs.Rx(p), again.Rx(p), work.Tx(p)
				p.Run(func(a *Actor) error {
					for a.Running(fresh.Drained(), back.Drained()) {
						switch a.WaitAny(All(back.Avail(1), send.Vacant(1)), All(fresh.Avail(1), send.Vacant(1))) {
						case 0:
							back.TryTake()
							out++
						case 1:
							v, _ := fresh.TryTake()
							send.TrySend(v)
						}
					}
					return nil
				})
				s := g.Actor("motor")
				in, tx := work.Rx(s), again.Tx(s)
				s.Run(func(a *Actor) error {
					for a.Running(in.Drained()) {
						if !pace(a, in) {
							continue
						}
						if v, ok := in.TryTake(); ok {
							if err := tx.Send(v); err != nil {
								return err
							}
						}
					}
					return nil
				})
				begin = time.Now()
			}, func(t *testing.T, err error) {
				took = time.Since(begin)
				dropped(&lost)(t, err)
			})
			if out != 50 || lost != 0 || took > time.Second {
				t.Errorf("%d of 50 came out, %d lost, after %v", out, lost, took)
			}
		})
	}
}
