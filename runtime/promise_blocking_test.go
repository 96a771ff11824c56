package steady

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A call that does not end when its context does is named at the deadline, on
// each schedule, and holds nobody up; whatever it does later harms nothing.
func TestACallThatOutlivesTheGraph(t *testing.T) {
	ends := map[string]func(){
		"returns": func() {},
		"panics":  func() { panic("late") },
		"goexit":  runtime.Goexit,
	}
	for _, s := range schedules {
		if s.park == ParkFutex {
			s.park = ParkChannel // a futex does not let the clock of the bubble move
		}
		for name, end := range ends {
			t.Run(fmt.Sprint(s.name, name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := &Graph{Park: s.park, Grace: time.Minute}
					c := NewChan[int](g, "c", 4)
					Source(g, "caller", c, func(a *Actor, out *Tx[int]) error {
						if err := out.Send(1); err != nil {
							return err
						}
						a.Commit()
						a.Blocking(func(context.Context) {
							<-time.After(time.Hour)
							end()
						})
						return nil
					}, s.on[0])
					got := 0
					Sink(g, "sink", c, func(_ *Actor, in *Rx[int]) error {
						for range in.All() {
							got++
						}
						return nil
					}, s.on[1%len(s.on)])
					after(g, time.Second)
					err := g.Serve(context.Background())
					var down *ShutdownError
					if !errors.As(err, &down) || down.Actors[0].Actor != "caller" || g.sched.Now() > time.Second+time.Minute+linger {
						t.Errorf("Serve returned after %v: %v", g.sched.Now(), err)
					}
					<-time.After(2 * time.Hour)
					checkInvariants(t, g)
					if got != 1 {
						t.Errorf("received %d, want what was sent before the call", got)
					}
				})
			})
		}
	}
}

// A member of a group is called while it is in a call. It returns when the call
// does, be it on a thread that it shares with the one that failed.
func TestAMemberIsCalledInACall(t *testing.T) {
	for _, s := range schedules {
		if s.park == ParkFutex {
			s.park = ParkChannel
		}
		for _, deaf := range []bool{false, true} {
			t.Run(fmt.Sprint(s.name, deaf), func(t *testing.T) {
				bubble(t, func(g *Graph) {
					g.Park = s.park
					all := Group("all", OneForAll)
					g.Actor("caller", all, s.on[0]).Run(func(a *Actor) error {
						if a.Regeneration() > 0 {
							if now := g.sched.Now(); now > 3*time.Second {
								t.Errorf("started again after %v", now)
							}
							return nil
						}
						a.Blocking(func(ctx context.Context) {
							if <-ctx.Done(); deaf {
								<-time.After(time.Minute / 3)
							}
						})
						return nil
					})
					g.Actor("frail", all, Restart{Backoff: time.Second}, s.on[1%len(s.on)]).Run(func(a *Actor) error {
						if a.Wait(a.After(time.Second)); a.Regeneration() == 0 {
							return errOnPurpose
						}
						return nil
					})
				}, func(t *testing.T, err error) {
					var failed *GroupError
					if deaf != errors.As(err, &failed) || deaf && !slices.Equal(failed.Actors, []string{"caller"}) || !deaf && err != nil {
						t.Errorf("Serve: %v", err)
					}
				})
			})
		}
	}
}
