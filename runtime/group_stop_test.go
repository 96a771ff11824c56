package steady

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// A source of a group is started again with the others while a stop is pending,
// too: they may need it to drain. Its votes say for how long.
func TestARecalledSourceHelpsToDrain(t *testing.T) {
	drained := 0
	bubble(t, func(g *Graph) {
		all := Group("session", OneForAll)
		sessions, jobs := NewChan[int](g, "sessions", 1), NewChan[int](g, "jobs", 16)
		var clientEnded atomic.Bool
		Source(g, "login", sessions, func(a *Actor, out *Tx[int]) error {
			if err := out.Send(a.Regeneration()); err != nil {
				return err
			}
			for a.Running(Vote("client ended", clientEnded.Load)) {
				a.Wait(a.Every(time.Second))
			}
			return nil
		}, all)
		Source(g, "source", jobs, func(_ *Actor, out *Tx[int]) error { return out.SendSlice(make([]int, 10)) })
		s := g.Actor("client", all)
		session, in := sessions.Rx(s), jobs.Rx(s)
		s.Run(func(a *Actor) error {
			for !a.Wait(session.Avail(1)) {
				if !a.Running(in.Drained()) {
					return errors.New("no session")
				}
			}
			session.TryTake()
			for range in.All() {
				if drained == 5 && a.Regeneration() == 0 {
					a.RequestShutdown("now")
					return errors.New("session expired")
				}
				drained++
			}
			clientEnded.Store(true)
			return nil
		})
	}, noError)
	if drained != 10 {
		t.Errorf("drained %d of 10", drained)
	}
}
