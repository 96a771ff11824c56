package steadytest_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// detect sends an alarm for each temperature above 90.
func detect(_ *steady.Actor, in *steady.Rx[float64], out *steady.Tx[string]) error {
	for t := range in.All() {
		if t > 90 {
			if err := out.Send(fmt.Sprintf("%.0f °C", t)); err != nil {
				return err
			}
		}
	}
	return nil
}

// furnace builds the graph of production.
func furnace(g *steady.Graph) {
	temps := steady.NewChan[float64](g, "temps", 64)
	alarms := steady.NewChan[string](g, "alarms", 16)
	steady.Source(g, "sensor", temps, func(a *steady.Actor, out *steady.Tx[float64]) error {
		for a.Running() {
			if a.Wait(a.Every(time.Second)) {
				if err := out.Send(20); err != nil {
					return err
				}
			}
		}
		return nil
	})
	steady.Stage(g, "detector", temps, alarms, detect)
	steady.Sink(g, "pager", alarms, func(_ *steady.Actor, in *steady.Rx[string]) error {
		for range in.All() {
		}
		return nil
	})
}

// How do I test one actor?
func ExampleRun() {
	var t *testing.T // that of your test

	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed(h, 80.0, 95.0), steadytest.Collect[string](h)
		steadytest.Stage(h, in, out, detect)
		out.Want("95 °C")
		in.Send(70, 100)
		out.Want("95 °C", "100 °C")
	})
}

// Does my actor survive a failure?
func ExampleInput_PanicAt() {
	var t *testing.T // that of your test

	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed(h, 95.0, 96.0, 97.0), steadytest.Collect[string](h)
		steadytest.Stage(h, in, out, detect)
		in.PanicAt(2)
		in.FailAt(3, errors.New("the line is dead"))
		out.WantEventually("95 °C", "96 °C", "97 °C")
		h.WantRestarts("actor", 2)
	})
}

// How do I test an actor with several ports?
func ExampleHarness_Actor() {
	var t *testing.T // that of your test

	steadytest.Run(t, func(h *steadytest.Harness) {
		left, right := steadytest.Feed(h, 1, 2), steadytest.Feed(h, 10, 20)
		sums := steadytest.Collect[int](h)
		h.Actor(func(a *steady.Actor) error {
			x, y, out := left.Rx(), right.Rx(), sums.Tx()
			for a.Running(x.Drained(), y.Drained()) {
				if !a.Wait(x.Avail(1), y.Avail(1), out.Vacant(1)) {
					continue
				}
				v, _ := x.TryTake()
				w, _ := y.TryTake()
				out.TrySend(v + w)
			}
			return nil
		})
		sums.Want(11, 22)
	})
}

// How do I test a whole graph without its sensors?
func ExampleMock() {
	var t *testing.T // that of your test

	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(furnace)
		steadytest.Mock(g, "sensor", steadytest.Send(95.0), steadytest.Sleep(time.Hour), steadytest.Send(20.0, 96.0))
		steadytest.Mock(g, "pager", steadytest.Expect("95 °C", "96 °C"))
		temps := steadytest.Tap[float64](g, "temps")
		temps.Want(95)
		h.Sleep(time.Hour)
		temps.Want(95, 20, 96)
	})
}

// What happens when nobody takes the alarms?
func ExampleGraph_Freeze() {
	var t *testing.T // that of your test

	steadytest.Run(t, func(h *steadytest.Harness) {
		g := h.Graph(furnace)
		steadytest.Mock(g, "sensor", steadytest.Send(make([]float64, 1000)...))
		g.Freeze("temps")
		if g.Len("temps") != 64 {
			t.Error("the channel is not full")
		}
		g.Thaw("temps")
	})
}

// Does it work in every order, whatever fails?
func ExampleSimulate() {
	var t *testing.T // that of your test

	steadytest.Simulate(t, furnace, steadytest.Options{
		Seeds: 10_000,
		Setup: func(g *steadytest.Graph) {
			steadytest.Mock(g, "sensor", steadytest.Send(95.0, 20, 96))
			alarms := steadytest.Tap[string](g, "alarms")
			g.Ensure(func() error {
				if alarms.Len() != 2 {
					return fmt.Errorf("%d alarms, want 2", alarms.Len())
				}
				return nil
			})
		},
	})
}
