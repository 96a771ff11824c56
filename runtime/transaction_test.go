package steady

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
)

// always restarts without limit and without a pause.
var always = Restart{Max: -1, Backoff: -1}

// counted is a source of 0..n-1 that goes on where it stopped when it is
// restarted: the position is part of no iteration, so it is advanced after
// the send and a failing iteration sends the same number again.
func counted(n int, fail func(int)) func(*Actor, *Tx[int]) error { return countedOf[int](n, fail) }

func countedOf[T item](n int, fail func(int)) func(*Actor, *Tx[T]) error {
	next := 0
	return func(a *Actor, out *Tx[T]) error {
		for next < n && a.Running() {
			if err := out.Send(itemOf[T](next)); err != nil {
				return err
			}
			fail(next)
			next++
		}
		return nil
	}
}

func never(int) {}

// inOrder is a sink that wants 0..n-1, each once.
func inOrder(t *testing.T, n int, fail func(int)) func(*Actor, *Rx[int]) error {
	return inOrderOf[int](t, n, fail)
}

func inOrderOf[T item](t *testing.T, n int, fail func(int)) func(*Actor, *Rx[T]) error {
	next := 0
	t.Cleanup(func() {
		if next != n {
			t.Errorf("received %d of %d", next, n)
		}
	})
	return func(_ *Actor, in *Rx[T]) error {
		for m := range in.All() {
			v := numberOf(m)
			fail(v)
			if v != next {
				t.Errorf("got %d, want %d", v, next)
			}
			next = v + 1
		}
		return nil
	}
}

// chance fails one call in every about n, in one of the ways an actor can.
func chance(r *rand.Rand, n int) func(int) {
	return func(v int) {
		switch r.IntN(3 * n) {
		case 0:
			panic(fmt.Sprintf("at %d", v))
		case 1:
			panic(errors.New("a failure"))
		case 2:
			runtime.Goexit()
		}
	}
}

func TestFailuresLoseNothingAndRepeatNothing(t *testing.T) {
	const n = 20_000
	for seed := range uint64(8) {
		for _, capacity := range []int{1, 3, 64, 1000} {
			t.Run(fmt.Sprintf("seed%d/cap%d", seed, capacity), func(t *testing.T) {
				bubble(t, func(g *Graph) {
					rnd := func(i uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, i)) }
					c := make([]*Chan[int], 5)
					for i := range c {
						c[i] = NewChan[int](g, fmt.Sprint("c", i), capacity)
					}
					Source(g, "source", c[0], counted(n, chance(rnd(0), 200)), always)
					for i := range 4 {
						fail := chance(rnd(uint64(i+1)), 200)
						Stage(g, fmt.Sprint("stage", i), c[i], c[i+1], func(a *Actor, in *Rx[int], out *Tx[int]) error {
							for v := range in.All() {
								fail(v) // before the send
								if err := out.Send(v); err != nil {
									return err
								}
								fail(v) // after it
							}
							return nil
						}, always)
					}
					Sink(g, "sink", c[4], inOrder(t, n, chance(rnd(9), 200)), always)
				}, noError)
			})
		}
	}
}

// An iteration that sends more than fits is torn: it may repeat, never lose.
func TestTornIterationsAreCounted(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		failed := false
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			for i := range 10 {
				if err := out.Send(i); err != nil {
					return err
				}
			}
			if !failed {
				failed = true
				panic("after ten")
			}
			return nil
		}, always)
		var got []int
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for v := range in.All() {
				got = append(got, v)
			}
			return nil
		})
		t.Cleanup(func() {
			s := g.actors[0]
			if s.torn.Load() != 2 || s.tornLost.Load() != 1 {
				t.Errorf("torn %d, lost %d, want 2 and 1", s.torn.Load(), s.tornLost.Load())
			}
			// At least what fitted was published before the failure, and comes again.
			if len(got) < 14 || got[0] != 0 || got[len(got)-1] != 9 {
				t.Errorf("got %v", got)
			}
		})
	}, noError)
}

func TestBreakLeavesTheMessagePending(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 8)
		Source(g, "source", c, counted(3, never))
		var got []int
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for v := range in.All() {
				got = append(got, v)
				break
			}
			if a.Regeneration() == 0 {
				return errors.New("after break: 0 is still pending and comes again")
			}
			a.Commit() // 0 stands now
			for v := range in.All() {
				got = append(got, v)
			}
			return nil
		}, always)
		t.Cleanup(func() {
			if fmt.Sprint(got) != "[0 0 1 2]" {
				t.Errorf("got %v", got)
			}
		})
	}, noError)
}

func TestRecoveredPanicRollsBackInTheRange(t *testing.T) {
	bubble(t, func(g *Graph) {
		in, out := NewChan[int](g, "in", 8), NewChan[int](g, "out", 8)
		Source(g, "source", in, counted(5, never))
		Stage(g, "stage", in, out, func(a *Actor, in *Rx[int], out *Tx[int]) error {
			tripped := false
			for done := false; !done; {
				func() {
					defer func() { _ = recover() }()
					for v := range in.All() {
						if err := out.Send(v); err != nil {
							t.Error(err)
						}
						if v == 2 && !tripped {
							tripped = true
							panic("recovered by the actor itself")
						}
					}
					done = true
				}()
			}
			return nil
		})
		Sink(g, "sink", out, inOrder(t, 5, never))
	}, noError)
}

func TestCommitInABodyKeepsWhatWasSent(t *testing.T) {
	bubble(t, func(g *Graph) {
		in, out := NewChan[int](g, "in", 8), NewChan[int](g, "out", 8)
		Source(g, "source", in, counted(4, never))
		Stage(g, "stage", in, out, func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for v := range in.All() {
				if err := out.Send(v); err != nil {
					return err
				}
				a.Commit()
				if v == 1 && a.Regeneration() == 0 {
					panic("after Commit: 1 was sent and does not come again")
				}
			}
			return nil
		}, always)
		Sink(g, "sink", out, inOrder(t, 4, never))
	}, noError)
}

func TestTryPortsStageLikeTheOthers(t *testing.T) {
	bubble(t, func(g *Graph) {
		in, out := NewChan[int](g, "in", 4), NewChan[int](g, "out", 4)
		Source(g, "source", in, counted(1000, never))
		s := g.Actor("stage", always)
		rx, tx := in.Rx(s), out.Tx(s)
		fail := chance(rand.New(rand.NewPCG(1, 2)), 50)
		s.Run(func(a *Actor) error {
			for a.Running(rx.Drained()) {
				if !a.Wait(rx.Avail(1), tx.Vacant(1)) {
					continue
				}
				p, ok := rx.TryPeek()
				v, ok2 := rx.TryTake()
				if !ok || !ok2 || p != v {
					t.Errorf("peek %d %v, take %d %v", p, ok, v, ok2)
				}
				if !tx.TrySend(v) {
					t.Error("no room after Vacant")
				}
				fail(v)
			}
			return nil
		})
		Sink(g, "sink", out, inOrder(t, 1000, never))
	}, noError)
}

func TestErrorsRestartLikePanics(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 8)
		Source(g, "source", c, counted(10, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for v := range in.All() {
				if v == 5 && a.Regeneration() < 3 {
					return errors.New("not yet")
				}
			}
			if a.Regeneration() != 3 {
				t.Errorf("regeneration %d, want 3", a.Regeneration())
			}
			return nil
		}, always)
	}, noError)
}

func TestNoReceiverEndsTheSenderAndIsCounted(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 8)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			for i := 0; ; i++ {
				if err := out.Send(i); err != nil {
					if !errors.Is(err, ErrNoReceiver) {
						t.Errorf("Send: %v", err)
					}
					return err
				}
			}
		})
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			a.Wait(in.Avail(8))
			if v, ok := in.TryTake(); !ok || v != 0 {
				t.Errorf("took %d, %v, want the first", v, ok)
			}
			return nil
		})
	}, func(t *testing.T, err error) {
		// A full ring less the one taken is left whatever the schedule: what the
		// source sent into the freed slot, if it was quick enough, comes on top.
		var left *LeftoverError
		if !errors.As(err, &left) || left.Channels[0].Channel != "c" || left.Channels[0].Count < 7 {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestServeTwiceIsAnError(t *testing.T) {
	g := &Graph{}
	g.Actor("only").Run(func(*Actor) error { return nil })
	if err := g.Serve(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := g.Serve(context.Background()); !errors.Is(err, ErrStarted) {
		t.Errorf("second Serve: %v", err)
	}
}
