package steady

import (
	"errors"
	"fmt"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/ring"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// This file says what has to hold in a graph at any moment at which an actor
// does not run, and after the end. Tests look at it from outside, by
// rig.Graph; see checkInvariants for those of this package.

// Guard implements rig.Graph.
func (r *rigged) Guard(exact bool) {
	for _, e := range r.g.edges {
		if !exact {
			e.core.Spy(e.sender, new(ring.Spy))
			e.from.eager, e.to.eager = true, true // each boundary is told
			continue
		}
		r.witnesses = append(r.witnesses, e.ends.newWitness())
	}
}

// Check implements rig.Graph.
func (r *rigged) Check(actor int) error {
	a := r.g.actors[actor]
	torn := a.tornTick == a.tick
	asleep := a.parker.Armed() && a.clock.state() != telemetry.StateCall // a State is saved before
	for _, o := range a.outs {
		if err := o.Check(a.tick, torn); err != nil {
			return o.e.wrong(err)
		}
		if n := o.Hidden(a.tick); n > 0 && asleep {
			return o.e.wrong(fmt.Errorf("%q sleeps and hides %d messages that it has finished", a.name, n))
		}
		if o.e.core.Closed() && !a.mayHaveClosed(o) {
			return o.e.wrong(fmt.Errorf("it is closed, but %q goes on", a.name))
		}
	}
	for _, i := range a.ins {
		if err := i.Check(a.tick); err != nil {
			return i.e.wrong(err)
		}
		if n := i.Held(a.tick); n > 0 && asleep {
			return i.e.wrong(fmt.Errorf("%q sleeps and keeps %d slots that it is done with", a.name, n))
		}
		if err := r.witnesses[i.e.id].problem(); err != nil {
			return i.e.wrong(err)
		}
	}
	return nil
}

// mayHaveClosed reports whether the output may be closed: its actor has ended or
// is about to, or has voted for it, or its loop came to rest.
func (a *Actor) mayHaveClosed(o *outPort) bool {
	v := a.vote.Load()
	return a.over.Load() || a.ending || o.Core().Ended() || v != nil && v.answer == telemetry.VoteYes
}

func (e *edge) wrong(err error) error { return fmt.Errorf("channel %q: %w", e.name, err) }

// CheckAwake implements rig.Graph: whoever does not wait is not registered, but with
// the empty lanes of a bundle.
func (r *rigged) CheckAwake(actor int) error {
	a := r.g.actors[actor]
	for _, i := range a.ins {
		if rx, _ := i.e.core.Waiting(); rx && (i.set == nil || !i.set.standsAt(i.e.lane)) {
			return i.e.wrong(fmt.Errorf("stale registration: %q is to be woken, and does not wait", a.name))
		}
	}
	for _, o := range a.outs {
		if _, tx := o.e.core.Waiting(); tx {
			return o.e.wrong(fmt.Errorf("stale registration: %q is to be woken, and does not wait", a.name))
		}
	}
	return nil
}

// CheckEnd implements rig.Graph: whatever happened, this holds.
func (r *rigged) CheckEnd() error {
	var errs []error
	for _, e := range r.g.edges {
		errs = append(errs, e.checkEnd())
	}
	for i, l := range r.witnesses {
		if err := l.problem(); err != nil {
			errs = append(errs, r.g.edges[i].wrong(err))
		}
	}
	for _, a := range r.g.actors {
		errs = append(errs, a.checkEnd())
	}
	return errors.Join(errs...)
}

func (e *edge) checkEnd() error {
	sent, taken := e.core.Counters()
	rx, tx := e.core.Waiting()
	switch {
	case taken > sent || sent-taken > uint64(e.capacity):
		return e.wrong(fmt.Errorf("sent %d, taken %d, capacity %d", sent, taken, e.capacity))
	case !e.core.Closed() || !e.core.Gone():
		return e.wrong(fmt.Errorf("closed %v, receiver gone %v after the end", e.core.Closed(), e.core.Gone()))
	case rx || tx:
		return e.wrong(fmt.Errorf("a registration is left: receiver %v, sender %v", rx, tx))
	}
	return nil
}

func (a *Actor) checkEnd() error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("actor %q: "+format, append([]any{a.name}, args...)...)
	}
	switch {
	case !a.over.Load() || a.clock.state() != telemetry.StateDone:
		return wrong("over %v, state %v", a.over.Load(), a.clock.state())
	case a.parker.Armed():
		return wrong("its parker is armed")
	case a.depth != 0 || a.step != 1:
		return wrong("depth %d, step %d", a.depth, a.step)
	case a.epoch.Load()%2 != 0:
		return wrong("counted as parked")
	}
	var total [telemetry.NumStates]time.Duration
	now, sum := a.g.sched.Now(), time.Duration(0)
	a.clock.read(&total, now)
	for _, d := range total {
		sum += d
	}
	if sum != now && a.g.measure {
		return wrong("its states add up to %v after %v", sum, now)
	}
	return nil
}
