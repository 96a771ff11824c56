package steady

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// schedules are what actors may run on. The actors of a graph get the options
// in turn.
var schedules = []struct {
	name string
	park ParkMode
	on   []Option
}{
	{"pooled", ParkChannel, []Option{pooled}},
	{"solo", ParkChannel, []Option{Solo()}},
	{"solo on futexes", ParkFutex, []Option{Solo()}},
	{"troupe", ParkChannel, []Option{Troupe("all")}},
	{"two troupes on futexes", ParkFutex, []Option{Troupe("one"), Troupe("two")}},
	{"mixed", ParkFutex, []Option{Troupe("one"), pooled, Solo(), Troupe("one")}},
}

var pooled = optionFunc(func(*Actor) {})

// The same bodies, with failures, on everything that an actor can run on, with
// real clocks and real races.
func TestEveryScheduleKeepsThePromise(t *testing.T) {
	for _, s := range schedules {
		for _, sh := range shapes {
			for _, capacity := range []int{1, 3, 64, 1000, 65_536} {
				for name, rate := range map[string]int{"calm": 0, "failing": 40} {
					t.Run(fmt.Sprintf("%s/%s/%d/%s", s.name, sh.name, capacity, name), func(t *testing.T) {
						n := 8_000
						if capacity == 1 {
							n = 800 // each message parks both sides
						}
						g := &Graph{Park: s.park}
						conform(t, g, sh, capacity, n, rate, s.on)
					})
				}
			}
		}
		for _, sh := range pointerShapes {
			for _, capacity := range []int{1, 3, 64} {
				t.Run(fmt.Sprintf("%s/pointers/%s/%d", s.name, sh.name, capacity), func(t *testing.T) {
					conform(t, &Graph{Park: s.park}, sh, capacity, min(2_000*capacity, 8_000)/2, 40, s.on)
				})
			}
		}
	}
}

// conform runs a source, two stages and a sink of one shape. About rate failures
// happen to each.
func conform[T item](t *testing.T, g *Graph, sh shape[T], capacity, n, rate int, on []Option) {
	t.Helper()
	opts := func(i int) []Option { return []Option{always, on[i%len(on)]} }
	fail := func(i int) func(int) {
		if rate == 0 {
			return never
		}
		return chance(rand.New(rand.NewPCG(uint64(capacity), uint64(i))), n/rate)
	}
	a, b, c := NewChan[T](g, "a", capacity), NewChan[T](g, "b", capacity), NewChan[T](g, "c", capacity)
	Source(g, "source", a, sh.source(n, fail(0)), opts(0)...)
	Stage(g, "one", a, b, sh.stage(fail(1)), opts(1)...)
	Stage(g, "two", b, c, sh.stage(fail(2)), opts(2)...)
	Sink(g, "sink", c, sh.sink(t, n, fail(3)), opts(3)...)
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	checkInvariants(t, g)
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
