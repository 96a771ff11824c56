package steady

import (
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// askAgain is how often a wait that is not satisfied returns while a stop is
// pending, so that the votes of Running are asked again.
const askAgain = 10 * time.Millisecond

// What await returns when no condition of the caller holds.
const (
	goRound  = -1 // the caller should look at Running again
	noneLeft = -2 // the conditions can never hold again
	givenUp  = -3 // the graph is over
	mustPark = -4 // of prepare alone
)

// Wait waits until all conditions hold at once, and only then returns true. It
// panics without any.
//
// In a loop over Running, false means "go round again": continue, and let
// Running decide. It returns false once when a stop is requested, then at most
// every 10 ms while the stop is pending; when a port it waits for has ended; and
// for good when the graph has given up waiting. Such a loop never spins.
//
// In the body of a range (All, Batches) a request to stop does not end it: the
// message in hand is still to be handled. There, false means that the conditions
// can never hold again, or that the graph has given up waiting. Do not continue
// then, since that drops the message: do without what was waited for, or return
// ErrStopped, which leaves the message in its channel. An iteration in which a
// wait was given up is taken back, however its body ends, unless that calls
// Commit: its messages are counted as left over.
func (a *Actor) Wait(conds ...Cond) bool {
	return a.waitFor(conds, false) >= 0
}

// WaitAny waits until one of the conditions holds and returns its index; the
// first one wins. Conditions that can never hold again are passed over. It
// returns -1 where Wait returns false, and when all have become impossible. In
// the body of a range, too, it outlasts a request to stop.
func (a *Actor) WaitAny(conds ...Cond) int {
	return max(a.waitFor(conds, true), -1)
}

func (a *Actor) waitFor(conds []Cond, anyOf bool) int {
	if len(conds) == 0 {
		panic("steady: a wait without conditions: name what to wait for; a wait for a time is Wait(a.After(d))")
	}
	if !a.boundary() {
		return givenUp
	}
	if !anyOf && allKnown(conds) {
		return 0
	}
	return a.outcome(a.await(conds, anyOf, false))
}

// boundary ends the iteration, unless a range is under way, whose bodies are
// iterations. False means that the graph is over.
func (a *Actor) boundary() bool {
	return a.depth > 0 || a.endBody()
}

// endBody ends the iteration at the end of a body of the outermost range. False
// means that the graph is over.
func (a *Actor) endBody() bool {
	a.tick++
	return a.tick < a.checkAt.Load() || a.look()
}

// outcome makes Running ask the votes when what await returned means that a
// port has ended. When it means that the wait was given up in a range, the open
// iteration does not stand: see look, which the boundary calls that ends it.
func (a *Actor) outcome(i int) int {
	switch {
	case i == givenUp && a.depth > 0:
		a.broken = a.tick
		a.checkAt.Store(0)
	case i == noneLeft:
		if a.portEnded {
			a.pause(askAgain) // Running was asked and went on: do not spin
		}
		a.portEnded = true
		a.checkAt.Store(0)
	}
	return i
}

// allKnown reports whether all conditions hold by what the ports know without
// looking at the other side: the common case, and much the cheapest.
func allKnown(conds []Cond) bool {
	for i := range conds {
		switch c := &conds[i]; c.kind {
		case condAvail:
			if c.in().Known() < c.n {
				return false
			}
		case condVacant:
			if c.out().Known() < c.n {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// pick returns the index of the first condition that holds (0 for all of a
// conjunction), noneLeft, or goRound when it has to wait.
func (a *Actor) pick(conds []Cond, anyOf bool) int {
	if !anyOf {
		switch a.evalAll(conds) {
		case holds:
			return 0
		case impossible:
			return noneLeft
		default:
			return goRound
		}
	}
	res := noneLeft
	for i := range conds {
		switch a.eval(&conds[i]) {
		case holds:
			return i
		case unmet:
			res = goRound
		}
	}
	return res
}

// await is the one place where an actor waits for its ports and timers.
// internal marks the waits of All and Send, which do not return for a stop; nor
// does any wait inside of a range.
//
// The order is what makes it safe: first everything staged is made visible,
// then the parker is armed, then the registrations are stored, then the
// conditions and the phase are looked at once more. See park.Parker.
//
// A condition on a bundle looks at all lanes at most once in a glance, and once
// more when it is armed; what it said then is as good as another look, since it
// registered with each lane before it looked at it.
func (a *Actor) await(conds []Cond, anyOf, internal bool) int {
	var roundAt time.Duration // when to go round while a stop is pending
	for {
		i := a.prepare(conds, anyOf, internal, &roundAt)
		if i != mustPark {
			return i
		}
		// Most actors lie here, so little of their stacks may be in use. To set a
		// timer takes much of it: that is done here, and not any deeper.
		if a.alarm != 0 {
			a.setTimer(a.alarm)
		}
		if a.nap != 0 {
			a.parker.ParkFor(a.nap)
		} else {
			a.parker.Park()
		}
		a.wakeUp()
		a.unregister(conds)
	}
}

// prepare returns how the wait ends, or mustPark when everything is ready for
// the actor to park.
func (a *Actor) prepare(conds []Cond, anyOf, internal bool, roundAt *time.Duration) int {
	if a.loop != nil {
		closing, input := a.closing(), nameInput(conds)
		a.polls = closing && !input
		a.listens = closing && input && a.depth == 0
	}
	a.glance++
	i := a.pick(conds, anyOf)
	if i != goRound {
		return a.satisfied(conds, anyOf, i)
	}
	a.settle()
	if a.yield() {
		a.glance++
		i = a.pick(conds, anyOf)
		a.patience.yielded(i != goRound)
		if i != goRound {
			return a.satisfied(conds, anyOf, i)
		}
	}
	a.parker.Arm()
	if anyOf {
		a.register(conds)
	} else {
		a.armFirst(conds, true) // not below register: the stack is small
	}
	if i = a.pick(conds, anyOf); i != goRound {
		a.parker.Cancel()
		a.unregister(conds)
		return a.satisfied(conds, anyOf, i)
	}
	if stop := a.interrupted(internal || a.depth > 0, roundAt); stop != 0 {
		a.parker.Cancel()
		a.unregister(conds)
		return stop
	}
	if a.reg.edge != nil && a.g.life() == up {
		a.g.checkDeadlock(a.reg.edge)
	}
	a.lieDown(*roundAt)
	return mustPark
}

func (a *Actor) satisfied(conds []Cond, anyOf bool, i int) int {
	if i >= 0 && len(a.every) > 0 {
		if anyOf {
			a.consume(&conds[i])
		} else {
			for k := range conds {
				a.consume(&conds[k])
			}
		}
	}
	return i
}

// register arms what a wait for any of conds needs, and says in a.reg what it sleeps
// for: with an edge only if the wait has no other way out than that.
func (a *Actor) register(conds []Cond) {
	exclusive := len(conds) == 1
	var sum registration
	for i := range conds {
		if a.eval(&conds[i]) != unmet {
			continue
		}
		a.arm(&conds[i], exclusive)
		if exclusive {
			return
		}
		sum.add(&a.reg)
	}
	a.reg = sum
}

// add makes r what a wait sleeps for that sleeps for both, without the edge.
func (r *registration) add(other *registration) {
	r.blocked = r.blocked || other.blocked
	r.outside = r.outside || other.outside
	if other.until != 0 && (r.until == 0 || other.until < r.until) {
		r.until = other.until
	}
}

// armFirst arms the first unmet member of a conjunction. That is enough, since a
// member that holds goes on to hold. But it has to be unmet after it was armed:
// whoever satisfied it just before saw no registration and wakes nobody, and if
// another member is unmet as well, nothing else would.
//
// That another member can not hold any more is noticed, too: who ends a channel
// wakes the actor at its other end whatever that waits for.
func (a *Actor) armFirst(conds []Cond, exclusive bool) {
	if len(conds) > 1 {
		refuse(conds)
		a.glance++ // look at bundles once more now that the parker is armed
	}
	for i := range conds {
		if a.evalMember(conds, i) != unmet {
			continue
		}
		a.arm(&conds[i], exclusive)
		if a.evalMember(conds, i) == unmet {
			return
		}
		if exclusive {
			disarm(&conds[i]) // it holds now; elsewise another group may be armed on the same port
		}
	}
	a.reg = registration{}
}

// refuse has outputs whose receiver is done for good say so, even if they know
// of room.
func refuse(conds []Cond) {
	for i := range conds {
		switch c := &conds[i]; c.kind {
		case condVacant, condRoom:
			c.out().Refuse()
		case condLane:
			for _, o := range c.set().outs {
				o.Refuse()
			}
		case condAll:
			refuse(c.members())
		}
	}
}

func (a *Actor) unregister(conds []Cond) {
	for i := range conds {
		disarm(&conds[i])
	}
	if a.polls {
		for _, i := range a.ins {
			i.Disarm()
		}
	}
}

// interrupted reports why an armed wait must not park: givenUp, goRound, or 0.
func (a *Actor) interrupted(internal bool, roundAt *time.Duration) int {
	ph := a.g.life()
	if ph == expired || a.called() {
		return givenUp
	}
	if internal || ph < stopRequested {
		return 0
	}
	if !a.stopTold {
		a.stopTold = true
		return goRound
	}
	now := a.g.sched.Now()
	if *roundAt == 0 {
		*roundAt = now + askAgain
	} else if now >= *roundAt {
		return goRound
	}
	return 0
}

// lieDown notes that the actor parks until somebody wakes it or the earlier of
// two times (0: none) has come. The caller sets the timer for that, if alarm says so.
func (a *Actor) lieDown(roundAt time.Duration) {
	reg, until := &a.reg, a.reg.until
	// Only a message of a member can end this wait, or make a difference to it.
	a.inLoop = a.loop != nil && (reg.idle || until == 0 && !reg.outside)
	if roundAt != 0 && (until == 0 || roundAt < until) {
		until = roundAt
	}
	timed := until != 0 && a.parker.Timed()
	a.alarm = 0
	if !timed {
		a.alarm = until
	}
	s := telemetry.StateWaiting
	if reg.blocked {
		s = telemetry.StateBlocked
	}
	if until != 0 {
		s |= timedWait
	}
	a.looked = a.enterState(s)
	if a.inLoop {
		a.epoch.Add(1)
		if a.loop.watched.Load() {
			a.g.drain.Wake() // all members may be at rest now
		}
	}
	a.nap = 0
	if timed {
		a.nap = max(until-a.g.sched.Now(), 1)
	}
}

// wakeUp is lieDown undone.
func (a *Actor) wakeUp() {
	if a.inLoop {
		a.epoch.Add(1)
	}
	since := a.looked
	a.looked, a.lookAt = a.enterState(telemetry.StateBusy), a.tick
	switch m := a.place.member; {
	case m != nil:
		m.turnEnds = 0
	case !a.place.solo:
		a.patience.parked(a.looked - since)
	}
}

// enterState notes what the actor does from now on, and returns the time, or 0
// when nobody reads it: reading the clock twice costs a quarter of a park.
func (a *Actor) enterState(s telemetry.State) time.Duration {
	if a.g.probe != nil {
		a.g.probe.State(a.id, s&^timedWait)
	}
	if !a.g.measure {
		a.clock.mark(s)
		return 0
	}
	now := a.g.sched.Now()
	if s != telemetry.StateBusy {
		a.clock.shift(s, now, a.patience.unseen())
	}
	a.clock.to(s, now)
	return now
}

// setTimer makes the parker wake at the given time. A timer that was set to
// another time and fires late only makes the actor look again.
func (a *Actor) setTimer(at time.Duration) {
	now := a.g.sched.Now()
	if a.timed == at && at > now {
		return // still set from an earlier turn of the same wait
	}
	a.timed = at
	if a.timer == nil {
		a.timer = a.g.sched.AfterFunc(max(at-now, 0), a.parker.Wake)
		return
	}
	a.timer.Reset(max(at-now, 0))
}

// pause parks for d, or until the graph is over, when the actor went round and
// waits for the impossible again. In a loop that comes to rest it does not keep
// the others from that if it does nothing on its way: see inVain.
func (a *Actor) pause(d time.Duration) {
	a.settle()
	reg := registration{until: a.g.sched.Now() + d, idle: a.closing() && a.inVain()}
	a.reg = reg
	for a.g.life() != expired && !a.called() {
		a.parker.Arm()
		if a.g.sched.Now() >= reg.until || a.g.life() == expired || a.called() || reg.idle && !a.armMore() {
			a.parker.Cancel()
			break
		}
		a.lieDown(0)
		if a.alarm != 0 {
			a.setTimer(a.alarm)
		}
		if a.nap != 0 {
			a.parker.ParkFor(a.nap)
		} else {
			a.parker.Park()
		}
		a.wakeUp()
		if reg.idle {
			break
		}
	}
	if reg.idle {
		for _, i := range a.ins {
			i.Disarm()
		}
	}
}

// awaitMessage waits until in has a message; false means that it never will.
func (a *Actor) awaitMessage(in *inPort) bool {
	a.one[0] = availCond(in, 1)
	return a.yieldFirst() || a.await(a.one[:], false, true) == 0
}

// awaitRoom waits for room, until out takes what is to be sent.
func (a *Actor) awaitRoom(out *outPort, room Cond) error {
	c := out.Core()
	if c.Gone() {
		return ErrNoReceiver
	}
	if c.Closed() {
		return ErrStopped
	}
	a.one[0] = room
	if a.yieldFirst() {
		return nil
	}
	switch a.await(a.one[:], false, true) {
	case givenUp:
		return a.endError()
	case noneLeft:
		return ErrNoReceiver
	}
	return nil
}

// endError says why a wait was given up.
func (a *Actor) endError() error {
	if a.seat != nil && a.seat.called.Load() {
		return ErrRestart
	}
	return ErrStopped
}
