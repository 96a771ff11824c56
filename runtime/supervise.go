package steady

import (
	"errors"
	"runtime"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// failure is the last failure of an actor, for telemetry.
type failure struct {
	err      error
	at       time.Time
	calm     time.Duration // when it counts no more, in the graph's time
	since    time.Time     // of the first one without progress after it; zero when it does not count
	position uint64        // where the ports stood
}

// failing returns since when the actor has been failing, and why: all of the time
// without progress, until now. It may be called from anywhere. An actor that makes
// no progress, as none is to be made, is well after the window of its Restart.
func (a *Actor) failing(now time.Duration) (since time.Time, f *failure) {
	f = a.failure.Load()
	if f == nil || f.since.IsZero() || a.over.Load() {
		return time.Time{}, nil
	}
	if a.clock.state() != telemetry.StateBackoff && now >= f.calm {
		return time.Time{}, nil
	}
	visible := uint64(0)
	for _, o := range a.outs {
		sent, _ := o.e.core.Counters()
		visible += sent
	}
	for _, i := range a.ins {
		_, taken := i.e.core.Counters()
		visible += taken
	}
	if int64(visible-f.position) > 0 {
		return time.Time{}, nil
	}
	return f.since, f
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
			failed := newPanicError(errGoexit)
			a.rollback(true)
			a.spawn(func() { a.supervise(failed) })
		}
	}()
	for again := true; again; {
		if failed == nil {
			failed = a.incarnation()
		}
		if a.seat == nil {
			again = failed != nil && a.recoverFrom(failed)
		} else {
			again = a.seat.returned(failed)
		}
		failed = nil
	}
	ended = true
	a.finish()
}

// incarnation runs the body once and returns how it failed, or nil when it
// ended. A failure, and an end that a restart was asked for before, roll the
// ports back; an end commits them, but not when it came from a Send that could
// not be done: its message is still to be counted as left over.
func (a *Actor) incarnation() (failed error) {
	defer a.caught(&failed)
	a.begin()
	a.inBody = true
	err := a.body(a)
	a.inBody = false
	if a.seat != nil && a.seat.called.Load() {
		a.rollback(true)
		return ErrRestart
	}
	if err == nil && a.broken == a.tick {
		err = ErrStopped // what the iteration had in hand is left over
	}
	if err == nil {
		a.tick++
		a.keep()
		return nil
	}
	a.rollback(true)
	if isEnd(err) {
		return nil
	}
	return err
}

// caught turns a panic of the body into its failure. It is deferred.
func (a *Actor) caught(failed *error) {
	a.inBody = false
	v := recover()
	if v == nil {
		return
	}
	a.rollback(true)
	switch p := v.(type) {
	case *PanicError:
		*failed = p // of a call on another goroutine, with its own stack
	case *notSaved:
		*failed = p.err
	case rig.Failure:
		*failed = p.Err
	default:
		*failed = newPanicError(v)
	}
}

// begin forgets what an earlier incarnation left behind.
func (a *Actor) begin() {
	if a.seat != nil {
		a.seat.begin()
	}
	a.enterState(telemetry.StateBusy)
	a.identify()
	a.depth, a.step, a.outer = 0, 1, 0
	a.tick++
	a.portEnded, a.asking, a.stopTold = false, false, false
	a.forgive()
	a.every = a.every[:0]
	a.looked, a.lookAt, a.stride = 0, a.tick, 1
	a.nextLook = a.tick + 1
	a.checkAt.Store(a.nextLook)
}

// finish ends the actor for good: its outputs are closed, its inputs given up.
func (a *Actor) finish() {
	if a.timer != nil {
		a.timer.Stop()
	}
	a.depth, a.step, a.outer = 0, 1, 0
	a.ending = true
	a.tick++
	for _, o := range a.outs {
		o.Close(a.tick)
	}
	for _, i := range a.ins {
		i.Leave(a.tick)
	}
	a.keep()
	for _, k := range a.kept {
		k.end()
	}
	now := a.g.sched.Now()
	a.vote.Store(&vote{answer: telemetry.VoteYes, since: now})
	a.enterState(telemetry.StateDone)
	a.thread.Store(0)
	a.over.Store(true)
	a.g.tellEnd(a)
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
