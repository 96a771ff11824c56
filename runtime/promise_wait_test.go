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

// A wait for all of several returns when one of them can not hold any more, even
// if it sleeps for another.
func TestAConjunctionNoticesEveryEnd(t *testing.T) {
	type ports struct {
		one, two *Rx[int]
		lanes    *BundleRx[int]
		out      *Tx[int]
	}
	conds := map[string]func(a *Actor, p ports) []Cond{
		"inputs":  func(_ *Actor, p ports) []Cond { return []Cond{p.one.Avail(1), p.two.Avail(1)} },
		"reverse": func(_ *Actor, p ports) []Cond { return []Cond{p.two.Avail(1), p.one.Avail(1)} },
		"time":    func(a *Actor, p ports) []Cond { return []Cond{a.Every(time.Hour), p.two.Avail(1)} },
		"output":  func(_ *Actor, p ports) []Cond { return []Cond{p.one.Avail(1), p.out.Vacant(1)} },
		"bundle":  func(_ *Actor, p ports) []Cond { return []Cond{p.one.Avail(1), p.lanes.Avail(1)} },
		"groups":  func(a *Actor, p ports) []Cond { return []Cond{p.one.Avail(1), All(a.After(0), All(p.two.Avail(1)))} },
	}
	for name, conds := range conds {
		for _, anyOf := range []bool{false, true} {
			t.Run(fmt.Sprint(name, anyOf), func(t *testing.T) {
				bubble(t, func(g *Graph) {
					idle := func(d time.Duration) func(*Actor) error {
						return func(a *Actor) error {
							a.Wait(a.After(d))
							return nil
						}
					}
					one, two, out := NewChan[int](g, "one", 4), NewChan[int](g, "two", 4), NewChan[int](g, "out", 4)
					lanes := NewBundle[int](g, "lanes", 3, 4)
					s := g.Actor("late")
					one.Tx(s)
					s.Run(idle(time.Minute))
					s = g.Actor("soon")
					two.Tx(s)
					lanes.Tx(s)
					s.Run(idle(time.Second))
					s = g.Actor("receives")
					out.Rx(s)
					s.Run(idle(time.Second))
					s = g.Actor("waits")
					p := ports{one.Rx(s), two.Rx(s), lanes.Rx(s), out.Tx(s)}
					s.Run(func(a *Actor) error {
						if !p.out.TrySend(0) { // it knows of more room from now on
							t.Error("no room")
						}
						i := -2
						if c := conds(a, p); anyOf {
							i = a.WaitAny(All(c...))
						} else if !a.Wait(c...) {
							i = -1
						}
						if now := g.sched.Now(); i != -1 || now != time.Second {
							t.Errorf("the wait returned %d after %v", i, now)
						}
						return nil
					})
				}, func(t *testing.T, err error) {
					var left *LeftoverError // what was sent to "receives"
					if !errors.As(err, &left) {
						t.Errorf("Serve: %v", err)
					}
				})
			})
		}
	}
}

// A member of a loop that goes on to wait for what can not hold any more does
// not keep the loop from its rest.
func TestAnImpossibleWaitLetsItsLoopRest(t *testing.T) {
	got := 0
	bubble(t, func(g *Graph) {
		jobs, there, back := NewChan[int](g, "jobs", 4), NewChan[int](g, "there", 4), NewChan[int](g, "back", 4)
		Source(g, "source", jobs, counted(10, never))
		s := g.Actor("one")
		in, again, out := jobs.Rx(s), back.Rx(s), there.Tx(s)
		s.Run(func(a *Actor) error {
			if err := out.Send(-1); err != nil { // what the first job has to wait for
				return err
			}
			for a.Running(in.Drained(), again.Drained()) {
				if !a.Wait(in.Avail(1), again.Avail(1)) {
					continue
				}
				again.TryTake()
				v, _ := in.TryTake()
				if err := out.Send(v); err != nil {
					return err
				}
			}
			return nil
		})
		Stage(g, "two", there, back, func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for v := range in.All() {
				got++
				a.Wait(a.After(time.Second))
				if v == 9 {
					continue
				}
				if err := out.Send(v); err != nil {
					return err
				}
			}
			if now := g.sched.Now(); now > 12*time.Second {
				t.Errorf("the loop came to rest after %v", now)
			}
			return nil
		})
	}, noError)
	if got != 11 {
		t.Errorf("%d messages went through the loop, want 11", got)
	}
}
