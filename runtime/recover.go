package steady

import (
	"errors"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// recoverFrom records a failure and decides: true means that the actor is to
// be started again, after the back-off that has passed when it returns.
func (a *Actor) recoverFrom(err error) bool {
	pause, again := a.fell(err)
	if !again {
		return false
	}
	a.backOff(pause)
	return a.rise()
}

// fell records a failure and decides whether the actor is to be started again,
// and after which pause.
func (a *Actor) fell(err error) (pause time.Duration, again bool) {
	g, t := a.g, &a.tally
	a.tick++
	now, stopping := g.sched.Now(), g.life() == stopRequested
	t.note(now, a.limits.window(), a.movedForGood())
	a.failures.Add(1)
	f := failure{err: err, at: time.Now(), since: t.since, calm: later(now, a.limits.window()), position: a.position()}
	a.failure.Store(&f)
	g.tellFailure("actor failed", a, err, "failures", t.row)
	if g.probe != nil {
		g.probe.Failed(a.id, err)
	}
	switch a.blame(err) {
	case guilty:
		t.clear()
		return 0, true
	case onTrial:
		return max(a.limits.Backoff, 0), true
	}
	if a.seat != nil && a.seat.called.Load() {
		return 0, true // before the message was aside, perhaps: the failure of another one counts
	}
	outage, most := a.outage(err), a.limits.max()
	limited := most >= 0 && !outage
	n := t.count(a.limits.window(), limited)
	// A source is not started again to be stopped: this was its end.
	if limited && n > most || stopping && len(a.ins) == 0 {
		g.fail(&ActorError{Actor: a.name, Failures: n, Err: err, tired: most > 0 && n > most}, "actor "+a.name+" failed")
		return 0, false
	}
	t.pause = a.limits.delay(t.pace(), outage, g.sched.Jitter)
	f2 := f
	f2.calm = later(f.calm, t.pause)
	a.failure.Store(&f2)
	return t.pause, true
}

// outage reports whether a failure is one of something outside of the process.
func (a *Actor) outage(err error) bool { return a.limits.Outside || errors.Is(err, ErrOutage) }

// rise counts a restart, unless the actor is not to be started any more: the
// graph is over, or stops and the actor has nothing to drain. A source of a
// group is started again then, too: the others may need it to drain.
func (a *Actor) rise() bool {
	ph := a.g.life()
	needless := ph == stopRequested && len(a.ins) == 0 && (a.seat == nil || a.seat.group.isBroken())
	if ph == expired || needless || a.doomed.Load() {
		return false
	}
	a.restarts.Add(1)
	return true
}

// stopBackoff is the longest pause before a restart while the graph stops.
const stopBackoff = 100 * time.Millisecond

// backOff waits before a restart. A stop cuts it short: an actor with input
// left has to drain it, and one without will not be started at all. An actor
// that fails again after that must not spin until the deadline, which cuts its
// pauses short in turn.
func (a *Actor) backOff(d time.Duration) {
	began := a.g.life()
	if began == stopRequested {
		d = min(d, stopBackoff)
	}
	if d <= 0 || began == expired {
		return
	}
	a.settle()
	now := a.g.sched.Now()
	end := later(now, d)
	a.enterState(telemetry.StateBackoff)
	for {
		a.parker.Arm()
		now = a.g.sched.Now()
		if now >= end || a.g.life() != began {
			a.parker.Cancel()
			return
		}
		a.setTimer(end)
		a.parker.Park()
	}
}
