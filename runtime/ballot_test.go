package steady

import (
	"testing"
	"time"
)

// Closing a channel inside of an iteration does not overtake what that one sent.
func TestClosedVoteInsideOfARange(t *testing.T) {
	got := 0
	bubble(t, func(g *Graph) {
		in, out := NewChan[int](g, "in", 4), NewChan[int](g, "out", 64)
		Source(g, "source", in, counted(1, never))
		Stage(g, "stage", in, out, func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for range in.All() {
				a.RequestShutdown("test")
				for i := range 5 {
					if err := out.Send(i); err != nil {
						return err
					}
				}
				for a.Running(out.Closed()) {
				}
				<-time.After(time.Second) // the receiver has all the time to end
			}
			return nil
		})
		Sink(g, "sink", out, func(_ *Actor, in *Rx[int]) error {
			for range in.All() {
				got++
			}
			return nil
		})
	}, noError)
	if got != 5 {
		t.Errorf("received %d of 5", got)
	}
}

// The vote that closes the last input of a loop lets it come to rest, although
// the actor that voted is still busy with cleaning up.
func TestClosedVoteSealsALoop(t *testing.T) {
	bubble(t, func(g *Graph) {
		jobs, there, back := NewChan[int](g, "jobs", 4), NewChan[int](g, "there", 4), NewChan[int](g, "back", 4)
		done := make(chan struct{})
		Source(g, "source", jobs, func(a *Actor, out *Tx[int]) error {
			for a.Running(out.Closed()) {
				a.Wait(a.Every(time.Minute))
			}
			<-done // cleans up after the loop
			return nil
		})
		s := g.Actor("one")
		in, again, out := jobs.Rx(s), back.Rx(s), there.Tx(s)
		s.Run(func(a *Actor) error {
			for a.Running(in.Drained(), again.Drained()) {
				a.WaitAny(in.Avail(1), again.Avail(1))
			}
			_ = out
			close(done)
			return nil
		})
		Stage(g, "two", there, back, func(_ *Actor, in *Rx[int], out *Tx[int]) error {
			for range in.All() {
			}
			return nil
		})
		after(g, time.Second)
	}, noError)
}
