package actors_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// gathering adds a Gather with lanes that the test feeds.
func gathering(
	h *steadytest.Harness, lanes int, opts ...steady.Option,
) (*steadytest.InputBundle[int], *steadytest.Output[int]) {
	in, out := steadytest.FeedBundle[int](h, lanes), steadytest.Collect[int](h)
	next := steady.NewState(h.Steady(), "next", uint64(0))
	h.Actor(func(a *steady.Actor) error {
		return actors.Gather(in.Rx(), out.Tx(), position, next)(a)
	}, append(opts, next)...)
	return in, out
}

func position(n int) actors.Span { return actors.At(uint64(n)) }

// Whatever lane a message comes from, and however late, they go on in order.
func TestGatherRestoresTheOrder(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := gathering(h, 3)
		in.Lane(1).Send(1, 3)
		in.Lane(2).Send(2)
		out.Want()
		in.Lane(0).Send(0)
		out.Want(0, 1, 2, 3)
		in.Lane(0).Close() // and the others go on
		in.Lane(2).Send(5, 6)
		out.Want(0, 1, 2, 3)
		in.Lane(1).Send(4)
		out.Want(0, 1, 2, 3, 4, 5, 6)
		in.Close()
		h.WantEnded("actor")
	})
}

// A failure changes nothing in what goes on, and what an upstream failure has
// doubled comes once.
func TestGatherFailsAndLeavesOutWhatComesAgain(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := gathering(h, 2)
		in.Lane(0).PanicAt(2)
		in.Lane(0).Send(0, 2, 2, 0, 4)
		in.Lane(1).Send(1, 3, 1, 5)
		out.WantEventually(0, 1, 2, 3, 4, 5)
		h.WantRestarts("actor", 1)
	})
}

// A position that can not come any more is a failure that names it: when all
// lanes are beyond it, and when those that are empty have ended.
func TestGatherTellsAGap(t *testing.T) {
	never := steady.Restart{Never: true}
	for name, feed := range map[string]func(in *steadytest.InputBundle[int]){
		"beyond": func(in *steadytest.InputBundle[int]) { in.Lane(0).Send(0, 2); in.Lane(1).Send(3) },
		"ended":  func(in *steadytest.InputBundle[int]) { in.Lane(1).Send(0, 2); in.Lane(0).Close() },
	} {
		t.Run(name, func(t *testing.T) {
			steadytest.Run(t, func(h *steadytest.Harness) {
				in, out := gathering(h, 2, never)
				feed(in)
				out.Want(0)
				err := h.StopError()
				text := "a position is missing: 1; the lowest one that is there is 2, in lane "
				if !errors.Is(err, actors.ErrGap) || !strings.Contains(err.Error(), text) {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

// Positions that overlap, or are none, are a failure, not a silence.
func TestGatherRefusesWhatIsNoPosition(t *testing.T) {
	for _, s := range []actors.Span{{From: 5, To: 5}, {From: 1, To: 3}} {
		steadytest.Run(t, func(h *steadytest.Harness) {
			in, out := steadytest.FeedBundle[actors.Span](h, 1), steadytest.Collect[actors.Span](h)
			next := steady.NewState(h.Steady(), "next", uint64(0))
			h.Actor(func(a *steady.Actor) error {
				self := func(s actors.Span) actors.Span { return s }
				return actors.Gather(in.Rx(), out.Tx(), self, next)(a)
			}, next, steady.Restart{Never: true})
			in.Lane(0).Send(actors.Span{From: 0, To: 2}, s)
			out.Want(actors.Span{From: 0, To: 2})
			if err := h.StopError(); err == nil || !strings.Contains(err.Error(), "want some that begin at 2") {
				t.Errorf("Serve: %v", err)
			}
		})
	}
}

// An actor that is started again while a stop is pending goes on until its lanes
// are empty.
func TestGatherDrainsAtAStop(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := gathering(h, 2)
		in.Lane(1).Send(1, 3)
		h.RequestStop()
		in.Lane(0).PanicAt(1)
		in.Lane(0).Send(0, 2)
		h.Sleep(time.Second)
		out.Want(0, 1, 2, 3)
	})
}

// In all orders, with failures of every actor: what comes out is what went in.
func TestSimulationOfGather(t *testing.T) {
	for _, lanes := range []int{1, 3} {
		t.Run(fmt.Sprint(lanes), func(t *testing.T) {
			build := func(g *steady.Graph) { spread(g, lanes, "", func(int) {}) }
			steadytest.Simulate(t, build, steadytest.Options{
				Seeds: 500,
				Setup: func(g *steadytest.Graph) {
					out := steadytest.Tap[int](g, "out")
					g.Ensure(func() error {
						for i, n := range out.All() {
							if n != i {
								return fmt.Errorf("%d came as number %d", n, i)
							}
						}
						return nil
					})
				},
			})
		})
	}
}

// spread is a graph of a source, workers and a Gather, and a sink that persists,
// if it has a file, what it has handled.
func spread(g *steady.Graph, lanes int, file string, handle func(int)) (done *steady.State[uint64]) {
	var opts []steady.StateOption
	if file != "" {
		opts = append(opts, steady.Persist(file))
	}
	done = steady.NewState(g, "done", uint64(0), opts...)
	sent, next := steady.NewState(g, "sent", done.AtStart()), steady.NewState(g, "next", done.AtStart())
	there, back := steady.NewBundle[int](g, "there", lanes, 2), steady.NewBundle[int](g, "back", lanes, 2)
	out := steady.NewChan[int](g, "out", 2)

	s := g.Actor("source", sent)
	tx := there.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for a.Running() {
			if err := tx.Send(int(sent.Get())); err != nil {
				return err
			}
			sent.Set(sent.Get() + 1)
		}
		return nil
	})
	for i := range lanes {
		steady.Stage(g, fmt.Sprint("worker ", i), there.Lane(i), back.Lane(i), pass)
	}
	s = g.Actor("gather", next)
	s.Run(actors.Gather(back.Rx(s), out.Tx(s), position, next))
	steady.Sink(g, "sink", out, func(_ *steady.Actor, in *steady.Rx[int]) error {
		for n := range in.All() {
			handle(n)
			done.Set(uint64(n) + 1)
		}
		return nil
	}, done)
	return done
}

func pass(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
	for n := range in.All() {
		if err := out.Send(n); err != nil {
			return err
		}
	}
	return nil
}

// Across a kill of the process: behind a Gather the position of the last message
// is enough.
func TestSimulationOfGatherAndKills(t *testing.T) {
	var done *steady.State[uint64]
	var handled map[int]bool // by any process
	build := func(g *steady.Graph) { done = spread(g, 3, "/var/done", func(n int) { handled[n] = true }) }
	steadytest.Simulate(t, build, steadytest.Options{
		Seeds: 500, Faults: steadytest.Panics | steadytest.Delays | steadytest.Kills | steadytest.DiskErrors,
		Setup: func(g *steadytest.Graph) {
			if g.Lives == 0 {
				handled = map[int]bool{}
			}
			g.Ensure(func() error {
				for n := range int(done.Get()) {
					if !handled[n] {
						return fmt.Errorf("all below %d are done, it says, but %d was left out", done.Get(), n)
					}
				}
				return nil
			})
		},
	})
}
