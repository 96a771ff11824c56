//go:build steadysim

package steady

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// atPoints has other happen at the points of look that are named, in ascending order,
// and reports whether that has so many.
func atPoints(look, other func(), points ...int) (reached bool) {
	defer func() { park.Hook = nil }()
	at := 0
	park.Hook = func() {
		if at++; len(points) == 0 || at != points[0] {
			return
		}
		points = points[1:]
		hook := park.Hook
		park.Hook = nil
		other()
		park.Hook = hook
	}
	look()
	return len(points) == 0
}

// Members of a loop that sleep in turn, but never all at once, are not at rest,
// whatever happens between two steps of the look.
func TestPointsOfQuiescence(t *testing.T) {
	sleep := func(a *Actor) { a.parker.Arm(); a.epoch.Add(1) }
	wake := func(a *Actor) { a.parker.Cancel(); a.epoch.Add(1) }
	rests := func(awake, other int, points ...int) (rest, reached bool) {
		var all []*Actor
		for i := range 3 {
			all = append(all, &Actor{parker: park.New()})
			if i != awake {
				sleep(all[i])
			}
		}
		l := &loop{members: all}
		reached = atPoints(func() { rest = l.atRest() }, func() {
			wake(all[other]) // by a message
			sleep(all[awake])
			awake, other = other, awake
		}, points...)
		return rest, reached
	}
	if rest, _ := rests(3, 0); !rest {
		t.Error("who all sleep are not at rest")
	}
	const most = 20 // points of a look at three
	for i := range most * most * most {
		n := 1 + i%most
		m := n + 1 + i/most%most
		k := m + 1 + i/most/most
		for awake := range 3 {
			for other := range 3 {
				if other == awake {
					continue
				}
				if rest, _ := rests(awake, other, n, m, k); rest {
					t.Fatalf("of the members %d and %d one was awake, in turn until points %d, %d and %d: at rest", awake, other, n, m, k)
				}
			}
		}
	}
	if _, reached := rests(3, 0, most); reached {
		t.Errorf("a look has %d points or more: try them", most)
	}
}

// The times of an actor add up to its age, whatever it does between two steps of
// whoever reads them.
func TestPointsOfTheClock(t *testing.T) {
	for n := 1; ; n++ {
		var c clock
		now := time.Duration(0)
		c.to(telemetry.StateBusy, 0)
		step := func() {
			now += 10
			c.to(telemetry.StateWaiting, now)
			now += 5
			c.to(telemetry.StateBusy, now)
			now += 3
			c.shift(telemetry.StateBlocked, now, 2)
		}
		step()
		var total [telemetry.NumStates]time.Duration
		var since time.Duration
		began := now
		reached := atPoints(func() { _, since = c.read(&total, began) }, step, n)
		sum := time.Duration(0)
		for _, d := range total {
			sum += d
		}
		if sum != max(began, since) {
			t.Errorf("at point %d: the times add up to %v at %v", n, sum, max(began, since))
		}
		if !reached {
			break
		}
	}
}
