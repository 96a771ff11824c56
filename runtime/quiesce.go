package steady

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// A feedback loop ends by coming to rest. Once nothing can enter it any more,
// and every member is parked in a wait that only another member could end, no
// message will ever move in it again. Then its feedback edges are closed, and
// the rest drains and ends like any other part of the graph. A wait for room in
// a channel that leads out of the loop is none of those: somebody else ends it.
//
// That all members are parked at once cannot be read in one step, but it can
// be proved in two passes. Each member has an epoch, odd while it is parked in
// such a wait, and a parker that stays armed until somebody wakes it. If in
// both passes its epoch is the same odd number and its parker is armed, then it
// slept without a break from one look to the other. The looks of the first pass
// all come before those of the second, so at the moment between the passes all
// members slept, with nothing staged (settle) and no registered wait
// satisfiable (whoever satisfies one disarms the parker).

// drainLoops is the flow that ends feedback loops. It sleeps until a member of
// a loop that can come to rest parks, or an actor ends, or a stop is requested.
func (g *Graph) drainLoops() {
	for {
		g.drain.Arm()
		left := 0
		for _, l := range g.loops {
			if !l.ended && !g.tryEnd(l) {
				left++
			}
		}
		if left == 0 || g.isOver() {
			g.drain.Cancel()
			return
		}
		g.drain.Park()
	}
}

// tryEnd reports whether the loop is ended, now or before.
func (g *Graph) tryEnd(l *loop) bool {
	if !l.closing.Load() {
		if !g.sealed(l) && !l.lapsed() {
			return false
		}
		l.watched.Store(true)
		l.closing.Store(true)
		// Waits that were parked on a ticker have to find out that it stopped,
		// and each member has to say when it parks from now on.
		for _, a := range l.members {
			a.nudge()
		}
		return false
	}
	if !l.atRest() {
		return false
	}
	l.ended = true
	for _, e := range l.feedback {
		e.core.End()
	}
	return true
}

// sealed reports whether nothing can enter the loop any more: all its inputs
// from outside are closed or, if it has none, a stop was requested.
func (g *Graph) sealed(l *loop) bool {
	for _, e := range l.outside {
		if !e.core.Closed() {
			return false
		}
	}
	return len(l.outside) > 0 || g.life() >= stopRequested
}

// lapsed reports whether a loop without inputs from outside has run out: a member
// has ended by itself, such as a reader of a file that others tell how far they
// are, and the rest lie in waits that only a message could end. As nobody can send
// one any more, they would wait forever. While any of them waits for a time, the
// loop goes on: it is a service.
func (l *loop) lapsed() bool {
	if len(l.outside) > 0 || !slices.ContainsFunc(l.members, func(a *Actor) bool { return a.over.Load() }) {
		return false
	}
	l.watched.Store(true) // whoever parks from now on says so, or is seen here
	park.Point()
	return l.atRest()
}

// restless says why a member of a loop that is to end keeps it from that, in
// words; "" if it does not. It may be called from anywhere.
func (a *Actor) restless(s telemetry.State) string {
	if !a.closing() || a.epoch.Load()%2 != 0 || s != telemetry.StateWaiting {
		return ""
	}
	names := make([]string, 0, most)
	for _, m := range a.loop.members {
		if len(names) < most {
			names = append(names, m.name)
		}
	}
	return fmt.Sprintf("; it waits for a time, which keeps its feedback loop (%s) from its end: a wait that names an input does not",
		strings.Join(names, ", "))
}

func (l *loop) atRest() bool {
	if l.hides() {
		return false
	}
	epochs := make([]uint64, len(l.members))
	for pass := range 2 {
		for i, a := range l.members {
			if a.over.Load() {
				continue
			}
			n := a.epoch.Load()
			park.Point()
			if n%2 == 0 || !a.parker.Armed() || (pass == 1 && n != epochs[i]) {
				return false
			}
			epochs[i] = n
			park.Point()
		}
	}
	return true
}

// hides reports whether a test keeps messages of the loop, or into it, from their
// receivers. Thaw has the draining flow look again.
func (l *loop) hides() bool {
	frozen := func(e *edge) bool { return e.core.Frozen() }
	return slices.ContainsFunc(l.inside, frozen) || slices.ContainsFunc(l.outside, frozen)
}

// closing reports whether the actor is part of a loop that nothing can enter
// any more. Ticks must not keep such a loop going, so a condition Every by
// itself has ended there, and so has an After in a wait that names an input: it is
// a timeout. In a conjunction with an input they go on to set the pace. And a
// wait that names no input is that of an actor which looks at its inputs when it
// ticks: it ticks while they have messages. In a range all of them hold by time,
// but for a tick beside an input: the body has its message, and what it waits for
// comes to an end.
func (a *Actor) closing() bool { return a.loop != nil && a.loop.closing.Load() }

// due looks at the time of an Every.
func (a *Actor) due(c *Cond) verdict {
	return a.past(a.ticker(c).next)
}

// past reports whether a time has come.
func (a *Actor) past(at time.Duration) verdict {
	if a.g.sched.Now() >= at {
		return holds
	}
	return unmet
}

// evalStopped looks at an Every, by itself, of a loop that comes to rest.
func (a *Actor) evalStopped(c *Cond) verdict {
	switch {
	case !a.polls:
		return impossible
	case a.depth > 0:
		return a.due(c) // the body of a range has its message and does not look for one
	}
	switch a.inputs() {
	case holds:
		return a.due(c)
	case impossible:
		return impossible
	default:
		return unmet
	}
}

// inputs says whether any input has a message, or ever will.
func (a *Actor) inputs() verdict {
	best := impossible
	for _, i := range a.ins {
		closed := i.Closed() // before the count
		if i.Avail() > 0 {
			return holds
		}
		if !closed {
			best = unmet
		}
	}
	return best
}

// armInputs makes a wait sleep until any input has a message, unless one has.
// A message that came before it was armed wakes nobody, so it looks again.
func (a *Actor) armInputs() bool {
	if a.inputs() != unmet {
		return false
	}
	for _, i := range a.ins {
		i.Arm(1, false)
	}
	return a.inputs() == unmet
}

// inVain reports whether the actor has taken and sent nothing since it was last
// called. An actor that goes round like that, in waits that can never hold again,
// goes on to do so until a message comes.
func (a *Actor) inVain() bool {
	moved := a.moved
	a.moved = a.position()
	return a.moved == moved
}

// armMore makes a pause end with the next message of any input. It returns false
// if one came meanwhile.
func (a *Actor) armMore() bool {
	for _, i := range a.ins {
		n := i.Avail() + 1
		if n > uint64(i.e.capacity) {
			continue
		}
		if i.Arm(n, false); i.Avail() >= n {
			return false
		}
	}
	return true
}

// nameInput reports whether any of the conditions is one of an input.
func nameInput(conds []Cond) bool {
	for i := range conds {
		switch c := &conds[i]; c.kind {
		case condAvail:
			return true
		case condLane:
			if c.set().ins != nil {
				return true
			}
		case condAll:
			if nameInput(c.members()) {
				return true
			}
		}
	}
	return false
}
