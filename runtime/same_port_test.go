package steady

import (
	"testing"
	"time"
)

// Conditions of one wait that name the same port do not take each other's place:
// the one that asks for least is enough to look again.
func TestOnePortInSeveralConditions(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 100)
		begin := time.Now()
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			a.Wait(a.After(time.Second))
			if !out.TrySend(1) {
				t.Error("no room")
			}
			a.Wait(a.After(time.Minute)) // makes it visible
			return nil
		})
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			// A batch of 64, or what is there after two seconds.
			if i := a.WaitAny(All(in.Avail(1), a.After(2*time.Second)), in.Avail(64)); i != 0 || time.Since(begin) != 2*time.Second {
				t.Errorf("condition %d after %v, want the first after 2s", i, time.Since(begin))
			}
			in.TryTake()
			return nil
		})
	}, noError)
}

func TestOneOutputInSeveralConditions(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 8)
		begin := time.Now()
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			for out.TrySend(1) {
			}
			if i := a.WaitAny(All(out.Vacant(1), a.After(2*time.Second)), out.Vacant(8)); i != 0 || time.Since(begin) != 2*time.Second {
				t.Errorf("condition %d after %v, want the first after 2s", i, time.Since(begin))
			}
			return nil
		})
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			a.Wait(a.After(time.Second))
			in.TryTake()
			a.Wait(a.After(time.Minute)) // gives it back
			for range in.All() {
			}
			return nil
		})
	}, noError)
}
