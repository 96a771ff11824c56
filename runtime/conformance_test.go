package steady

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// The same bodies, with failures, on goroutines and on threads of their own,
// with real clocks and real races.
func TestEveryScheduleKeepsThePromise(t *testing.T) {
	schedules := []struct {
		name string
		park ParkMode
		opts []Option
	}{
		{"pooled", ParkChannel, []Option{always}},
		{"solo", ParkChannel, []Option{always, Solo()}},
		{"solo on futexes", ParkFutex, []Option{always, Solo()}},
	}
	for _, s := range schedules {
		for _, capacity := range []int{1, 3, 64, 1000, 65_536} {
			t.Run(fmt.Sprintf("%s/%d", s.name, capacity), func(t *testing.T) {
				n := 60_000
				if capacity == 1 {
					n = 4_000 // each message parks both sides
				}
				g := &Graph{Park: s.park}
				a, b := NewChan[int](g, "a", capacity), NewChan[int](g, "b", capacity)
				fail := chance(rand.New(rand.NewPCG(uint64(capacity), 3)), n/40)
				Source(g, "source", a, counted(n, never), s.opts...)
				Stage(g, "stage", a, b, func(_ *Actor, in *Rx[int], out *Tx[int]) error {
					for v := range in.All() {
						fail(v)
						if err := out.Send(v); err != nil {
							return err
						}
						fail(v)
					}
					return nil
				}, s.opts...)
				Sink(g, "sink", b, inOrder(t, n, never), s.opts...)
				if err := g.Serve(context.Background()); err != nil {
					t.Error(err)
				}
				checkInvariants(t, g)
			})
		}
	}
}

// Messages with pointers are wiped when they are given back, not before, and a
// message that is taken twice because of a failure is still whole.
func TestSlotsAreClearedOnReleaseOnly(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[*int](g, "c", 8)
		Source(g, "source", c, func(a *Actor, out *Tx[*int]) error {
			for i := range 100 {
				if err := out.Send(&i); err != nil {
					return err
				}
				if i%3 == 2 && a.Wait(a.After(0)) {
					continue
				}
			}
			return nil
		})
		tries := 0
		Sink(g, "sink", c, func(a *Actor, in *Rx[*int]) error {
			for v := range in.All() {
				if v == nil {
					t.Fatal("a message was wiped while it was pending")
				}
				if tries++; tries%7 == 0 {
					panic("again")
				}
			}
			for i, p := range in.slots {
				if p != nil {
					t.Errorf("slot %d still holds a message that was given back", i)
				}
			}
			return nil
		}, always)
	}, noError)
}

func TestRangeAndVotesAllocateNothing(t *testing.T) {
	bubble(t, func(g *Graph) {
		a, b := NewChan[int](g, "a", 64), NewChan[int](g, "b", 64)
		Source(g, "source", a, counted(10_000, never))
		s := g.Actor("stage")
		rx, tx := a.Rx(s), b.Tx(s)
		s.Run(func(a *Actor) error {
			n := testing.AllocsPerRun(100, func() {
				if !a.Running(rx.Drained(), tx.Closed()) {
					t.Error("nobody asked for a stop")
				}
				i := 0
				for v := range rx.All() {
					if err := tx.Send(v); err != nil {
						t.Error(err)
					}
					if i++; i == 50 {
						break
					}
				}
			})
			if n != 0 {
				t.Errorf("%v allocations for 50 messages, a range and a Running", n)
			}
			for range rx.All() {
			}
			return nil
		})
		Sink(g, "sink", b, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
			}
			return nil
		})
	}, noError)
}
