package steady

import (
	"math"
	"time"
	"unsafe"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// Cond is a condition to wait for: Rx.Avail, Tx.Vacant, the same of byte
// streams and bundles, Actor.Every, Actor.After, or All of several.
//
// The body of an actor has its conditions on the stack, which is 2 KB while the
// actor is parked. So a condition is small: what it is about depends on the kind.
type Cond struct {
	kind  condKind
	index uint32         // condEvery: of the ticker
	about unsafe.Pointer // the port or the laneSet; condAll: the first of its members, which lie in a row
	n     uint64         // of messages; condAfter: when it holds; condEvery: the period; condAll: of members
}

// in is the port of a condAvail.
func (c *Cond) in() *inPort { return (*inPort)(c.about) }

// out is the port of a condVacant or condRoom.
func (c *Cond) out() *outPort { return (*outPort)(c.about) }

// set returns the lanes that a condLane is about.
func (c *Cond) set() *laneSet { return (*laneSet)(c.about) }

// at is when a condAfter holds.
func (c *Cond) at() time.Duration { return time.Duration(c.n) }

// period is that of a condEvery.
func (c *Cond) period() time.Duration { return time.Duration(c.n) }

// members are those of a condAll.
func (c *Cond) members() []Cond { return unsafe.Slice((*Cond)(c.about), c.n) }

func availCond(in *inPort, n uint64) Cond {
	return Cond{kind: condAvail, about: unsafe.Pointer(in), n: n}
}

func vacantCond(out *outPort, n uint64) Cond {
	return Cond{kind: condVacant, about: unsafe.Pointer(out), n: n}
}

func roomCond(out *outPort, n uint64) Cond {
	return Cond{kind: condRoom, about: unsafe.Pointer(out), n: n}
}

func laneCond(set *laneSet, n uint64) Cond {
	return Cond{kind: condLane, about: unsafe.Pointer(set), n: n}
}

type condKind uint8

const (
	condAvail condKind = iota
	condVacant
	condAfter
	condEvery
	condAll
	condRoom // for messages and their bytes; n holds both
	condLane // any lane of the bundle that the port is one of
)

// All groups conditions for WaitAny: it holds when every one of them holds. It
// panics without any.
func All(conds ...Cond) Cond {
	if len(conds) == 0 {
		panic("steady: All without conditions: name what is to hold")
	}
	return Cond{kind: condAll, about: unsafe.Pointer(unsafe.SliceData(conds)), n: uint64(len(conds))}
}

// After is a condition that holds from d after this call on. d of 0 or less
// holds at once.
func (a *Actor) After(d time.Duration) Cond {
	return Cond{kind: condAfter, n: uint64(later(a.g.sched.Now(), d))}
}

// later returns now + d, or the end of time if that is too far.
func later(now, d time.Duration) time.Duration {
	return now + min(max(d, 0), math.MaxInt64-now)
}

// verdict is what a condition says now. The order matters to waits that
// combine several: a conjunction is as good as its worst.
type verdict uint8

const (
	impossible verdict = iota // and it will never hold again
	unmet
	holds
)

// eval looks at one condition. What it says stays true until the actor itself
// acts: only the receiver lowers avail, only the sender lowers vacant.
func (a *Actor) eval(c *Cond) verdict {
	switch c.kind {
	case condAvail:
		return c.in().verdict(c.n)
	case condVacant:
		return c.out().verdict(c.n)
	case condLane:
		return c.set().eval(c.n)
	case condRoom:
		return evalRoom(c)
	case condAfter:
		if a.listens {
			return impossible // a timeout: see closing
		}
		return a.past(c.at())
	case condEvery:
		if a.closing() {
			return a.evalStopped(c)
		}
		return a.due(c)
	case condAll:
		return a.evalAll(c.members())
	}
	return unmet
}

// verdict says whether n messages are there.
func (p *inPort) verdict(n uint64) verdict {
	if p.Known() >= n {
		return holds
	}
	closed := p.Closed() // before the count: after it nothing is added
	park.Point()
	switch there := p.Avail(); {
	case there > 0 && p.Isolated():
		if p.Known() == 0 {
			p.Insist()
		}
		return holds // a body that waits for several has to do with one at the end, too
	case there >= n || (closed && there > 0):
		return holds
	case closed:
		return impossible
	}
	return unmet
}

// leads reports whether the port leads out of the loop of its actor.
func (p *outPort) leads() bool { return p.e.to.loop != p.e.from.loop }

// verdict says whether there is room for n messages.
func (p *outPort) verdict(n uint64) verdict {
	c := p.Core()
	switch {
	case p.Known() >= n:
		return holds
	case c.Ended():
		return holds // what is sent is counted and dropped
	case c.Gone() || c.Closed():
		return impossible
	case p.Vacant() >= n:
		return holds
	}
	return unmet
}

func (a *Actor) evalAll(conds []Cond) verdict {
	worst := holds
	for i := range conds {
		if v := a.evalMember(conds, i); v < worst {
			if worst = v; v == impossible {
				break
			}
		}
	}
	return worst
}

// evalMember looks at one condition of a conjunction.
func (a *Actor) evalMember(conds []Cond, i int) verdict {
	switch c := &conds[i]; {
	case c.kind == condEvery && a.closing() && nameInput(conds):
		return a.due(c) // it sets the pace, and adds nothing of its own
	case c.kind == condAfter && a.listens && nameInput(conds):
		return a.past(c.at())
	}
	return a.eval(&conds[i])
}

// consume marks the tickers of a satisfied condition as used.
func (a *Actor) consume(c *Cond) {
	switch c.kind {
	case condEvery:
		t := a.ticker(c)
		late := a.g.sched.Now() - t.next
		t.next = later(t.next, t.period*(late/t.period)+t.period)
	case condAll:
		members := c.members()
		for i := range members {
			a.consume(&members[i])
		}
	}
}

// registration is what an armed wait sleeps for.
type registration struct {
	edge    *edge         // whose peer has to act; nil for a timer
	blocked bool          // it waits for room rather than for input
	outside bool          // that room is made by an actor outside of its loop
	idle    bool          // the actor would do nothing if it went on, unless a message comes
	until   time.Duration // when a timer ends the wait; 0 without one
}

// arm registers c with its ring; of a group, a member that is unmet. What it
// sleeps for then is in a.reg: the stack of most actors is small, and this is as
// deep as it gets.
func (a *Actor) arm(c *Cond, exclusive bool) {
	if c.kind == condAll {
		a.armFirst(c.members(), exclusive)
		return
	}
	a.armOne(c, exclusive)
}

// armOne is arm for what is no group.
//
//go:noinline
func (a *Actor) armOne(c *Cond, exclusive bool) {
	switch c.kind {
	case condAvail:
		c.in().Arm(c.n, exclusive)
		a.reg = registration{edge: c.in().e}
	case condVacant, condRoom:
		if c.kind == condRoom {
			armRoom(c, exclusive)
		} else {
			c.out().Arm(c.n, exclusive)
		}
		a.reg = registration{edge: c.out().e, blocked: true, outside: c.out().leads()}
	case condLane:
		c.set().arm(c.n)
		a.reg = registration{blocked: c.set().outs != nil, outside: c.set().leads()}
	case condAfter:
		a.reg = registration{until: c.at()}
	case condEvery:
		a.reg = registration{}
		if !a.polls || a.depth > 0 || !a.armInputs() {
			a.reg.until = a.ticker(c).next
		}
	}
}

func disarm(c *Cond) {
	switch c.kind {
	case condAvail:
		c.in().Disarm()
	case condVacant, condRoom:
		c.out().Disarm()
	case condLane:
		c.set().disarm(c.n)
	case condAll:
		members := c.members()
		for i := range members {
			disarm(&members[i])
		}
	}
}
