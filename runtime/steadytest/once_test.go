package steadytest

import (
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
)

// passes is a graph with a stage that sends each message as often as it is told to.
func passes(times func(v int) int) func(*steady.Graph) {
	return func(g *steady.Graph) {
		next := steady.NewState(g, "next", 0)
		a, b := steady.NewChan[int](g, "a", 8), steady.NewChan[int](g, "b", 8)
		steady.Source(g, "source", a, count(next), next)
		steady.Stage(g, "stage", a, b, func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
			for v := range in.All() {
				for range times(v) {
					if err := out.Send(v); err != nil {
						return err
					}
				}
			}
			return nil
		})
		steady.Sink(g, "sink", b, func(_ *steady.Actor, in *steady.Rx[int]) error {
			for range in.All() {
			}
			return nil
		})
	}
}

// What an actor loses, or sends twice, is seen.
func TestEachOnce(t *testing.T) {
	setup := func(g *Graph) { EachOnce(Tap[int](g, "a"), Tap[int](g, "b")) }
	for _, c := range []struct {
		times func(v int) int
		words []string
	}{
		{func(v int) int { return min(1, max(v-1, 1-v)) }, []string{`of channel "a" led to `, `of channel "b"; lost: 1`}},
		{func(v int) int { return 1 + v%7/6 }, []string{`of channel "b"; too often: 6`}},
	} {
		wantWords(t, failing(t, func(tb *fake) { Simulate(tb, passes(c.times), Options{Setup: setup, Seeds: 50, Faults: NoFaults}) }), c.words...)
	}
	Simulate(t, passes(func(int) int { return 1 }), Options{Setup: setup, Seeds: 50})
}
