package steady

import "time"

// Parking and waking costs several hundred nanoseconds: atomics, two readings
// of the clock, and the scheduler twice. Where actors pass messages to and fro
// a wait is often over as soon as the other one has run. So a pooled actor
// whose last park was short first lets others run, and looks again.
const (
	// shortWait is the longest park after which yielding is worth a try.
	shortWait = 20 * time.Microsecond
	// yieldsPerPark is how many waits in a row may end without parking. The
	// next one parks whatever happens: its time stands for theirs.
	yieldsPerPark = 32
	// maxPenalty is how many waits park at once after yields that did not help.
	maxPenalty = 64
)

// patience decides whether the next wait begins with a yield.
type patience struct {
	left    int           // above 0: yields before the next park; below: parks before the next yield
	penalty int           // what left falls to, negated, when the next yield does not help
	untimed int64         // waits since the last park that ended without one
	last    time.Duration // how long the last park took
}

// yield lets others run if that may end the wait; everything staged must be
// visible. One in yieldsPerPark is timed: where many actors yield at once,
// their common queue may be slower than parking.
func (a *Actor) yield() bool {
	if m := a.place.member; m != nil {
		if !m.Crowded() {
			return false
		}
		a.handOver() // once a wait: two that wait for a third do not go to and fro
		return true
	}
	p := &a.patience
	if p.left <= 0 {
		return false
	}
	p.left--
	if p.left > 0 {
		a.g.sched.Yield()
		return true
	}
	before := a.g.sched.Now()
	a.g.sched.Yield()
	if a.g.sched.Now()-before > shortWait {
		p.left = -maxPenalty
	}
	return true
}

// yieldFirst is the beginning of a wait of All or Send for a.one, which was found
// unmet just now. Most often such a wait is over when others have run once, and all
// that await does besides would cost as much as the yield. It reports whether the
// wait is over; if not, await parks without a second yield. The timed yield, and what
// members of troupes and of loops do besides, is left to await.
func (a *Actor) yieldFirst() bool {
	p := &a.patience
	if p.left <= 1 || a.loop != nil || a.place.member != nil {
		return false
	}
	a.settle()
	p.left--
	a.g.sched.Yield()
	helped := a.eval(&a.one[0]) == holds
	p.yielded(helped)
	return helped
}

// yielded learns from a yield.
func (p *patience) yielded(helped bool) {
	if helped {
		p.untimed++
		p.penalty = 1
		return
	}
	p.left = min(p.left, -p.penalty)
	p.penalty = min(2*p.penalty, maxPenalty)
}

// parked learns from a park.
func (p *patience) parked(d time.Duration) {
	p.last = d
	switch {
	case p.left < 0:
		p.left++
	case d <= shortWait:
		p.left = yieldsPerPark
	}
}

// unseen estimates how long the actor waited since the last park without
// reading the clock.
func (p *patience) unseen() time.Duration {
	d := time.Duration(p.untimed) * p.last
	p.untimed = 0
	return d
}
