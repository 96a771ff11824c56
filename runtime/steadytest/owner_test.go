package steadytest

import (
	"iter"
	"testing"
	"testing/synctest"

	steady "github.com/steadytop/steadytop/runtime"
)

// trespass builds a graph in which "thief" uses what is not its own; its owner
// calls begun when it has begun.
func trespass(g *steady.Graph, begun func(), steal func(s *steady.State[int], out *steady.Tx[int], in *steady.Rx[int])) {
	c, d := steady.NewChan[int](g, "c", 8), steady.NewChan[int](g, "d", 8)
	s := steady.NewState(g, "count", 0)
	var tx *steady.Tx[int]
	var rx *steady.Rx[int]
	owner := g.Actor("owner", s)
	tx = c.Tx(owner)
	rx = d.Rx(owner)
	owner.Run(func(a *steady.Actor) error {
		begun()
		for range rx.All() {
		}
		return nil
	})
	steady.Source(g, "feeder", d, func(a *steady.Actor, out *steady.Tx[int]) error {
		for a.Running() {
			a.Wait(a.After(forever))
		}
		return nil
	})
	steady.Sink(g, "thief", c, func(_ *steady.Actor, in *steady.Rx[int]) error {
		steal(s, tx, rx)
		for range in.All() {
		}
		return nil
	})
}

// TestWhoUsesWhatIsNotItsOwnIsNamed: with both names, in the simulation.
func TestWhoUsesWhatIsNotItsOwnIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		steal func(*steady.State[int], *steady.Tx[int], *steady.Rx[int])
		what  string
	}{
		"sets a state":          {func(s *steady.State[int], _ *steady.Tx[int], _ *steady.Rx[int]) { s.Set(3) }, `state "count"`},
		"sends":                 {func(_ *steady.State[int], out *steady.Tx[int], _ *steady.Rx[int]) { _ = out.Send(1) }, aPort},
		"sends until it blocks": {func(_ *steady.State[int], out *steady.Tx[int], _ *steady.Rx[int]) { flood(out) }, aPort},
		"receives": {func(_ *steady.State[int], _ *steady.Tx[int], in *steady.Rx[int]) {
			for range in.All() {
			}
		}, aPort},
	} {
		t.Run(name, func(t *testing.T) {
			text := failing(t, func(tb *fake) {
				Simulate(tb, func(g *steady.Graph) { trespass(g, func() {}, c.steal) }, Options{Seeds: 5, Faults: NoFaults})
			})
			wantWords(t, text, `actor "thief" uses `+c.what+` of actor "owner"`)
		})
	}
}

func flood(out *steady.Tx[int]) {
	for i := range 20 {
		if out.Send(i) != nil {
			return
		}
	}
}

// TestAHarnessNamesWhoUsesWhatIsNotItsOwn: a state, whose first change in an
// iteration is seen.
func TestAHarnessNamesWhoUsesWhatIsNotItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tb := &fake{TB: t}
		h := &Harness{tb: tb, self: -1, done: make(chan struct{})}
		h.Graph(func(g *steady.Graph) {
			up := make(chan struct{}) // the theft is told, and yet no data race of this test
			trespass(g, func() { close(up) }, func(s *steady.State[int], _ *steady.Tx[int], _ *steady.Rx[int]) {
				<-up
				s.Set(3)
			})
		})
		h.Settle()
		err := h.graph.complaints()
		_ = h.StopError()
		if err == nil {
			t.Fatal("nothing was told")
		}
		wantWords(t, err.Error(), `actor "thief" uses state "count" of actor "owner"`)
	})
}

// TestACoroutineOfABodyIsNoStranger: a body may pull from its range.
func TestACoroutineOfABodyIsNoStranger(t *testing.T) {
	Run(t, func(h *Harness) {
		in, out := Feed(h, 1, 2, 3), Collect[int](h)
		Stage(h, in, out, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
			next, stop := iter.Pull(in.All())
			defer stop()
			for v, ok := next(); ok; v, ok = next() {
				if err := out.Send(v); err != nil {
					return err
				}
			}
			return nil
		})
		out.Want(1, 2, 3)
	})
}
