package steady

import (
	"errors"
	"testing"
	"time"
)

// A wait with several ways out leaves nothing behind that would hide a deadlock
// of a later wait, which has one.
func TestADeadlockAfterAWaitForAny(t *testing.T) {
	bubble(t, func(g *Graph) {
		g.Grace = time.Second
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			<-time.After(time.Second) // the sink waits meanwhile
			for i := range 4 {
				if err := out.Send(i); err != nil {
					return err
				}
			}
			a.Running()
			if i := a.WaitAny(out.Vacant(1), a.After(time.Second)); i != 1 {
				t.Errorf("the wait of the source ended with %d", i)
			}
			return out.Send(4)
		})
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			if i := a.WaitAny(in.Avail(1), a.After(time.Hour)); i != 0 {
				t.Errorf("the wait of the sink ended with %d", i)
			}
			<-time.After(5 * time.Second) // the source waits meanwhile, for any and for one
			for range in.All() {
				for range 3 {
					in.TryTake()
				}
				for range in.All() { // all of the channel is held by this iteration
				}
			}
			return nil
		})
	}, func(t *testing.T, err error) {
		var dead *DeadlockError
		if !errors.As(err, &dead) || dead.Avail != 1 || dead.Vacant != 1 || dead.Held != 4 {
			t.Errorf("Serve: %v", err)
		}
	})
}
