package main

import (
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// The ledger writes so many orders a second and no more, and one that it had to
// write again counts once. Its clock is that of the harness, as time.Now is.
func TestLedger(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in := steadytest.Feed[order](h)
		for id := range uint64(50) {
			in.Send(order{id: id})
		}
		in.Close()
		l := ledger{rate: 100, received: steady.NewState(h.Steady(), "received", tally{})}
		steadytest.Sink(h, in, l.run, l.received)
		begin := time.Now()
		h.Sleep(400 * time.Millisecond)
		h.Stop() // which does not hurry it
		if took := time.Since(begin); took != 500*time.Millisecond {
			t.Errorf("50 orders took %v, want half a second", took)
		}
		if got, want := l.received.Get(), (tally{50, 49 * 50 / 2}); got != want {
			t.Errorf("it counted %v, want %v", got, want)
		}
	})
}

// One that fails writes its last orders again, and counts them once.
func TestLedgerFails(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in := steadytest.Feed(h, order{id: 1}, order{id: 2}, order{id: 3})
		l := ledger{received: steady.NewState(h.Steady(), "received", tally{})}
		in.PanicAt(2)
		steadytest.Sink(h, in, l.run, l.received)
		h.Sleep(time.Second)
		h.WantRestarts("actor", 1)
		h.Stop()
		if got, want := l.received.Get(), (tally{3, 6}); got != want {
			t.Errorf("it counted %v, want %v", got, want)
		}
	})
}

// An order that nobody can read goes to the clerk, and a letter leaves the graph.
// While there is no room for it, the clerk waits in its call, and so the graph
// does not end.
func TestClerk(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		letters := make(chan uint64)
		g := only(h, small, letters, steadytest.Send(order{id: 7}))
		dead := steadytest.Tap[steady.DeadLetter[order]](g, "dead[0]")
		h.Sleep(time.Second) // longer than the back-off of parse
		h.RequestStop()
		h.WantEnded("ledger")
		dead.Want() // the clerk has not finished with it
		if id := <-letters; id != 7 {
			t.Errorf("a letter about order %d, want 7", id)
		}
		h.WantEnded("clerk")
		if dead.Len() != 1 || dead.All()[0].Actor != "eu.parse" {
			t.Errorf("dead letters: %+v", dead.All())
		}
	})
}
