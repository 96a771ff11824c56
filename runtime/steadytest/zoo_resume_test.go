package steadytest

import (
	"fmt"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
)

// A source that goes on where the state of a sink says that the process before
// had come to leaves nothing out, whether it asks before the start or after it:
// whatever moment the process is killed at, or the power lost.
func TestSimulationOfASourceThatGoesOn(t *testing.T) {
	for _, sync := range []steady.Sync{steady.SyncAlways, steady.SyncEvery(3e6), steady.SyncOnStop} {
		for name, early := range map[string]bool{"before the start": true, "in the body": false} {
			t.Run(fmt.Sprint(sync, " ", name), func(t *testing.T) {
				r := &resumed{sync: sync, early: early}
				sum := Simulate(t, r.build, Options{
					Seeds: 150, Steps: 500, Faults: Panics | Delays | Kills | DiskErrors, Setup: r.setup,
				})
				if sum.Kills == 0 && *oneSeed < 0 {
					t.Error("no process was killed")
				}
			})
		}
	}
}

// resumed is a graph that counts on from where the process before had come to.
type resumed struct {
	sync  steady.Sync
	early bool
	all   []bool // the numbers that were handled by any process
	next  *steady.State[int]
}

func (r *resumed) setup(g *Graph) {
	if g.Lives == 0 {
		r.all = nil
	}
	g.Ensure(func() error {
		for n := range r.next.Get() {
			if !r.all[n] {
				return fmt.Errorf("%d is done, it says, but %d was left out", r.next.Get(), n)
			}
		}
		return nil
	})
}

func (r *resumed) build(g *steady.Graph) {
	r.next = steady.NewState(g, "next", 0, steady.Persist("/var/next", r.sync))
	first := -1 // is to be asked for later
	if r.early {
		first = r.next.AtStart()
	}
	sent := steady.NewState(g, "sent", 0)
	numbers := steady.NewChan[int](g, "numbers", 4)
	steady.Source(g, "source", numbers, func(a *steady.Actor, out *steady.Tx[int]) error {
		from := first
		if from < 0 {
			from = r.next.AtStart()
		}
		for a.Running() {
			if err := out.Send(from + sent.Get()); err != nil {
				return err
			}
			sent.Set(sent.Get() + 1)
		}
		return nil
	}, sent)
	steady.Sink(g, "sink", numbers, func(a *steady.Actor, in *steady.Rx[int]) error {
		for n := range in.All() {
			if n != r.next.Get() {
				return wrong(a, "%d came, want %d", n, r.next.Get())
			}
			if n >= len(r.all) {
				r.all = append(r.all, make([]bool, n+1-len(r.all))...)
			}
			r.all[n] = true
			r.next.Set(n + 1)
		}
		return nil
	}, r.next, steady.Restart{Max: 20})
}
