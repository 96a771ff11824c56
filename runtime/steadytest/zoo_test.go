package steadytest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// scenario is a graph that uses a part of the library, and knows what has to
// come of it whatever happens.
type scenario struct {
	name  string
	build func(g *steady.Graph)
	o     Options
}

// always restarts an actor as often as it fails.
var always = steady.Restart{Max: -1}

var zoo = []scenario{
	{"pipeline", pipeline, Options{}},
	{"try", chain(4, tries), Options{}},
	{"batches", chain(8, batches), Options{}},
	{"in place", chain(8, inPlace), Options{}},
	{"thresholds", chain(6, halves), Options{}},
	{"wide", chain(64, each), Options{}},
	{"tight try", chain(1, tries), Options{Steps: 400}},
	{"tight", chain(1, each), Options{Steps: 400}},
	{"burst", burst, Options{}},
	{"votes", votes, Options{}},
	{"groups", groups, Options{}},
	{"bundle", bundle, Options{}},
	{"turns", turns, Options{Faults: NoFaults}},
	{"loop", loop, Options{}},
	{"state", kept, Options{Faults: Panics | Delays | Kills}},
	{"poison", poison, Options{}},
	{"group", group, Options{}},
	(&lettered{strategy: steady.OneForAll}).scenario("group of letters"),
	(&lettered{strategy: steady.RestForOne}).scenario("rest of letters"),
	(&lettered{strategy: steady.OneForAll, two: true}).scenario("pairs of letters"),
	{"troupe", troupe, Options{}},
	{"calls", calls, Options{}},
	{"bytes", byteStream, Options{}},
	{"too much", tooMuch, Options{Faults: NoFaults, Judge: wantDeadlock}},
}

// Every part of the library keeps its promises in every order of its steps.
func TestSimulationOfEveryPart(t *testing.T) {
	for _, s := range zoo {
		t.Run(s.name, func(t *testing.T) {
			s.o.Seeds = 100
			Simulate(t, s.build, s.o)
		})
	}
}

type stage = func(*steady.Actor, *steady.Rx[int], *steady.Tx[int]) error

// count sends 0, 1, 2 … until it is to stop; every sixteenth time it waits for
// the clock before.
func count(next *steady.State[int]) func(*steady.Actor, *steady.Tx[int]) error {
	return func(a *steady.Actor, out *steady.Tx[int]) error {
		for a.Running() {
			n := next.Get()
			if n%16 == 15 && !a.Wait(a.Every(10*time.Millisecond)) {
				continue
			}
			if err := out.Send(n); err != nil {
				return err
			}
			next.Set(n + 1)
		}
		return nil
	}
}

// inOrder takes 0, 1, 2 …
func inOrder(got *steady.State[int]) func(*steady.Actor, *steady.Rx[int]) error {
	return func(a *steady.Actor, in *steady.Rx[int]) error {
		for v := range in.All() {
			if v != got.Get() {
				return wrong(a, "got %d, want %d", v, got.Get())
			}
			got.Set(v + 1)
		}
		return nil
	}
}

// wrong tells of a message that should not have come: the actor refuses to stop,
// which ends the run with what it says. An error would not do. Who has gone on since
// the last failure is started again for ever, and a bug that loses a message lets
// its actor go on.
func wrong(a *steady.Actor, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	for a.Running(steady.Vote(what, func() bool { return false })) {
		a.Wait(a.After(time.Hour))
	}
	return errors.New(what)
}

// chain is a source, two stages and a sink.
func chain(capacity int, body stage) func(g *steady.Graph) {
	return func(g *steady.Graph) {
		next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
		a, b, c := steady.NewChan[int](g, "a", capacity), steady.NewChan[int](g, "b", capacity), steady.NewChan[int](g, "c", capacity)
		steady.Source(g, "source", a, count(next), next)
		steady.Stage(g, "one", a, b, body)
		steady.Stage(g, "two", b, c, body)
		steady.Sink(g, "sink", c, inOrder(got), got)
	}
}

func pipeline(g *steady.Graph) { chain(4, each)(g) }

func each(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
	for v := range in.All() {
		if err := out.Send(v); err != nil {
			return err
		}
	}
	return nil
}

func tries(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
	for a.Running(in.Drained(), out.Closed()) {
		if !a.Wait(in.Avail(1), out.Vacant(1)) {
			continue
		}
		p, _ := in.TryPeek()
		v, ok := in.TryTake()
		if !ok || v != p || !out.TrySend(v) {
			return errors.New("the wait was not true")
		}
	}
	return nil
}

// batches waits for room first: a slice for which there is none is torn.
func batches(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
	for a.Running(in.Drained(), out.Closed()) {
		if !a.Wait(in.Avail(1), out.Vacant(4)) {
			continue
		}
		for vs := range in.Batches(4) {
			if err := out.SendSlice(vs); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func inPlace(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
	for a.Running(in.Drained(), out.Closed()) {
		if !a.Wait(in.Avail(4), out.Vacant(4)) {
			continue
		}
		p, _ := in.Peek()
		x, _ := out.Reserve()
		n := copy(x, p)
		out.Publish(n)
		in.Release(n)
	}
	return nil
}

// halves waits for half of a channel on either side, which is always safe.
func halves(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
	for a.Running(in.Drained(), out.Closed()) {
		if a.WaitAny(steady.All(in.Avail(3), out.Vacant(3)), a.Every(time.Second)) != 0 {
			continue
		}
		for range 3 {
			v, ok := in.TryTake()
			if ok && !out.TrySend(v) {
				return errors.New("the wait was not true")
			}
		}
	}
	return nil
}

// burst answers one message with more than a channel holds. What a torn
// iteration has sent when it fails comes again, and nothing else does.
func burst(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", [2]int{})
	a, b := steady.NewChan[int](g, "a", 2), steady.NewChan[[2]int](g, "b", 3)
	steady.Source(g, "source", a, count(next), next)
	steady.Stage(g, "stage", a, b, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[[2]int]) error {
		for v := range in.All() {
			for i := range 7 {
				if err := out.Send([2]int{v, i}); err != nil {
					return err
				}
			}
		}
		return nil
	}, always)
	steady.Sink(g, "sink", b, func(_ *steady.Actor, in *steady.Rx[[2]int]) error {
		for v := range in.All() {
			want := got.Get()
			if v != want && (v[0] != want[0] || v[1] != 0) {
				return fmt.Errorf("got %v, want %v", v, want)
			}
			if v[1]++; v[1] == 7 {
				v = [2]int{v[0] + 1, 0}
			}
			got.Set(v)
		}
		return nil
	}, got)
}

// votes has an actor of two inputs that refuses until both have ended.
func votes(g *steady.Graph) {
	a, b, c := steady.NewChan[int](g, "a", 3), steady.NewChan[int](g, "b", 5), steady.NewChan[int](g, "c", 4)
	sent := [2]*steady.State[int]{steady.NewState(g, "sent a", 0), steady.NewState(g, "sent b", 0)}
	got := steady.NewState(g, "got", [2]int{})
	steady.Source(g, "left", a, count(sent[0]), sent[0])
	steady.Source(g, "right", b, count(sent[1]), sent[1])
	s := g.Actor("join")
	x, y, out := a.Rx(s), b.Rx(s), c.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for a.Running(x.Drained(), y.Drained(), out.Closed()) {
			switch a.WaitAny(steady.All(x.Avail(1), out.Vacant(1)), steady.All(y.Avail(1), out.Vacant(1))) {
			case 0:
				v, _ := x.TryTake()
				out.TrySend(2 * v)
			case 1:
				v, _ := y.TryTake()
				out.TrySend(2*v + 1)
			}
		}
		return nil
	})
	steady.Sink(g, "sink", c, sides(got), got)
}

// tooMuch waits for more than a channel can give.
func tooMuch(g *steady.Graph) {
	c := steady.NewChan[int](g, "c", 8)
	steady.Source(g, "source", c, func(a *steady.Actor, out *steady.Tx[int]) error {
		for i := 0; i < 100 && a.Running(); {
			if !a.Wait(out.Vacant(5)) {
				continue
			}
			for range 2 {
				out.TrySend(i)
				i++
			}
		}
		return nil
	})
	steady.Sink(g, "sink", c, func(a *steady.Actor, in *steady.Rx[int]) error {
		for a.Running(in.Drained()) {
			if a.Wait(in.Avail(6)) {
				for range 6 {
					in.TryTake()
				}
			}
		}
		return nil
	})
}

// wantDeadlock is content with a deadlock that was found, or with a stop that
// came before.
func wantDeadlock(err error) error {
	var dead *steady.DeadlockError
	if err == nil || errors.As(err, &dead) {
		return nil
	}
	return err
}

// three is a source, a stage and a sink.
func three(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	a, b := steady.NewChan[int](g, "a", 64), steady.NewChan[int](g, "b", 64)
	steady.Source(g, "source", a, func(a *steady.Actor, out *steady.Tx[int]) error {
		for a.Running() {
			if err := out.Send(next.Get()); err != nil {
				return err
			}
			next.Set(next.Get() + 1)
		}
		return nil
	}, next)
	steady.Stage(g, "stage", a, b, each)
	steady.Sink(g, "sink", b, inOrder(got), got)
}
