package steady

import (
	"strings"
	"testing"
)

func TestReserveEndsWithAnyOtherCall(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			if err := out.Send(0); err != nil { // has a window now
				return err
			}
			x, y := out.Reserve()
			if len(x)+len(y) != 3 {
				t.Errorf("reserved %d and %d of 3 free slots", len(x), len(y))
			}
			if err := out.Send(1); err != nil {
				return err
			}
			wantPanic(t, "Publish(1): 0 are reserved", func() { out.Publish(1) })
			x, _ = out.Reserve()
			x[0] = 2
			wantPanic(t, "Publish(-1)", func() { out.Publish(-1) })
			wantPanic(t, "Publish(3): 2 are reserved", func() { out.Publish(3) })
			out.Reserve()
			out.Publish(1)
			wantPanic(t, "Publish(1): 0 are reserved", func() { out.Publish(1) })
			return nil
		})
		Sink(g, "sink", c, inOrder(t, 3, never))
	}, noError)
}

func TestReleaseOfMoreThanThereIsPanics(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, counted(2, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			a.Wait(in.Avail(2))
			wantPanic(t, "Release(3): 2 messages are there", func() { in.Release(3) })
			wantPanic(t, "Release(-1)", func() { in.Release(-1) })
			if v, ok := in.TryTake(); !ok || v != 0 {
				t.Errorf("took %d, %v", v, ok)
			}
			x, y := in.Peek()
			if len(x)+len(y) != 1 || x[0] != 1 {
				t.Errorf("peeked %v %v", x, y)
			}
			in.Release(1)
			return nil
		})
	}, noError)
}

// A wrong Release says how many messages are there, not how many were known.
func TestReleaseSaysWhatIsThere(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 1)
		s := g.Actor("both")
		tx, rx := c.Tx(s), c.Rx(s)
		s.Run(func(a *Actor) error {
			tx.TrySend(0)
			a.Commit()
			wantPanic(t, "Release(-1): 1 messages are there", func() { rx.Release(-1) })
			rx.Release(1)
			return nil
		})
	}, noError)
}

func wantPanic(t *testing.T, text string, f func()) {
	t.Helper()
	defer func() {
		if s, _ := recover().(string); !strings.Contains(s, text) {
			t.Errorf("panic %q, want one with %q", s, text)
		}
	}()
	f()
}
