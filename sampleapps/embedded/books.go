package main

import (
	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// books is the graph: intake, which takes what the handlers send, and clerk.
type books struct {
	graph  *steady.Graph
	orders chan int      // to the graph; without a buffer, so that what is sent has been taken
	over   chan struct{} // closed when the graph takes no more
	booked *steady.State[account]
}

// account is what clerk has booked.
type account struct{ Orders, Sum int }

func build(g *steady.Graph) books {
	b := books{
		graph: g, orders: make(chan int), over: make(chan struct{}),
		booked: steady.NewState(g, "booked", account{}),
	}
	c := steady.NewChan[int](g, "orders", 64)
	steady.Source(g, "intake", c, actors.FromChan(b.orders))
	steady.Sink(g, "clerk", c, b.book, b.booked)
	return b
}

func (b *books) book(_ *steady.Actor, in *steady.Rx[int]) error {
	for pence := range in.All() {
		sum := b.booked.Get()
		b.booked.Set(account{sum.Orders + 1, sum.Sum + pence})
	}
	return nil
}
