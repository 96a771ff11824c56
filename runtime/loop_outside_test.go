package steady

import (
	"testing"
	"time"
)

// A member that waits for room in a channel out of its loop is not at rest: the
// receiver will make room, and then it may send into the loop again.
func TestALoopWaitsForARoomOutside(t *testing.T) {
	waits := map[string]func(a *Actor, again, in *Rx[int], out *Tx[int]) int{
		"Send": func(a *Actor, again, in *Rx[int], _ *Tx[int]) int {
			return a.WaitAny(again.Avail(1), in.Avail(1))
		},
		"All": func(a *Actor, again, in *Rx[int], out *Tx[int]) int {
			return a.WaitAny(All(again.Avail(1), out.Vacant(1)), All(out.Vacant(1), in.Avail(1)))
		},
	}
	for name, wait := range waits {
		t.Run(name, func(t *testing.T) {
			received := 0
			bubble(t, func(g *Graph) {
				jobs, self, slow := NewChan[int](g, "jobs", 64), NewChan[int](g, "self", 64), NewChan[int](g, "slow", 1)
				Source(g, "source", jobs, counted(50, never))
				s := g.Actor("worker")
				in, again, back, out := jobs.Rx(s), self.Rx(s), self.Tx(s), slow.Tx(s)
				s.Run(func(a *Actor) error {
					for a.Running(in.Drained(), again.Drained()) {
						from, to := again, out
						switch wait(a, again, in, out) {
						case -1:
							continue
						case 1:
							from, to = in, back
						}
						v, _ := from.TryTake()
						if v%2 == 0 {
							to = out
						}
						if err := to.Send(v); err != nil {
							return err
						}
					}
					return nil
				})
				Sink(g, "sink", slow, func(a *Actor, in *Rx[int]) error {
					for range in.All() {
						received++
						<-time.After(time.Second)
					}
					return nil
				})
			}, noError)
			if received != 50 {
				t.Errorf("received %d of 50", received)
			}
		})
	}
}
