package steady

import (
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
	g := a.g
	a.tick++
	now, stopping := g.sched.Now(), g.life() == stopRequested
	a.failure.Store(&failure{err: err, at: time.Now()})
	keep := a.failedAt[:0]
	for _, t := range a.failedAt {
		if now-t < a.limits.window() {
			keep = append(keep, t)
		}
	}
	a.failedAt = append(keep, now)
	if m := a.limits.max(); m < 0 {
		a.failedAt = a.failedAt[max(0, len(a.failedAt)-16):] // only the back-off needs them
	}
	g.logger().Warn("actor failed", "actor", a.name, "error", err, "failures", len(a.failedAt))
	if g.probe != nil {
		g.probe.Failed(a.id, err)
	}
	switch a.blame(err) {
	case guilty:
		a.failedAt = a.failedAt[:len(a.failedAt)-1]
		return 0, true
	case onTrial:
		a.failedAt = a.failedAt[:len(a.failedAt)-1]
		return max(a.limits.Backoff, 0), true
	}
	if a.seat != nil && a.seat.called.Load() {
		a.failedAt = a.failedAt[:len(a.failedAt)-1]
		return 0, true // before the message was aside, perhaps: the failure of another one counts
	}
	// A source is not started again to be stopped: this was its end.
	if m := a.limits.max(); (m >= 0 && len(a.failedAt) > m) || (stopping && len(a.ins) == 0) {
		g.fail(&ActorError{Actor: a.name, Failures: len(a.failedAt), Err: err}, "actor "+a.name+" failed")
		return 0, false
	}
	return a.limits.delay(len(a.failedAt), g.sched.Jitter), true
}

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
