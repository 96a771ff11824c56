package main

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// small is a graph in which everything happens soon: orders of six shops, each of
// which sends one every ten milliseconds.
var small = config{
	size: size{regions: []string{"eu", "us"}, shops: 3, workers: 4, unreadable: 7, session: 5},
	load: 0.1,
}

// roomy are letters that nobody has to read.
func roomy() chan uint64 { return make(chan uint64, 10_000) }

// only is a graph with a mock in the place of its first shop, and with no other
// shop that sends anything.
func only(h *steadytest.Harness, c config, letters chan uint64, steps ...steadytest.Step) *steadytest.Graph {
	g := h.Graph(func(g *steady.Graph) { build(g, c, letters) })
	for _, region := range c.regions {
		for i := range c.shops {
			steadytest.Mock(g, fmt.Sprint(region, ".shop.", i), steps...)
			steps = nil
		}
	}
	return g
}

// The picture of the README, for one region.
func TestTopology(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(func(g *steady.Graph) { build(g, small, roomy()) })
		for _, line := range []string{
			"eu.shop.0 -eu.orders[0]-> eu.gate", "eu.gate -eu.raw-> eu.parse", "eu.parse -eu.parsed-> eu.route",
			"eu.parse -dead[0]-> clerk", "eu.route -eu.jobs[3]-> eu.work.3", "eu.work.3 -eu.done[3]-> eu.check",
			"eu.check -eu.declined-> eu.route", "eu.check -paid[0]-> bank", "login -sessions-> bank", "bank -booked-> ledger",
		} {
			if !slices.Contains(g.Topology(), line) {
				t.Errorf("there is no %s", line)
			}
		}
	})
}

// A shop, the gate and the ledger of the small graph fail: the books are balanced.
func TestFailures(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		var b *books
		g := h.Graph(func(g *steady.Graph) { b = build(g, small, roomy()) })
		g.PanicAt("eu.shop.0", 3)
		g.PanicAt("eu.gate", 5)
		g.PanicAt("ledger", 7)
		h.Sleep(time.Second)
		for _, actor := range []string{"eu.shop.0", "eu.gate", "ledger"} {
			h.WantRestarts(actor, 1)
		}
		h.Stop()
		if line, balanced := b.close(); !balanced {
			t.Error(line)
		}
	})
}

// All 500 actors, for some seconds of the clock of the harness. The ledger is the
// bottleneck: it writes 5,000 orders a second, and gets more. After the stop the
// books are balanced. The mail is a goroutine as in production, in the bubble.
func TestFull(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		letters := make(chan uint64, 16)
		go mail(letters)
		defer close(letters)

		var b *books
		g := h.Graph(func(g *steady.Graph) { b = build(g, config{size: full, load: 1, ledger: 5000}, letters) })
		booked := steadytest.Tap[order](g, "booked")
		h.Sleep(2 * time.Second) // until it is full
		before := booked.Len()
		h.Sleep(2 * time.Second)
		if n := booked.Len() - before; n < 9_950 || n > 10_050 {
			t.Errorf("the ledger wrote %d orders in two seconds, want 10000", n)
		}
		h.Stop()
		line, balanced := b.close()
		if !balanced || b.dead.Get().count == 0 {
			t.Errorf("%s, want dead letters and balanced books", line)
		}
	})
}

// All orders and failures: what the shops have sent is in the ledger or with the
// clerk, and nothing is there twice. Outside of the simulation is what knows the
// clock of the machine, the rate of the ledger and the hog, and the mail, which is
// no actor: here there is room for all letters.
func TestSimulation(t *testing.T) {
	var b *books
	build := func(g *steady.Graph) { b = build(g, small, roomy()) }
	steadytest.Simulate(t, build, steadytest.Options{
		Seeds: 500,
		Setup: func(g *steadytest.Graph) {
			g.Ensure(func() error {
				if line, balanced := b.close(); !balanced {
					return errors.New(line)
				}
				return nil
			})
		},
	})
}
