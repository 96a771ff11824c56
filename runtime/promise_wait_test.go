package steady

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// An Every that was kept across a restart, or that another actor made, is like
// one that is used for the first time.
func TestAnEveryThatIsKept(t *testing.T) {
	var at []time.Duration
	bubble(t, func(g *Graph) {
		var second Cond
		g.Actor("keeps", always).Run(func(a *Actor) error {
			if a.Regeneration() == 0 {
				a.Every(time.Hour) // takes the first place among the tickers
				second = a.Every(time.Second)
			}
			<-time.After(250 * time.Millisecond)
			if a.Regeneration() == 2 {
				a.Every(time.Minute) // takes it now
			}
			for !a.Wait(All(second, a.After(0))) {
			}
			at = append(at, g.sched.Now())
			if len(at) < 4 {
				return errors.New("again")
			}
			return nil
		})
		g.Actor("borrows").Run(func(a *Actor) error {
			<-time.After(10 * time.Second)
			if a.Wait(second); g.sched.Now() != 11*time.Second {
				t.Errorf("it held after %v, want 11s", g.sched.Now())
			}
			return nil
		})
	}, noError)
	if want := "[1s 2.25s 3.5s 4.75s]"; fmt.Sprint(at) != want {
		t.Errorf("it held after %v, want %v", at, want)
	}
}
