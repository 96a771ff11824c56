package steady

import (
	"errors"
	"testing"
	"time"
)

// A member that is called and returns nil has not finished what it had begun: the
// message comes again, and what was sent is taken back.
func TestACalledMemberThatReturnsIsRolledBack(t *testing.T) {
	for _, s := range schedules {
		t.Run(s.name, func(t *testing.T) {
			if s.park == ParkFutex {
				s.park = ParkChannel
			}
			bubble(t, func(g *Graph) {
				g.Park = s.park
				all := Group("all", OneForAll)
				a, b := NewChan[int](g, "a", 8), NewChan[int](g, "b", 8)
				Source(g, "source", a, counted(5, never))
				Stage(g, "called", a, b, func(act *Actor, in *Rx[int], out *Tx[int]) error {
					for v := range in.All() {
						if v == 2 && act.Regeneration() == 0 {
							<-act.Context().Done()
							return nil // its group starts again
						}
						if err := out.Send(v); err != nil {
							return err
						}
					}
					return nil
				}, all, s.on[0])
				Sink(g, "sink", b, inOrder(t, 5, never))
				g.Actor("frail", all, Restart{Max: -1}).Run(func(a *Actor) error {
					if a.Regeneration() == 0 {
						<-time.After(time.Second)
						return errors.New("on purpose")
					}
					return nil
				})
			}, noError)
		})
	}
}

// What ends a Send that waits for room says why: the group, or the graph.
func TestWhatEndsASendSaysWhy(t *testing.T) {
	sends := map[string]func(out *Tx[int]) error{
		"Send":      func(out *Tx[int]) error { return out.Send(1) },
		"SendSlice": func(out *Tx[int]) error { return out.SendSlice(make([]int, 5)) },
	}
	for name, send := range sends {
		for _, ends := range []struct {
			with   error
			called bool
		}{{ErrRestart, true}, {ErrStopped, false}, {ErrNoReceiver, false}} {
			t.Run(name+"/"+ends.with.Error(), func(t *testing.T) {
				var got error
				bubble(t, func(g *Graph) {
					g.Grace = 10 * time.Second
					c := NewChan[int](g, "c", 2)
					all := Group("all", OneForAll)
					Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
						for a.Regeneration() == 0 {
							if got = send(out); got != nil {
								return got
							}
						}
						return nil
					}, all)
					Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
						<-time.After(5 * time.Second)
						switch {
						case ends.with == ErrStopped:
							<-a.Context().Done()
							<-time.After(time.Millisecond) // the sender is ended by the deadline, too
						case ends.with == ErrRestart:
							<-time.After(5 * time.Second)
							for range in.All() {
							}
						}
						return nil
					})
					g.Actor("frail", all).Run(func(a *Actor) error {
						<-time.After(6 * time.Second)
						if ends.called && a.Regeneration() == 0 {
							return errors.New("on purpose")
						}
						return nil
					})
					if ends.with == ErrStopped {
						after(g, time.Second)
					}
				}, func(*testing.T, error) {})
				if !errors.Is(got, ends.with) {
					t.Errorf("the send was ended with %v, want %v", got, ends.with)
				}
			})
		}
	}
}

// A member that waits for its group does not outlive the graph.
func TestAMemberThatWaitsForItsGroupEndsAtTheDeadline(t *testing.T) {
	bubble(t, func(g *Graph) {
		g.Grace = 2 * time.Second
		all := Group("all", OneForAll)
		c := NewChan[int](g, "c", 2)
		Source(g, "source", c, forever(new(int)))
		Sink(g, "frail", c, func(a *Actor, in *Rx[int]) error {
			a.Wait(in.Avail(1))
			return errors.New("on purpose")
		}, all, Restart{Max: -1, Backoff: time.Millisecond})
		g.Actor("slow", all).Run(func(a *Actor) error {
			<-a.Context().Done()
			<-g.ctx.Done() // the deadline
			return nil
		})
		after(g, time.Second)
	}, func(t *testing.T, err error) {
		var down *ShutdownError
		if !errors.As(err, &down) {
			t.Errorf("Serve: %v", err)
		}
	})
}
