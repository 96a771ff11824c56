package steadytest_test

import (
	"fmt"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// furnace is the function that builds the graph in production.
func furnace(g *steady.Graph) {
	temps := steady.NewChan[float64](g, "temps", 1024)
	alarms := steady.NewChan[string](g, "alarms", 1024)
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
	steady.Stage(g, "detector", temps, alarms, func(_ *steady.Actor, in *steady.Rx[float64], out *steady.Tx[string]) error {
		for t := range in.All() {
			if err := out.Send(fmt.Sprintf("%.1f °C", t)); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Sink(g, "pager", alarms, func(_ *steady.Actor, in *steady.Rx[string]) error {
		for range in.All() {
		}
		return nil
	})
}

func temperature(i uint64) float64 { return float64(i % 100) }

// Does my graph keep up with 10,000 messages a second? How long do they wait?
func ExampleLoad() {
	var t *testing.T // that of your test

	f := steadytest.Load(t, furnace, steadytest.Drive[float64]{
		Source: "sensor", Next: temperature, Rate: 10_000, For: 5 * time.Second,
	})
	t.Log("\n", f)
	if f.Sent < f.Due || f.Channel("alarms").Wait.P99 > 10*time.Millisecond {
		t.Error("it does not keep up")
	}
}

// How much can my graph take? In a benchmark one operation is one message.
func ExampleFigures_Report() {
	var b *testing.B // that of your benchmark

	steadytest.Load(b, furnace, steadytest.Drive[float64]{
		Source: "sensor", Next: temperature, Count: uint64(b.N),
	}).Report(b)
}
