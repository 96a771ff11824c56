package steadytest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// ends are scenarios of ends that are not the usual one, and of failures that a
// body brings about itself.
var ends = []scenario{
	{"leaves early", leaves, Options{Judge: wantLeftovers}},
	{"vetoes for ever", vetoes, Options{Judge: wantVeto}},
	{"fails by itself", fails(steady.Restart{Max: -1, Backoff: -1}), Options{}},
	{"fails with pauses", fails(steady.Restart{Max: -1}), Options{Faults: Delays | Jumps}},
	{"rest for one", fails(always, steady.Group("g", steady.RestForOne)), Options{}},
	{"one for one", fails(always, steady.Group("g", steady.OneForOne)), Options{}},
	{"troupe that fails", fails(always, steady.Troupe("t")), Options{}},
	{"nested", nested, Options{}},
	{"asks for a stop", asks, Options{Steps: 1 << 20, MaxSteps: 1 << 20}},
	{"each published", eager, Options{}},
	{"too late", late, Options{Judge: wantAnyEnd, Faults: Delays}},
	{"two troupes", twoTroupes, Options{}},
}

// However a graph ends, it does as promised.
func TestSimulationOfEnds(t *testing.T) {
	for _, s := range ends {
		t.Run(s.name, func(t *testing.T) {
			s.o.Seeds = 100
			Simulate(t, s.build, s.o)
		})
	}
}

// leaves has a receiver that ends after ten messages.
func leaves(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	a, b := steady.NewChan[int](g, "a", 3), steady.NewChan[int](g, "b", 3)
	steady.Source(g, "source", a, count(next), next)
	steady.Stage(g, "stage", a, b, each)
	steady.Sink(g, "sink", b, func(a *steady.Actor, in *steady.Rx[int]) error {
		for v := range in.All() {
			if v != got.Get() {
				return wrong(a, "got %d, want %d", v, got.Get())
			}
			if got.Set(v + 1); v == 10 {
				break
			}
		}
		return nil
	}, got)
}

func wantLeftovers(err error) error {
	var left *steady.LeftoverError
	if err == nil || errors.As(err, &left) && err.Error() == left.Error() {
		return nil
	}
	return err
}

// vetoes has an actor that never agrees to stop.
func vetoes(g *steady.Graph) {
	g.Grace = time.Second
	next := steady.NewState(g, "next", 0)
	a := steady.NewChan[int](g, "a", 3)
	steady.Source(g, "source", a, count(next), next)
	s := g.Actor("mule")
	in := a.Rx(s)
	s.Run(func(a *steady.Actor) error {
		for a.Running(steady.Vote("in the mood", func() bool { return false })) {
			if a.WaitAny(in.Avail(1), a.Every(50*time.Millisecond)) == 0 {
				in.TryTake()
			}
		}
		return nil
	})
}

func wantVeto(err error) error {
	var down *steady.ShutdownError
	if !errors.As(err, &down) {
		return fmt.Errorf("want a ShutdownError, got %v", err)
	}
	for _, h := range down.Actors {
		if h.Actor == "mule" && strings.Contains(h.Reason, "in the mood") && h.Age > 500*time.Millisecond && h.Age < 1100*time.Millisecond {
			return nil
		}
	}
	return fmt.Errorf("the mule is not named, with its reason and age: %v, %+v", err, down.Actors)
}

// fails has stages that fail on each seventh message when it comes for the first
// time, in one of three ways.
func fails(opts ...steady.Option) func(g *steady.Graph) {
	return func(g *steady.Graph) {
		next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
		a, b, c := steady.NewChan[int](g, "a", 4), steady.NewChan[int](g, "b", 2), steady.NewChan[int](g, "c", 3)
		steady.Source(g, "source", a, count(next), next, always)
		for i, ends := range []struct{ in, out *steady.Chan[int] }{{a, b}, {b, c}} {
			tried := map[int]bool{}
			steady.Stage(g, fmt.Sprint("stage", i), ends.in, ends.out, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
				for v := range in.All() {
					if err := out.Send(v); err != nil {
						return err
					}
					if v%7 != i || tried[v] {
						continue
					}
					switch tried[v] = true; v % 3 {
					case 0:
						panic("on purpose")
					case 1:
						runtime.Goexit()
					default:
						return errors.New("on purpose")
					}
				}
				return nil
			}, opts...)
		}
		steady.Sink(g, "sink", c, inOrder(got), got, always)
	}
}

// nested takes from one input in the body of a range over another.
func nested(g *steady.Graph) {
	sent := [2]*steady.State[int]{steady.NewState(g, "sent a", 0), steady.NewState(g, "sent b", 0)}
	got := steady.NewState(g, "got", 0)
	a, b, c := steady.NewChan[int](g, "a", 3), steady.NewChan[int](g, "b", 5), steady.NewChan[int](g, "c", 2)
	steady.Source(g, "left", a, count(sent[0]), sent[0])
	steady.Source(g, "right", b, count(sent[1]), sent[1])
	s := g.Actor("zip")
	x, y, out := a.Rx(s), b.Rx(s), c.Tx(s)
	s.Run(func(*steady.Actor) error {
		for v := range x.All() {
			for w := range y.All() {
				if v != w {
					return fmt.Errorf("%d and %d came together", v, w)
				}
				if err := out.Send(v); err != nil {
					return err
				}
				break
			}
		}
		for range y.All() {
		}
		return nil
	})
	steady.Sink(g, "sink", c, func(a *steady.Actor, in *steady.Rx[int]) error {
		for v := range in.All() {
			if v != got.Get() {
				return wrong(a, "got %d, want %d", v, got.Get())
			}
			got.Set(v + 1)
		}
		return nil
	}, got)
}

// asks has an actor that asks for the stop itself.
func asks(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	a := steady.NewChan[int](g, "a", 3)
	steady.Source(g, "source", a, count(next), next)
	steady.Sink(g, "sink", a, func(a *steady.Actor, in *steady.Rx[int]) error {
		for v := range in.All() {
			if got.Set(v + 1); v == 40 {
				a.RequestShutdown("that is enough")
			}
		}
		return nil
	}, got)
}

// eager publishes each iteration, and commits in the middle of bodies.
func eager(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	a, b := steady.NewChan[int](g, "a", 32), steady.NewChan[int](g, "b", 32)
	steady.Source(g, "source", a, func(a *steady.Actor, out *steady.Tx[int]) error {
		out.PublishEach()
		return count(next)(a, out)
	}, next)
	steady.Stage(g, "stage", a, b, func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		for v := range in.All() {
			if err := out.Send(v); err != nil {
				return err
			}
			if v%3 == 0 {
				a.Commit()
			}
			if v%5 != 0 || !a.Running() {
				continue
			}
			if w, ok := in.TryTake(); ok {
				if err := out.Send(w); err != nil {
					return err
				}
			}
		}
		return nil
	})
	steady.Sink(g, "sink", b, inOrder(got), got)
}

// twoTroupes hands messages to and fro between two threads.
func twoTroupes(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	var c [5]*steady.Chan[int]
	for i := range c {
		c[i] = steady.NewChan[int](g, fmt.Sprint("c", i), 1+i%3)
	}
	steady.Source(g, "source", c[0], count(next), next, steady.Troupe("x"))
	for i := range len(c) - 1 {
		steady.Stage(g, fmt.Sprint("stage", i), c[i], c[i+1], []stage{each, tries}[i%2], steady.Troupe([]string{"y", "x"}[i%2]))
	}
	steady.Sink(g, "sink", c[len(c)-1], inOrder(got), got, steady.Troupe("x"))
}

// late gives the actors less time to stop than some of them need.
func late(g *steady.Graph) {
	g.Grace = 20 * time.Millisecond
	chain(2, each)(g)
}

// wantAnyEnd is content with an end at the deadline, and with what is left then.
func wantAnyEnd(err error) error {
	var down *steady.ShutdownError
	var left *steady.LeftoverError
	if err == nil || errors.As(err, &down) || errors.As(err, &left) {
		return nil
	}
	return err
}
