package steady

import (
	"testing"
	"time"
)

// A message that its receiver waits for becomes visible at the end of its
// iteration, also when iterations before it sent nothing and the next one takes
// long: whatever the pace was until then.
func TestAMessageThatIsWaitedForIsNotHidden(t *testing.T) {
	for name, n := range map[string]int{"one": 1, "several": 3, "many": 40} {
		t.Run(name, func(t *testing.T) {
			var at time.Duration
			bubble(t, func(g *Graph) {
				c := NewChan[int](g, "c", 64)
				Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
					if err := out.Send(0); err != nil { // has a window from now on
						return err
					}
					a.Wait(a.After(time.Second)) // the receiver waits meanwhile
					a.stride = 1000              // as after many short iterations
					for range 10 {
						a.Running() // sends nothing
					}
					for i := range n {
						if err := out.Send(i); err != nil {
							return err
						}
						a.Running()
					}
					<-time.After(time.Hour) // a long body of the source's own code
					return nil
				})
				s := g.Actor("sink")
				in := c.Rx(s)
				s.Run(func(a *Actor) error {
					for !a.Wait(in.Avail(1)) {
					}
					in.TryTake()
					for !a.Wait(in.Avail(n)) {
					}
					at = g.sched.Now()
					for range in.All() {
					}
					return nil
				})
			}, noError)
			if at != time.Second {
				t.Errorf("visible after %v, want 1 s", at)
			}
		})
	}
}

// The same for an iteration that asks Running while it is open.
func TestAMessageOfAnIterationThatAsksRunningIsNotHidden(t *testing.T) {
	var at time.Duration
	bubble(t, func(g *Graph) {
		in, out := NewChan[int](g, "in", 4), NewChan[int](g, "out", 64)
		Source(g, "source", in, counted(2, never))
		Stage(g, "stage", in, out, func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for v := range in.All() {
				if v == 1 {
					<-time.After(time.Hour)
					continue
				}
				<-time.After(time.Second) // the receiver waits meanwhile
				if err := out.Send(v); err != nil {
					return err
				}
				a.stride = 1000
				a.Running()
			}
			return nil
		})
		Sink(g, "sink", out, func(_ *Actor, in *Rx[int]) error {
			for range in.All() {
				at = g.sched.Now()
			}
			return nil
		})
	}, noError)
	if at != time.Second {
		t.Errorf("visible after %v, want 1 s", at)
	}
}
