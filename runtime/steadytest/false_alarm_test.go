package steadytest

import (
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// What is not a fault is not told as one. Each of these was.
func TestNoFalseAlarms(t *testing.T) {
	for name, s := range map[string]scenario{
		"padding":                      {"", padding, Options{}},
		"a group that is killed":       {"", group, Options{Faults: Panics | Kills}},
		"who never parks":              {"", alone, Options{}},
		"who polls":                    {"", polls, Options{}},
		"a loop that only a stop ends": {"", idleLoop, Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			if s.o.Seeds == 0 {
				s.o.Seeds = 60
			}
			Simulate(t, s.build, s.o)
		})
	}
}

// padding sends messages with garbage between their fields.
func padding(g *steady.Graph) {
	type padded struct {
		A uint8
		B uint64
	}
	c := steady.NewChan[padded](g, "c", 8)
	next := steady.NewState(g, "next", 0)
	steady.Source(g, "source", c, func(a *steady.Actor, out *steady.Tx[padded]) error {
		var vs []padded
		for a.Running() {
			vs = vs[:0]
			for i := range 4 {
				vs = append(vs, padded{uint8(i), uint64(next.Get())})
			}
			if err := out.SendSlice(vs); err != nil {
				return err
			}
			next.Set(next.Get() + 1)
		}
		return nil
	}, next)
	steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[padded]) error {
		for range in.All() {
		}
		return nil
	})
}

func alone(g *steady.Graph) {
	g.Actor("alone").Run(func(a *steady.Actor) error {
		for a.Running() {
		}
		return nil
	})
}

// polls has actors that look all the time, and never wait.
func polls(g *steady.Graph) {
	c := steady.NewChan[int](g, "c", 2)
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	steady.Source(g, "source", c, func(a *steady.Actor, out *steady.Tx[int]) error {
		for a.Running() {
			if out.TrySend(next.Get()) {
				next.Set(next.Get() + 1)
			}
		}
		return nil
	}, next)
	steady.Sink(g, "sink", c, func(a *steady.Actor, in *steady.Rx[int]) error {
		for a.Running(in.Drained()) {
			if v, ok := in.TryTake(); ok {
				got.Set(v)
			}
		}
		return nil
	}, got)
}

// idleLoop has two actors that wait for each other, until they are to stop.
func idleLoop(g *steady.Graph) {
	ab, ba := steady.NewChan[int](g, "ab", 2), steady.NewChan[int](g, "ba", 2)
	steady.Stage(g, "a", ba, ab, each)
	steady.Stage(g, "b", ab, ba, each)
}

// A message may be nil, if its type is an interface.
func TestANilMessage(t *testing.T) {
	Run(t, func(h *Harness) {
		in, out := Feed[error](h, nil), Collect[error](h)
		Stage(h, in, out, func(_ *steady.Actor, in *steady.Rx[error], out *steady.Tx[error]) error {
			for err := range in.All() {
				if err := out.Send(err); err != nil {
					return err
				}
			}
			return nil
		})
		out.Want(nil)
	})
}

// A failure comes at its message, however long bodies take, and the first one
// first.
func TestFailuresComeAtTheirMessage(t *testing.T) {
	Run(t, func(h *Harness) {
		in := Feed[int](h)
		var order []int
		Sink(h, in, func(_ *steady.Actor, in *steady.Rx[int]) error {
			for v := range in.All() {
				<-time.After(100)
				order = append(order, v)
			}
			return nil
		})
		in.PanicAt(30)
		in.PanicAt(10)
		for i := range 40 {
			in.Send(i + 1)
		}
		h.Sleep(time.Second)
		h.Stop()
		h.WantRestarts("actor", 2)
		seen := map[int]int{}
		for _, v := range order {
			seen[v]++
		}
		if seen[10] != 2 || seen[30] != 2 || len(order) != 42 {
			t.Errorf("messages 10 and 30 were to come twice, and no other: %v", order)
		}
	})
}
