package main

import (
	"cmp"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// A session lasts for five orders of the small graph. When it has expired, login
// opens another, and the order that was too much is booked in that.
func TestSessionExpires(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		orders := []order{{id: 1}, {id: 2}, {id: 3}, {id: 4}, {id: 5}, {id: 6}}
		g := only(h, small, roomy(), steadytest.Send(orders...))
		sessions, booked := steadytest.Tap[session](g, "sessions"), steadytest.Tap[order](g, "booked")
		h.Sleep(time.Second) // longer than the back-off of the bank
		got := booked.All()  // of four workers, so in any order
		slices.SortFunc(got, func(x, y order) int { return cmp.Compare(x.id, y.id) })
		if !slices.Equal(got, orders) {
			t.Errorf("booked %v, want %v", got, orders)
		}
		sessions.Want(session{0}, session{1})
		h.WantRestarts("bank", 1)
		h.WantRestarts("login", 1)
	})
}

// Login has nothing to do any more, and yet it stays until the bank has ended.
func TestLoginStays(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := only(h, small, roomy(), steadytest.Sleep(time.Second), steadytest.Send(order{id: 1}))
		g.Freeze("paid[0]")
		h.Sleep(time.Second)
		h.RequestStop()
		h.WantEnded("eu.check")
		h.WantVeto("login", "bank closed")
		g.Thaw("paid[0]")
		h.WantEnded("bank")
		h.Sleep(time.Second) // it asks now and then
		h.WantEnded("login")
	})
}

// bankOnly is the bank with its login, one region that sends an order every ten
// milliseconds, and a ledger that counts them.
type bankOnly struct {
	lasts          int
	ended          atomic.Bool
	sent, received *steady.State[tally]
}

func (b *bankOnly) build(g *steady.Graph) {
	b.sent, b.received = steady.NewState(g, "sent", tally{}), steady.NewState(g, "received", tally{})
	paid, booked := steady.NewBundle[order](g, "paid", 1, 4), steady.NewChan[order](g, "booked", 4)
	sessions := steady.NewChan[session](g, "sessions", 4)
	together := steady.Group("session", steady.OneForAll)

	shop := shop{every: 10 * time.Millisecond, books: &books{}, sent: b.sent}
	steady.Source(g, "region", paid.Lane(0), shop.run, b.sent)
	steady.Source(g, "login", sessions, login{&b.ended}.run, together)
	s := g.Actor("bank", together, steady.Restart{Max: -1})
	s.Run(bank{sessions.Rx(s), paid.Rx(s), booked.Tx(s), b.lasts, &b.ended}.run)
	steady.Sink(g, "ledger", booked, ledger{received: b.received}.run, b.received)
}

// When login fails, the bank is called back. That is not its end, so login may not
// take it for one.
func TestLoginFails(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		b := &bankOnly{lasts: 1000}
		g := h.Graph(b.build)
		sessions := steadytest.Tap[session](g, "sessions")
		g.PanicAt("login", 2)
		h.Sleep(3 * time.Second)
		h.WantRestarts("bank", 1)
		sessions.Want(session{0}, session{1})
		if b.ended.Load() {
			t.Error("the bank has told that it has ended, when it was to start again")
		}
		h.Stop()
		if !b.ended.Load() || b.sent.Get() != b.received.Get() {
			t.Errorf("ended: %v, %v sent, %v received", b.ended.Load(), b.sent.Get(), b.received.Get())
		}
	})
}

// All orders and failures of a bank with many sessions: whoever of both fails, and
// when, every order is booked once, and no more orders than sessions are for.
func TestSimulationOfBank(t *testing.T) {
	var b *bankOnly
	build := func(g *steady.Graph) { b = &bankOnly{lasts: 5}; b.build(g) }
	steadytest.Simulate(t, build, steadytest.Options{
		Seeds: 2000, Steps: 200,
		Setup: func(g *steadytest.Graph) {
			sessions := steadytest.Tap[session](g, "sessions")
			g.Ensure(func() error {
				sent, received, n := b.sent.Get(), b.received.Get(), sessions.Len()
				if sent != received || received.count > uint64(n*b.lasts) {
					return fmt.Errorf("%+v sent, %+v received, in %d sessions of %d", sent, received, n, b.lasts)
				}
				return nil
			})
		},
	})
}
