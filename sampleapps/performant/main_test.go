package main

import (
	"fmt"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

const (
	testSlots = 10
	testSize  = 4
)

// The formula of check is right whatever the remainder, and sees what is missing.
func TestCheck(t *testing.T) {
	var sum total
	for n := range uint64(2 * kinds) {
		if err := sum.check(n); err != nil {
			t.Error(err)
		}
		if err := sum.check(n + 1); err == nil {
			t.Errorf("number %d is missing, and check does not see it", n)
		}
		sum = sum.plus(classify(n))
	}
}

// Each way to write the worker makes the same of the same numbers, whether there
// are enough for a batch or not, and handles a batch again that fails.
func TestWorker(t *testing.T) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			steadytest.Run(t, func(h *steadytest.Harness) {
				in, out := steadytest.Feed[uint64](h, 13, 14, 15, 16, 17, 18), steadytest.Collect[kinded](h)
				steadytest.Stage(h, in, out, func(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[kinded]) error {
					return w.work(a, in, out, testSize)
				})
				in.PanicAt(2)
				in.Close()
				out.WantEventually(kinded{13, 13}, kinded{14, 14}, kinded{15, 0}, kinded{16, 1}, kinded{17, 2}, kinded{18, 3})
				h.WantRestarts("actor", 1)
				h.WantEnded("actor")
			})
		})
	}
}

// The whole pipeline, with a mock in the place of the generator, which would send
// without end: all three ways add up the same.
func TestSum(t *testing.T) {
	numbers := make([]uint64, 100)
	for i := range numbers {
		numbers[i] = uint64(i)
	}
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			steadytest.Run(t, func(h *steadytest.Harness) {
				var e ends
				g := h.Graph(func(g *steady.Graph) { e = w.build(g, testSlots, testSize) })
				g.WantTopology("generator -numbers-> worker", "worker -results-> sum")
				steadytest.Mock(g, "generator", steadytest.Send(numbers...))
				h.Stop()
				if err := e.total.Get().check(uint64(len(numbers))); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// All orders and failures, on goroutines and on one thread: no number is left
// out, and both ends agree. One by one and in place, none comes twice either. In
// batches, part of one that was torn may, as the README says; here the channels
// are so small that many are.
func TestSimulation(t *testing.T) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) { simulate(t, w, w.name == "batch") })
		t.Run(w.name+" on one thread", func(t *testing.T) { simulate(t, w, w.name == "batch", onOneThread) })
	}
}

func simulate(t *testing.T, w way, torn bool, where ...steady.Option) {
	var e ends
	build := func(g *steady.Graph) { e = w.build(g, testSlots, testSize, where...) }
	steadytest.Simulate(t, build, steadytest.Options{
		Seeds: 300,
		Setup: func(g *steadytest.Graph) {
			results := steadytest.Tap[kinded](g, "results")
			g.Ensure(func() error {
				next := uint64(0)
				for _, k := range results.All() {
					if k != classify(k.value) || k.value > next || k.value < next && !torn {
						return fmt.Errorf("got %v, want the result of %d", k, next)
					}
					next = max(next, k.value+1)
				}
				if sent := e.sent.Get(); next < sent || next > sent && !torn {
					return fmt.Errorf("%d came, %d were sent", next, sent)
				}
				if n := uint64(results.Len()); n != e.total.Get().messages {
					return fmt.Errorf("%d came, %d were added up", n, e.total.Get().messages)
				}
				if torn {
					return nil
				}
				return e.check()
			})
		},
	})
}
