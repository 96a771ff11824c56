package steady

import (
	"fmt"
	"testing"
	"time"
)

// givingBack are bodies that take an iteration back when attempt says so.
var givingBack = map[string]func(seen *State[int], in *Rx[int], out *Tx[int], attempt func(v int) bool) func(*Actor) error{
	"All": func(seen *State[int], in *Rx[int], out *Tx[int], attempt func(v int) bool) func(*Actor) error {
		return func(a *Actor) error {
			for v := range in.All() {
				seen.Set(seen.Get() + 1)
				if err := out.Send(v); err != nil {
					return err
				}
				if !attempt(v) {
					a.Rollback()
				}
			}
			return nil
		}
	},
	"Batches": func(seen *State[int], in *Rx[int], out *Tx[int], attempt func(v int) bool) func(*Actor) error {
		return func(a *Actor) error {
			for vs := range in.Batches(3) {
				seen.Set(seen.Get() + len(vs))
				ok := true
				for _, v := range vs {
					out.TrySend(v)
					ok = attempt(v) && ok
				}
				if !ok {
					a.Rollback()
				}
			}
			return nil
		}
	},
	"Running": func(seen *State[int], in *Rx[int], out *Tx[int], attempt func(v int) bool) func(*Actor) error {
		return func(a *Actor) error {
			for a.Running(in.Drained()) {
				if !a.Wait(in.Avail(1), out.Vacant(1)) {
					continue
				}
				v, _ := in.TryTake()
				seen.Set(seen.Get() + 1)
				out.TrySend(v)
				if !attempt(v) {
					a.Rollback()
					a.Wait(a.After(time.Millisecond))
				}
			}
			return nil
		}
	},
	"deferred recover": func(seen *State[int], in *Rx[int], out *Tx[int], attempt func(v int) bool) func(*Actor) error {
		return func(a *Actor) (err error) {
			defer func() {
				if v := recover(); v != nil {
					a.Rollback()
					a.Wait(a.After(time.Millisecond)) // a boundary, of an iteration that did nothing
					err = fmt.Errorf("%v", v)
				}
			}()
			for a.Running(in.Drained()) {
				if !a.Wait(in.Avail(1), out.Vacant(1)) {
					continue
				}
				v, _ := in.TryTake()
				seen.Set(seen.Get() + 1)
				out.TrySend(v)
				if !attempt(v) {
					panic("again")
				}
			}
			return nil
		}
	},
}

// Rollback takes back what the open iteration has done, wherever it is called,
// and the actor goes on: the same messages come again.
func TestRollbackOfTheOpenIteration(t *testing.T) {
	for name, body := range givingBack {
		t.Run(name, func(t *testing.T) {
			var seen *State[int]
			bubble(t, func(g *Graph) {
				in, out := NewChan[int](g, "in", 8), NewChan[int](g, "out", 64)
				Source(g, "source", in, counted(50, never))
				seen = NewState(g, "seen", 0)
				s := g.Actor("stage", seen, always)
				failed := map[int]bool{}
				s.Run(body(seen, in.Rx(s), out.Tx(s), func(v int) bool {
					again := v%5 == 2 && !failed[v]
					failed[v] = true
					return !again
				}))
				Sink(g, "sink", out, inOrder(t, 50, never))
			}, noError)
			if seen.Get() != 50 {
				t.Errorf("the state says %d, want 50", seen.Get())
			}
		})
	}
}

// Rollback is no failure: Poison counts none for the messages that were taken.
func TestRollbackIsNoFailure(t *testing.T) {
	bubble(t, func(g *Graph) {
		in, dead := NewChan[int](g, "in", 8), NewChan[DeadLetter[int]](g, "dead", 8)
		Source(g, "source", in, counted(20, never))
		Poison(in, 1, dead)
		given := map[int]bool{}
		Sink(g, "sink", in, func(a *Actor, rx *Rx[int]) error {
			for a.Running(rx.Drained()) {
				if !a.Wait(rx.Avail(1)) {
					continue
				}
				if v, _ := rx.TryTake(); !given[v] {
					given[v] = true
					a.Rollback()
					if v == 7 {
						return fmt.Errorf("of another cause")
					}
				}
			}
			return nil
		}, always)
		Sink(g, "archive", dead, func(_ *Actor, rx *Rx[DeadLetter[int]]) error {
			for l := range rx.All() {
				t.Errorf("%d was set aside", l.Message)
			}
			return nil
		})
	}, noError)
}
