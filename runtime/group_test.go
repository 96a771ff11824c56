package steady

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A failure brings those down whom the strategy says, once each, and all of them
// are up again after the back-off of the one that failed.
func TestAGroupStartsAgainTogether(t *testing.T) {
	for strategy, want := range map[Strategy][]int{
		OneForOne: {0, 1, 0}, OneForAll: {1, 1, 1}, RestForOne: {0, 1, 1},
	} {
		for _, s := range schedules {
			t.Run(fmt.Sprint(strategy, s.name), func(t *testing.T) {
				if s.park == ParkFutex {
					s.park = ParkChannel // a futex does not let the clock of the bubble move
				}
				bubble(t, func(g *Graph) {
					g.Park = s.park
					var ups []string
					var at []time.Duration
					for i, name := range []string{"first", "second", "third"} {
						g.Actor(name, Group("all", strategy), s.on[i%len(s.on)], Restart{Backoff: time.Second}).Run(func(a *Actor) error {
							g.mu.Lock()
							ups = append(ups, name)
							at = append(at, g.sched.Now())
							g.mu.Unlock()
							a.Wait(a.After(10 * time.Second))
							if name == "second" && a.Regeneration() == 0 {
								return errors.New("on purpose")
							}
							a.Wait(a.After(time.Minute))
							select {
							case <-a.Stopping():
								if a.Regeneration() != want[i] {
									t.Errorf("%s: regeneration %d, want %d", name, a.Regeneration(), want[i])
								}
							default: // called back
							}
							return nil
						})
					}
					after(g, 50*time.Second)
					t.Cleanup(func() {
						sum := 3
						for _, n := range want {
							sum += n
						}
						if len(ups) != sum {
							t.Errorf("started: %v, want %d", ups, sum)
						}
						for i, d := range at[3:] {
							if d < 10*time.Second+time.Second/2 || d != at[3] {
								t.Errorf("%s started again at %v, the first at %v", ups[3+i], d, at[3])
							}
						}
					})
				}, noError)
			})
		}
	}
}

// Members that are called back roll back what they had begun, get ErrRestart
// from Send, lose nothing, and close no port.
func TestARecallLosesNothing(t *testing.T) {
	const n = 3000
	for _, s := range schedules {
		t.Run(s.name, func(t *testing.T) {
			g := &Graph{Park: s.park}
			all := Group("all", OneForAll)
			a, b := NewChan[int](g, "a", 8), NewChan[int](g, "b", 3)
			opt := func(i int) []Option { return []Option{all, always, s.on[i%len(s.on)]} }
			recalls := 0
			Source(g, "source", a, counted(n, never), opt(0)...)
			Stage(g, "stage", a, b, func(act *Actor, in *Rx[int], out *Tx[int]) error {
				for v := range in.All() {
					if err := out.Send(v); err != nil {
						if errors.Is(err, ErrRestart) {
							recalls++
						}
						return err
					}
				}
				return nil
			}, opt(1)...)
			fails := 0
			next, want := expect(t, n)
			Sink(g, "sink", b, func(_ *Actor, in *Rx[int]) error {
				for v := range in.All() {
					want(v, *next)
					if fails++; fails%100 == 0 {
						return errors.New("on purpose")
					}
					*next++
				}
				return nil
			}, opt(2)...)
			if err := g.Serve(t.Context()); err != nil {
				t.Error(err)
			}
			checkInvariants(t, g)
			t.Logf("%d recalls met a Send", recalls)
		})
	}
}

// The context of an incarnation ends with it; who does not return is named, and
// the graph stops, and the others drain.
func TestAMemberThatDoesNotReturnIsNamed(t *testing.T) {
	bubble(t, func(g *Graph) {
		all := Group("all", OneForAll)
		g.Actor("deaf", all).Run(func(a *Actor) error {
			<-a.Context().Done()
			if d := g.sched.Now(); d != time.Second {
				t.Errorf("called at %v", d)
			}
			<-time.After(20 * time.Second)
			return nil
		})
		g.Actor("frail", all).Run(func(a *Actor) error {
			if a.Regeneration() == 0 {
				a.Wait(a.After(time.Second))
				panic("on purpose")
			}
			return nil
		})
	}, func(t *testing.T, err error) {
		var failed *GroupError
		if !errors.As(err, &failed) || failed.Failed != "frail" || !slices.Equal(failed.Actors, []string{"deaf"}) {
			t.Errorf("Serve: %v", err)
		}
	})
}

// A stop in the middle of a recall ends all the same.
func TestAStopInARecall(t *testing.T) {
	for ms := range 40 {
		bubble(t, func(g *Graph) {
			all := Group("all", OneForAll)
			c := NewChan[int](g, "c", 4)
			Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
				for a.Running() {
					if a.Wait(a.Every(time.Millisecond)) {
						if err := out.Send(1); err != nil {
							return err
						}
					}
				}
				return nil
			}, all, always)
			Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
				for range in.All() {
					if a.Wait(a.After(3 * time.Millisecond)); a.Regeneration() < 10 {
						return errors.New("on purpose")
					}
				}
				return nil
			}, all, Restart{Max: -1, Backoff: 2 * time.Millisecond})
			after(g, time.Duration(ms)*time.Millisecond)
		}, noError)
	}
}

func TestGroupMistakes(t *testing.T) {
	g := &Graph{}
	g.Actor("a", Group("x", OneForAll))
	g.Actor("b", Group("x", RestForOne))
	g.Actor("c", Group("x", OneForAll), Group("y", OneForAll))
	err := g.Err()
	for _, want := range []string{`group "x" has two strategies, see actor "b"`, `actor "c" is in two groups: "x" and "y"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q", err, want)
		}
	}
}
