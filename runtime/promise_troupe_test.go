package steady

import (
	"fmt"
	"testing"
	"time"
)

const (
	burst     = 40 // bodies of a nanosecond
	slowOnes  = 12 // bodies of slowBody that come after
	slowBody  = time.Second
	pollEvery = 100 * time.Millisecond
)

// A member that has something to do gets the thread from one whose bodies have
// become long, after the body that runs and at most one more, wherever it stands
// in the troupe.
func TestABodyThatBecomesSlowGivesTheThreadAway(t *testing.T) {
	for place := range 3 {
		t.Run(fmt.Sprint(place), func(t *testing.T) {
			var late time.Duration
			bubble(t, func(g *Graph) {
				done := 0
				for i := range 3 {
					if i == place {
						g.Actor("slow", Troupe("x")).Run(func(a *Actor) error {
							a.Wait(a.After(time.Second)) // until the others have begun
							for i := range burst + slowOnes {
								a.Running()
								if i < burst {
									<-time.After(1)
								} else {
									<-time.After(slowBody)
								}
							}
							done++
							return nil
						})
						continue
					}
					g.Actor(fmt.Sprint("ticks ", i), Troupe("x")).Run(func(a *Actor) error {
						last := g.sched.Now()
						for done == 0 {
							a.Wait(a.Every(pollEvery))
							now := g.sched.Now()
							late, last = max(late, now-last), now
						}
						return nil
					})
				}
			}, noError)
			if want := 2*slowBody + pollEvery; late > want {
				t.Errorf("a member had to wait for the thread for %v, want %v at most", late, want)
			}
		})
	}
}
