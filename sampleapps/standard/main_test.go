package main

import (
	"fmt"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// One actor: what goes into the worker comes out as words.
func TestWorker(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed[uint64](h, 1, 2, 3), steadytest.Collect[string](h)
		steadytest.Stage(h, in, out, worker)
		out.Want("1", "2", "fizz")
		in.Send(5, 15)
		out.Want("1", "2", "fizz", "buzz", "fizzbuzz")
		in.Close()
		h.WantEnded("actor")
	})
}

// The worker fails when it has handled a message: that is handled again, and
// nothing comes twice.
func TestWorkerFails(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed[uint64](h, 1, 2, 3), steadytest.Collect[string](h)
		steadytest.Stage(h, in, out, worker)
		in.PanicAt(2)
		out.WantEventually("1", "2", "fizz")
		h.WantRestarts("actor", 1)
	})
}

// A source with a clock: ten numbers each ten milliseconds, until it is to stop.
func TestGenerator(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		out := steadytest.Collect[uint64](h)
		sent := steady.NewState(h.Steady(), "sent", uint64(0))
		steadytest.Source(h, out, generator{rate: 1000, sent: sent}.run, sent)
		h.Sleep(9 * time.Millisecond)
		out.Want()
		h.Sleep(time.Second)
		if n := out.Len(); n != 1000 {
			t.Errorf("%d numbers in a second, want 1000", n)
		}
		h.RequestStop()
		h.WantEnded("actor")
	})
}

// A sink, and the state that it leaves.
func TestLogger(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in := steadytest.Feed(h, "1", "2", "fizz")
		received := steady.NewState(h.Steady(), "received", uint64(0))
		steadytest.Sink(h, in, logger{received}.run, received)
		in.PanicAt(3)
		h.Sleep(time.Second) // longer than its back-off
		h.Stop()
		if received.Get() != 3 {
			t.Errorf("received %d, want 3", received.Get())
		}
	})
}

// The whole graph, as production builds it, with a mock at either end.
func TestGraph(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(func(g *steady.Graph) { build(g, 1000) })
		g.WantTopology("generator -numbers-> worker", "worker -words-> logger")
		steadytest.Mock(g, "generator", steadytest.Send[uint64](3, 5), steadytest.Sleep(time.Hour), steadytest.Send[uint64](15))
		steadytest.Mock(g, "logger", steadytest.Expect("fizz", "buzz", "fizzbuzz"))
		words := steadytest.Tap[string](g, "words")
		words.Want("fizz", "buzz")
		h.Sleep(time.Hour)
		words.Want("fizz", "buzz", "fizzbuzz")
		h.Stop()
	})
}

// All orders, and all misfortunes: 10,000 times the whole graph is run, stopped
// at some moment, and made to fail, and each number arrives once, in order.
func TestSimulation(t *testing.T) {
	var sent, received *steady.State[uint64]
	build := func(g *steady.Graph) { sent, received = build(g, 10_000) }
	steadytest.Simulate(t, build, steadytest.Options{
		Seeds: 10_000,
		Setup: func(g *steadytest.Graph) {
			words := steadytest.Tap[string](g, "words")
			g.Ensure(func() error {
				for n, word := range words.All() {
					if word != fizzbuzz(uint64(n)) {
						return fmt.Errorf("word %d is %s, want %s", n, word, fizzbuzz(uint64(n)))
					}
				}
				if n := uint64(words.Len()); sent.Get() != n || received.Get() != n {
					return fmt.Errorf("%d sent, %d arrived, %d counted", sent.Get(), n, received.Get())
				}
				return nil
			})
		},
	})
}
