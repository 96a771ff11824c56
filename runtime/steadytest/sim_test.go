package steadytest

import (
	"fmt"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func pipeline(g *steady.Graph) {
	a, b := steady.NewChan[int](g, "a", 4), steady.NewChan[string](g, "b", 8)
	next, got := steady.NewState(g, "next", 0), steady.NewState(g, "got", 0)
	steady.Source(g, "source", a, func(a *steady.Actor, out *steady.Tx[int]) error {
		for a.Running() {
			if next.Get()%16 == 15 {
				if !a.Wait(a.Every(10 * time.Millisecond)) {
					continue
				}
			}
			if err := out.Send(next.Get()); err != nil {
				return err
			}
			next.Set(next.Get() + 1)
		}
		return nil
	}, next)
	steady.Stage(g, "stage", a, b, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[string]) error {
		for v := range in.All() {
			if err := out.Send(fmt.Sprint(v)); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Sink(g, "sink", b, func(_ *steady.Actor, in *steady.Rx[string]) error {
		for v := range in.All() {
			if v != fmt.Sprint(got.Get()) {
				return fmt.Errorf("got %s, want %d", v, got.Get())
			}
			got.Set(got.Get() + 1)
		}
		return nil
	}, got)
}

func TestPipeline(t *testing.T) {
	Simulate(t, pipeline, Options{Seeds: 1000})
}
