package steady

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// A body that takes long is seen while it does, and no other one is.
func TestLongBodiesAreSeen(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			for i := range 3 {
				if err := out.Send(i); err != nil {
					return err
				}
				a.Wait(a.After(time.Second))
			}
			return nil
		})
		Sink(g, "slow", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
				<-time.After(700 * time.Millisecond)
			}
			return nil
		})
		g.Actor("watch").Run(func(a *Actor) error {
			var f telemetry.Frame
			a.Wait(a.After(50 * time.Millisecond))
			for range 29 {
				g.svc.Load().Sample(&f)
				at := f.Mono % time.Second
				want := time.Duration(0)
				if at < 700*time.Millisecond {
					want = at - 50*time.Millisecond // since it was first seen
				}
				if got := f.Actors.Body[1]; got != want {
					t.Errorf("after %v: %v, want %v", f.Mono, got, want)
				}
				if f.Actors.Body[0] != 0 || f.Actors.Body[2] != 0 {
					t.Errorf("after %v: source %v, watch %v", f.Mono, f.Actors.Body[0], f.Actors.Body[2])
				}
				a.Wait(a.After(100 * time.Millisecond))
			}
			return nil
		})
	}, noError)
}

// A member that keeps the thread for less than the time between two samples is
// seen, too.
func TestShortHogsAreRemembered(t *testing.T) {
	bubble(t, func(g *Graph) {
		g.Actor("hog", Troupe("one")).Run(func(a *Actor) error {
			a.Wait(a.After(time.Millisecond))
			<-time.After(40 * time.Millisecond)
			a.Running()
			a.Wait(a.After(time.Minute))
			return nil
		})
		g.Actor("watch").Run(func(a *Actor) error {
			var f telemetry.Frame
			for _, want := range []time.Duration{0, 40 * time.Millisecond, 0} {
				g.svc.Load().Sample(&f)
				if got := f.Actors.Body[0]; got != want {
					t.Errorf("after %v: %v, want %v", f.Mono, got, want)
				}
				a.Wait(a.After(300 * time.Millisecond))
				if want != 0 {
					a.Wait(a.After(300 * time.Millisecond))
				}
			}
			return nil
		})
	}, noError)
}
