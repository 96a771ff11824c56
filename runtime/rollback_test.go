package steady

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
)

// What was taken before a range, or left pending by an earlier one, belongs to
// the iteration that the first body of the range ends.
func TestARangeKeepsWhatWasPendingBeforeIt(t *testing.T) {
	takes := map[string]func(in *Rx[int]) []int{
		"break": func(in *Rx[int]) []int {
			for v := range in.All() {
				return []int{v}
			}
			return nil
		},
		"TryTake": func(in *Rx[int]) []int {
			for range in.All() {
				break // waits for the first message
			}
			v, _ := in.TryTake()
			return []int{0, v}
		},
	}
	for name, take := range takes {
		for _, capacity := range []int{4, 8, 64} {
			t.Run(fmt.Sprint(name, capacity), func(t *testing.T) {
				bubble(t, func(g *Graph) {
					c := NewChan[int](g, "c", capacity)
					Source(g, "source", c, counted(20, never))
					got := map[int]bool{}
					Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
						pending := take(in)
						for v := range in.All() {
							if a.Regeneration() < 3 {
								return errors.New("what was pending comes again, too")
							}
							for _, p := range append(pending, v) {
								got[p] = true
							}
							pending = nil
						}
						return nil
					}, always)
					t.Cleanup(func() {
						if len(got) != 20 {
							t.Errorf("received %v, want all of 20", got)
						}
					})
				}, noError)
			})
		}
	}
}

// A panic of a range inside of a body that the body recovers is no business of
// the iteration around it: that one goes on and stands.
func TestPanicOfAnInnerRangeRecoveredByTheBody(t *testing.T) {
	bubble(t, func(g *Graph) {
		outer, inner, out := NewChan[int](g, "outer", 8), NewChan[int](g, "inner", 8), NewChan[int](g, "out", 64)
		Source(g, "numbers", outer, counted(5, never))
		Source(g, "details", inner, counted(10, never))
		s := g.Actor("stage")
		rx, more, tx := outer.Rx(s), inner.Rx(s), out.Tx(s)
		taken := 0
		s.Run(func(a *Actor) error {
			for v := range rx.All() {
				func() {
					defer func() { _ = recover() }()
					for range more.All() {
						if taken++; taken%2 == 0 {
							panic("recovered by the body")
						}
					}
				}()
				if err := tx.Send(v); err != nil {
					return err
				}
			}
			return nil
		})
		Sink(g, "sink", out, inOrder(t, 5, never))
		t.Cleanup(func() {
			if taken != 10 {
				t.Errorf("took %d details, want each of 10 once", taken)
			}
		})
	}, noError)
}

// However an iteration fails, it fails once.
func TestATornIterationIsLostOnce(t *testing.T) {
	fails := map[string]func() error{
		"panic":  func() error { panic("torn") },
		"error":  func() error { return errors.New("torn") },
		"goexit": func() error { runtime.Goexit(); return nil },
	}
	for name, fail := range fails {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				in, out := NewChan[int](g, "in", 2), NewChan[int](g, "out", 2)
				Source(g, "source", in, counted(1, never))
				Stage(g, "stage", in, out, func(a *Actor, in *Rx[int], out *Tx[int]) error {
					for range in.All() {
						for i := range 5 {
							if err := out.Send(i); err != nil {
								return err
							}
						}
						if a.Regeneration() == 0 {
							return fail()
						}
					}
					return nil
				}, always)
				Sink(g, "sink", out, func(a *Actor, in *Rx[int]) error {
					for range in.All() {
					}
					return nil
				})
				t.Cleanup(func() {
					if s := g.actors[1]; s.torn.Load() != 2 || s.tornLost.Load() != 1 {
						t.Errorf("torn %d, lost %d, want 2 and 1", s.torn.Load(), s.tornLost.Load())
					}
				})
			}, noError)
		})
	}
}
