package steady

import (
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"
)

// What a member has finished is visible while it waits for its group, be it that
// it did not come to a boundary after it was called.
func TestAMemberThatWaitsForItsGroupHidesNothing(t *testing.T) {
	got := 0
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 64)
		all := Group("all", OneForAll)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			if a.Regeneration() > 0 {
				return nil
			}
			a.stride = 1000 // as after a burst
			a.checkAt.Store(a.tick + a.stride)
			for i := range 3 {
				if err := out.Send(i); err != nil {
					return err
				}
				a.Running()
			}
			<-a.Context().Done()
			return nil
		}, all)
		g.Actor("frail", all, Restart{Backoff: time.Hour}).Run(func(a *Actor) error {
			if a.Regeneration() == 0 {
				a.Wait(a.After(time.Second))
				return errors.New("on purpose")
			}
			return nil
		})
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			<-time.After(time.Second / 2) // it does not wait when the source sends
			for range in.All() {
				if now := g.sched.Now(); now == time.Second {
					got++
				}
			}
			return nil
		})
	}, noError)
	if got != 3 {
		t.Errorf("%d of 3 messages were there when the source had returned", got)
	}
}

// Each member has its five seconds from when it was called, even if another one
// was called before.
func TestEachMemberHasItsTimeToReturn(t *testing.T) {
	for takes, silent := range map[time.Duration][]string{3 * time.Second: nil, 30 * time.Second: {"b"}} {
		for _, later := range []time.Duration{4900 * time.Millisecond, 7 * time.Second} {
			bubble(t, func(g *Graph) {
				some := Group("some", RestForOne)
				once := func(fails time.Duration) func(*Actor) error {
					return func(a *Actor) error {
						if a.Regeneration() > 0 {
							return nil
						}
						a.Wait(a.After(fails))
						return errors.New("on purpose")
					}
				}
				g.Actor("a", some).Run(once(later))
				g.Actor("b", some).Run(func(a *Actor) error {
					if a.Regeneration() == 0 {
						<-a.Context().Done()
						<-time.After(takes)
					}
					return nil
				})
				g.Actor("c", some, Restart{Backoff: 20 * time.Second}).Run(once(0))
				g.Actor("d", some).Run(func(a *Actor) error {
					a.Wait(a.After(time.Minute))
					return nil
				})
			}, func(t *testing.T, err error) {
				var failed *GroupError
				switch {
				case silent == nil && err != nil:
					t.Errorf("a fails after %v, b takes %v: Serve: %v", later, takes, err)
				case silent != nil && (!errors.As(err, &failed) || failed.Failed != "a" || !slices.Equal(failed.Actors, silent)):
					t.Errorf("a fails after %v, b takes %v: Serve: %v, want one about %v", later, takes, err, silent)
				}
			})
		}
	}
}

// However a member ends that was called, that is no failure of its own.
func TestAMemberThatFailsWhenCalledHasReturned(t *testing.T) {
	ends := map[string]func() error{
		"error":  func() error { return errors.New("called") },
		"panic":  func() error { panic("called") },
		"goexit": func() error { runtime.Goexit(); return nil },
	}
	for _, s := range schedules {
		if s.park == ParkFutex {
			s.park = ParkChannel
		}
		for name, end := range ends {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				bubble(t, func(g *Graph) {
					g.Park = s.park
					all := Group("all", OneForAll)
					g.Actor("frail", all, Restart{Max: -1}, s.on[0]).Run(func(a *Actor) error {
						a.Wait(a.After(time.Second))
						if a.Regeneration() < 10 {
							return errors.New("on purpose")
						}
						return nil
					})
					g.Actor("called", all, Restart{Never: true}, s.on[1%len(s.on)]).Run(func(a *Actor) error {
						a.Wait(a.After(time.Minute))
						if a.Context().Err() != nil {
							return end()
						}
						return nil
					})
				}, noError)
			})
		}
	}
}

// An actor that returns ErrRestart although nobody called it has failed.
func TestErrRestartOfOnesOwnIsAFailure(t *testing.T) {
	bubble(t, func(g *Graph) {
		g.Actor("alone", Group("one", OneForAll), Restart{Max: 3}).Run(func(*Actor) error { return ErrRestart })
	}, func(t *testing.T, err error) {
		var failed *ActorError
		if !errors.As(err, &failed) || failed.Failures != 4 {
			t.Errorf("Serve: %v", err)
		}
	})
}
