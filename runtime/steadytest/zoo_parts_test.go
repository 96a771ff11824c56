package steadytest

import (
	"context"
	"errors"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// bundle spreads work over lanes, and gathers it.
func bundle(g *steady.Graph) {
	const lanes = 12 // with so many, not all ports are looked after at each boundary
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", [lanes]int{})
	jobs, done := steady.NewBundle[int](g, "jobs", lanes, 2), steady.NewBundle[int](g, "done", lanes, 3)
	s := g.Actor("source", next)
	out := jobs.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for a.Running() {
			n := next.Get()
			if err := out.Lane(n % lanes).Send(n); err != nil {
				return err
			}
			next.Set(n + 1)
		}
		return nil
	})
	for i := range lanes {
		steady.Stage(g, fmt.Sprint("worker", i), jobs.Lane(i), done.Lane(i), each)
	}
	s = g.Actor("sink", got)
	in := done.Rx(s)
	s.Run(func(a *steady.Actor) error {
		for lane, v := range in.All() {
			want := got.Get()
			if v != want[lane]*lanes+lane {
				return wrong(a, "lane %d: got %d, want %d", lane, v, want[lane]*lanes+lane)
			}
			want[lane]++
			got.Set(want)
		}
		return nil
	})
}

// turns takes from lanes that are all full: each has its turn before any has two.
func turns(g *steady.Graph) {
	const lanes, all = 4, 40
	b, ready := steady.NewBundle[int](g, "b", lanes, all), steady.NewChan[bool](g, "ready", 1)
	s := g.Actor("source")
	out, tell := b.Tx(s), ready.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for i := range lanes * all {
			if err := out.Lane(i % lanes).Send(i); err != nil {
				return err
			}
		}
		a.Commit()
		return tell.Send(true)
	})
	s = g.Actor("sink", steady.Restart{Never: true}) // what it counts starts anew with it
	in, told := b.Rx(s), ready.Rx(s)
	s.Run(func(a *steady.Actor) error {
		for range told.All() {
		}
		last, run := -1, 0
		var seen [lanes]int
		for lane := range in.All() {
			if lane != last {
				last, run = lane, 0
			}
			seen[lane]++
			if run++; run > 16 && seen[(lane+1)%lanes] < all {
				return fmt.Errorf("lane %d has %d turns in a row", lane, run)
			}
		}
		return nil
	})
}

// loop has requests that go round until they are done.
func loop(g *steady.Graph) {
	next, done := steady.NewState(g, "next", 0), steady.NewState(g, "done", 0)
	in, back, out := steady.NewChan[int](g, "in", 2), steady.NewChan[int](g, "back", 8), steady.NewChan[int](g, "out", 2)
	forth := steady.NewChan[int](g, "forth", 2)
	steady.Source(g, "source", in, count(next), next)
	s := g.Actor("router", steady.Restart{Max: 50})
	news, again, work, finished := in.Rx(s), back.Rx(s), forth.Tx(s), out.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for a.Running(news.Drained(), again.Drained(), work.Closed(), finished.Closed()) {
			switch a.WaitAny(steady.All(again.Avail(1), finished.Vacant(1), work.Vacant(1)), steady.All(news.Avail(1), work.Vacant(2))) {
			case 0:
				if v, _ := again.TryTake(); v >= 300 {
					finished.TrySend(v)
				} else {
					work.TrySend(v)
				}
			case 1:
				v, _ := news.TryTake()
				work.TrySend(v % 100)
			}
		}
		return nil
	})
	steady.Stage(g, "worker", forth, back, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		for v := range in.All() {
			if err := out.Send(v + 100); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Sink(g, "sink", out, func(_ *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
			done.Set(done.Get() + 1)
		}
		return nil
	}, done)
}

// tally is a value of which half would be wrong.
type tally struct{ Count, Sum int }

// kept counts what came in a state that survives the process.
func kept(g *steady.Graph) {
	next := steady.NewState(g, "next", 0)
	sum := steady.NewState(g, "sum", tally{}, steady.Persist("/var/sum", steady.SyncEvery(1e6)))
	in, out := steady.NewChan[int](g, "in", 2), steady.NewChan[int](g, "out", 2)
	steady.Source(g, "source", in, count(next), next)
	steady.Stage(g, "adder", in, out, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		if s := sum.Get(); s.Sum != s.Count*(s.Count-1)/2 {
			return fmt.Errorf("half of a state was saved: %+v", s)
		}
		for range in.All() {
			s := sum.Get()
			s.Count++
			sum.Set(s)
			for range 4 { // more than there is room for
				if err := out.Send(s.Count); err != nil {
					return err
				}
			}
			s.Sum += s.Count - 1
			sum.Set(s)
		}
		return nil
	}, steady.Restart{Max: 20}, sum)
	steady.Sink(g, "sink", out, func(_ *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
		}
		return nil
	})
}

var errBad = errors.New("a bad message")

// poison sets each tenth message aside.
func poison(g *steady.Graph) {
	next, got, dead := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0), steady.NewState(g, "dead", 0)
	a, b, c := steady.NewChan[int](g, "a", 4), steady.NewChan[int](g, "b", 4), steady.NewChan[steady.DeadLetter[int]](g, "c", 1)
	steady.Poison(a, 2, c)
	steady.Source(g, "source", a, count(next), next)
	steady.Stage(g, "stage", a, b, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		for v := range in.All() {
			if err := out.Send(v); err != nil {
				return err
			}
			if v%10 == 9 {
				return errBad
			}
		}
		return nil
	}, always)
	steady.Sink(g, "sink", b, func(a *steady.Actor, in *steady.Rx[int]) error {
		for v := range in.All() {
			n := got.Get()
			for n%10 == 9 && n != v { // a message may be set aside that failed for another reason
				n++
			}
			if v < n {
				return wrong(a, "got %d, want %d", v, n)
			}
			got.Set(v + 1)
		}
		return nil
	}, got)
	steady.Sink(g, "morgue", c, func(_ *steady.Actor, in *steady.Rx[steady.DeadLetter[int]]) error {
		for d := range in.All() {
			if d.Message < dead.Get() {
				return fmt.Errorf("dead letter %d after %d", d.Message, dead.Get())
			}
			dead.Set(d.Message + 1)
		}
		return nil
	}, dead)
}

// group is a chain whose stages start again together.
func group(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	a, b, c := steady.NewChan[int](g, "a", 3), steady.NewChan[int](g, "b", 3), steady.NewChan[int](g, "c", 3)
	steady.Source(g, "source", a, count(next), next)
	all := steady.Group("session", steady.OneForAll)
	steady.Stage(g, "one", a, b, each, all)
	steady.Stage(g, "two", b, c, tries, all)
	steady.Sink(g, "sink", c, inOrder(got), got, all)
}

// troupe is a chain on one thread, but for its source.
func troupe(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	a, b, c := steady.NewChan[int](g, "a", 3), steady.NewChan[int](g, "b", 3), steady.NewChan[int](g, "c", 3)
	steady.Source(g, "source", a, count(next), next)
	on := steady.Troupe("all")
	steady.Stage(g, "one", a, b, each, on)
	steady.Stage(g, "two", b, c, tries, on)
	steady.Sink(g, "sink", c, inOrder(got), got, on)
}

// calls has stages that call what blocks; one is in a troupe.
func calls(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	a, b, c := steady.NewChan[int](g, "a", 3), steady.NewChan[int](g, "b", 3), steady.NewChan[int](g, "c", 3)
	call := func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		for v := range in.All() {
			w := 0
			a.Blocking(func(context.Context) { w = v })
			if err := out.Send(w); err != nil {
				return err
			}
		}
		return nil
	}
	steady.Source(g, "source", a, count(next), next)
	steady.Stage(g, "one", a, b, call, steady.Troupe("all"))
	steady.Stage(g, "two", b, c, call, steady.Troupe("all"))
	steady.Sink(g, "sink", c, inOrder(got), got)
}

// byteStream carries messages of many sizes in one piece of memory.
func byteStream(g *steady.Graph) {
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	line := func(n int) []byte { return fmt.Appendf(nil, "%0*d", 1+n*7%13, n) }
	c := steady.NewByteChan(g, "c", 5, 40)
	s := g.Actor("source", next)
	tx := c.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for a.Running() {
			n := next.Get()
			if err := tx.Send(line(n)); err != nil {
				return err
			}
			next.Set(n + 1)
		}
		return nil
	})
	s = g.Actor("sink", got)
	rx := c.Rx(s)
	s.Run(func(*steady.Actor) error {
		for p := range rx.All() {
			if n := got.Get(); string(p) != string(line(n)) {
				return fmt.Errorf("got %q, want %q", p, line(n))
			}
			got.Set(got.Get() + 1)
		}
		return nil
	})
}

// groups has an actor that waits for any of two groups which share an output, with
// other needs of it.
func groups(g *steady.Graph) {
	y, z := steady.NewChan[int](g, "y", 4), steady.NewChan[int](g, "z", 2)
	next, sent, got := steady.NewState(g, "next", 0), steady.NewState(g, "sent", 0), steady.NewState(g, "got", [2]int{})
	steady.Source(g, "slow", y, func(a *steady.Actor, out *steady.Tx[int]) error {
		for a.Running() {
			if n := sent.Get(); a.Wait(a.Every(10*time.Millisecond), out.Vacant(1)) {
				out.TrySend(n)
				sent.Set(n + 1)
			}
		}
		return nil
	}, sent)
	s := g.Actor("join", next)
	in, out := y.Rx(s), z.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for a.Running(in.Drained(), out.Closed()) {
			switch a.WaitAny(steady.All(out.Vacant(2)), steady.All(out.Vacant(1), in.Avail(1))) {
			case 0:
				n := next.Get()
				out.TrySend(2 * n)
				out.TrySend(2*n + 2)
				next.Set(n + 2)
			case 1:
				v, _ := in.TryTake()
				out.TrySend(2*v + 1)
			}
		}
		return nil
	})
	steady.Sink(g, "sink", z, sides(got), got)
}

// sides takes 0, 2, 4 … and 1, 3, 5 …
func sides(got *steady.State[[2]int]) func(*steady.Actor, *steady.Rx[int]) error {
	return func(a *steady.Actor, in *steady.Rx[int]) error {
		for v := range in.All() {
			want := got.Get()
			if want[v%2] != v/2 {
				return wrong(a, "side %d: got %d, want %d", v%2, v/2, want[v%2])
			}
			want[v%2]++
			got.Set(want)
		}
		return nil
	}
}
