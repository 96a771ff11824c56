package steady

import (
	"testing"
)

// While a stop is pending Running asks the votes each time. The boundaries of
// ranges do not: what is left is drained as fast as it ran.
func TestADrainLooksNoMoreOftenThanARun(t *testing.T) {
	const n, stride = 10_000, 100
	for name, drain := range map[string]func(a *Actor, in *Rx[int], took func()){
		"All": func(_ *Actor, in *Rx[int], took func()) {
			for range in.All() {
				took()
			}
		},
		"Batches": func(_ *Actor, in *Rx[int], took func()) {
			for range in.Batches(1) {
				took()
			}
		},
		"Commit": func(a *Actor, in *Rx[int], took func()) {
			for _, ok := in.TryTake(); ok; _, ok = in.TryTake() {
				took()
				a.Commit()
			}
		},
		"Wait": func(a *Actor, in *Rx[int], took func()) {
			for a.Wait(in.Avail(1)) {
				_, _ = in.TryTake()
				took()
			}
		},
	} {
		for _, why := range []string{"a stop", "an end"} {
			t.Run(name+" after "+why, func(t *testing.T) {
				bubble(t, func(g *Graph) {
					c, other := NewChan[int](g, "c", 2*n), NewChan[int](g, "other", 1)
					Source(g, "source", c, counted(n, never))
					Source(g, "brief", other, counted(0, never))
					s := g.Actor("sink")
					in, second := c.Rx(s), other.Rx(s)
					s.Run(func(a *Actor) error {
						a.Wait(in.Avail(n)) // all is there, and the source has ended
						if why == "a stop" {
							a.RequestShutdown("enough")
						} else {
							a.Wait(second.Avail(1))
						}
						a.Running(in.Drained()) // sees the reason
						a.stride = stride       // as after many short iterations; in a bubble bodies take no time
						first, took := a.looks.Load(), 0
						drain(a, in, func() { took++ })
						if looks := a.looks.Load() - first; took != n || looks > 2*n/stride {
							t.Errorf("took %d of %d and looked %d times, want %d times", took, n, looks, n/stride)
						}
						return nil
					})
				}, noError)
			})
		}
	}
}
