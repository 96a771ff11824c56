package steady

import (
	"errors"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// failure is the last failure of an actor, for telemetry.
type failure struct {
	err error
	at  time.Time
}

// errGoexit is the value of the PanicError of a body that called runtime.Goexit.
var errGoexit = errors.New("the actor called runtime.Goexit")

// supervise runs the actor, and runs it again after each failure, on the flow
// it is called on. A body that ends that flow with runtime.Goexit has failed,
// and the rest goes on on a new one.
func (a *Actor) supervise(failed error) {
	a.claimThread()
	ended := false
	defer func() {
		if !ended {
			a.rollback()
			a.spawn(func() { a.supervise(&PanicError{Value: errGoexit}) })
		}
	}()
	for again := true; again; {
		if failed == nil {
			failed = a.incarnation()
		}
		if failed == nil {
			break
		}
		again = a.recoverFrom(failed)
		failed = nil
	}
	ended = true
	a.finish()
}

// incarnation runs the body once and returns how it failed, or nil when it
// ended. A failure rolls the ports back; an end commits them, but not when it
// came from a Send that could not be done: its message is still to be counted
// as left over.
func (a *Actor) incarnation() (failed error) {
	a.begin()
	defer func() {
		if v := recover(); v != nil {
			a.rollback()
			if p, ok := v.(*PanicError); ok {
				failed = p // of a call on another goroutine, with its own stack
				return
			}
			failed = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	err := a.body(a)
	if err == nil {
		a.tick++
		return nil
	}
	a.rollback()
	if isEnd(err) {
		return nil
	}
	return err
}

// begin forgets what an earlier incarnation left behind.
func (a *Actor) begin() {
	a.enterState(telemetry.StateBusy)
	a.identify()
	a.depth, a.step = 0, 1
	a.tick++
	a.portEnded, a.stopTold = false, false
	a.every = a.every[:0]
	a.looked, a.lookAt, a.stride = 0, a.tick, 1
	a.checkAt.Store(a.tick + 1)
}

// recoverFrom records a failure and decides: true means that the actor is to
// be started again, after the back-off that has passed when it returns.
func (a *Actor) recoverFrom(err error) bool {
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
	// A source is not started again to be stopped: this was its end.
	if m := a.limits.max(); (m >= 0 && len(a.failedAt) > m) || (stopping && len(a.ins) == 0) {
		g.fail(&ActorError{Actor: a.name, Failures: len(a.failedAt), Err: err}, "actor "+a.name+" failed")
		return false
	}
	g.logger().Warn("actor failed", "actor", a.name, "error", err, "failures", len(a.failedAt))
	a.backOff(a.limits.delay(len(a.failedAt)))
	if ph := g.life(); ph == expired || (ph == stopRequested && len(a.ins) == 0) || a.doomed.Load() {
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
		a.setTimer(now, end)
		a.parker.Park()
	}
}

// finish ends the actor for good: its outputs are closed, its inputs given up.
func (a *Actor) finish() {
	if a.timer != nil {
		a.timer.Stop()
	}
	a.depth, a.step = 0, 1
	a.tick++
	for _, o := range a.outs {
		o.Close(a.tick)
	}
	for _, i := range a.ins {
		i.Leave(a.tick)
	}
	for _, k := range a.kept {
		k.commit(a.tick)
		k.end()
	}
	now := a.g.sched.Now()
	a.vote.Store(&vote{answer: telemetry.VoteYes, since: now})
	a.enterState(telemetry.StateDone)
	a.thread.Store(0)
	a.over.Store(true)
	a.g.actorEnded()
}

// identify notes which goroutine and thread run the actor now. It allocates
// nothing, so that a stack of the smallest size is enough for most actors.
func (a *Actor) identify() {
	const prefix = "goroutine " // and the id, as in a trace
	var buf [len(prefix) + 20]byte
	n := runtime.Stack(buf[:], false)
	id := uint64(0)
	for _, c := range buf[min(n, len(prefix)):n] {
		if c < '0' || c > '9' {
			break
		}
		id = 10*id + uint64(c-'0')
	}
	a.goid.Store(id)
	if a.place.solo {
		a.thread.Store(currentThread())
	}
}
