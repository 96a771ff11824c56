package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// The actor in the middle: whether it panics before it has sent a message on or
// after, that is sent once.
func TestMine(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed[uint64](h, 0, 1, 2), steadytest.Collect[uint64](h)
		m := &mine{before: map[uint64]bool{0: true, 2: true}, after: map[uint64]bool{1: true, 2: true}}
		steadytest.Stage(h, in, out, m.run, steady.Restart{Max: -1, Backoff: -1})
		out.Want(0, 1, 2)
		h.WantRestarts("actor", 4)
		if n := m.exploded.Load(); n != 4 {
			t.Errorf("%d mines exploded, want 4", n)
		}
	})
}

// Why build says how often the actor may fail: after one failure it goes on, as
// there is progress before the next; at a message with two mines it is given up if
// only one is allowed, and the graph stops with the cause, and counts what is left.
func TestMineGivesUp(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed[uint64](h, 0, 1, 2), steadytest.Collect[uint64](h)
		m := &mine{before: map[uint64]bool{0: true, 2: true}, after: map[uint64]bool{2: true}}
		steadytest.Stage(h, in, out, m.run, steady.Restart{Max: 1})
		err := h.StopError()
		var failed *steady.ActorError
		if !errors.As(err, &failed) || failed.Actor != "actor" || failed.Failures != 2 {
			t.Errorf("got %v, want that the actor failed twice", err)
		}
		var left *steady.LeftoverError
		if !errors.As(err, &left) || left.Channels[0].Channel != "in" || left.Channels[0].Count != 1 {
			t.Errorf("got %v, want that one message is left", err)
		}
		out.Want(0, 1)
	})
}

// The sink counts a message once, also if it fails when it has counted it.
func TestSinkFails(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in := steadytest.Feed[uint64](h, 0, 1, 2)
		arrived := steady.NewState(h.Steady(), "arrived", tally{})
		steadytest.Sink(h, in, sink{arrived}.run, arrived)
		in.PanicAt(2)
		h.Sleep(time.Minute) // longer than its back-off
		h.Stop()
		h.WantRestarts("actor", 1)
		if got, want := arrived.Get(), (tally{received: 3}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// The whole graph, in which all three actors fail, each when it has handled a
// message: nothing is lost and nothing is doubled.
func TestGraph(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		var r result
		g := h.Graph(func(g *steady.Graph) { r = build(g, 10, newMine(10, 3, 1)) })
		g.WantTopology("generator -raw-> fragile", "fragile -checked-> sink")
		checked := steadytest.Tap[uint64](g, "checked")
		g.PanicAt("generator", 4)
		g.PanicAt("fragile", 5)
		g.PanicAt("sink", 2)
		checked.WantEventually(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
		h.WantRestarts("generator", 1)
		h.WantRestarts("fragile", 1+3)
		h.WantRestarts("sink", 1)
		h.Stop()
		if got, want := r.tally(), (tally{received: 10}); got != want || r.sent.Get() != 10 {
			t.Errorf("%d sent: got %+v, want %+v", r.sent.Get(), got, want)
		}
	})
}

// Who counts has to notice: an actor in the middle that leaves out a message,
// doubles one, and takes no more of them, is found out.
func TestResult(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		var r result
		g := h.Graph(func(g *steady.Graph) { r = build(g, 10, newMine(10, 0, 1)) })
		steadytest.Mock(g, "fragile", steadytest.Expect[uint64](0, 1, 2, 3), steadytest.Send[uint64](0, 2, 2, 3))
		h.Stop()
		if got, want := r.tally(), (tally{received: 3, lost: 1 + 6, duplicated: 1}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// Nobody drops: while the sink gets nothing both channels fill up, and mines
// explode all the same. When it goes on, everything arrives, in order.
func TestFull(t *testing.T) {
	const messages, mines = 1000, 100
	numbers := make([]uint64, messages)
	for i := range numbers {
		numbers[i] = uint64(i)
	}
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(func(g *steady.Graph) { build(g, messages, newMine(messages, mines, 1)) })
		steadytest.Mock(g, "generator", steadytest.Sleep(time.Second), steadytest.Send(numbers...))
		checked := steadytest.Tap[uint64](g, "checked")
		g.Freeze("checked")
		h.Sleep(time.Minute)
		checked.Want()
		if raw, full := g.Len("raw"), g.Len("checked"); raw != 256 || full != 256 {
			t.Errorf("%d and %d in the channels, want both full", raw, full)
		}
		g.Thaw("checked")
		checked.Want(numbers...)
		h.WantRestarts("fragile", mines)
	})
}

// All orders, and failures of all actors at any boundary besides the mines: what
// the last line says is always that nothing is lost and nothing is doubled.
func TestSimulation(t *testing.T) {
	const messages, mines = 200, 20
	var m *mine
	var r result
	build := func(g *steady.Graph) {
		m = newMine(messages, mines, 1)
		r = build(g, messages, m)
	}
	steadytest.Simulate(t, build, steadytest.Options{
		Seeds: 1000,
		Setup: func(g *steadytest.Graph) {
			g.Ensure(func() error {
				sent, got := r.sent.Get(), r.tally()
				if want := (tally{received: sent}); got != want {
					return fmt.Errorf("%d sent: got %+v, want %+v", sent, got, want)
				}
				if n := m.exploded.Load(); sent == messages && n != mines {
					return fmt.Errorf("%d mines exploded, want %d", n, mines)
				}
				return nil
			})
		},
	})
}
