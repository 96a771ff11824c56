package steady

import (
	"math"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// Cond is a condition to wait for: Rx.Avail, Tx.Vacant, the same of byte
// streams and bundles, Actor.Every, Actor.After, or All of several.
type Cond struct {
	kind  condKind
	rx    *inPort
	tx    *outPort
	n     uint64
	at    time.Duration // condAfter: when it holds; condEvery: its period
	group []Cond
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

// set returns the lanes that a condLane is about.
func (c *Cond) set() *laneSet {
	if c.rx != nil {
		return c.rx.set
	}
	return c.tx.set
}

// All groups conditions for WaitAny: it holds when every one of them holds.
func All(conds ...Cond) Cond { return Cond{kind: condAll, group: conds} }

// ticker is the state of one Every of an actor.
type ticker struct {
	period time.Duration
	next   time.Duration
}

// Every is a condition that holds once each period, for the first time one
// period after its first use. The wait that it satisfies consumes it; ticks
// that passed meanwhile are dropped, and the rest stay on the grid. Calls with
// the same period by one actor share one ticker. A period of 0 or less means
// one millisecond.
func (a *Actor) Every(period time.Duration) Cond {
	if period <= 0 {
		period = time.Millisecond
	}
	for i := range a.every {
		if a.every[i].period == period {
			return Cond{kind: condEvery, n: uint64(i), at: period}
		}
	}
	a.every = append(a.every, ticker{period: period, next: later(a.g.sched.Now(), period)})
	return Cond{kind: condEvery, n: uint64(len(a.every) - 1), at: period}
}

// ticker returns the state of an Every. One that is older than this incarnation,
// or that another actor made, is used for the first time.
func (a *Actor) ticker(c *Cond) *ticker {
	n := c.n
	if n >= uint64(len(a.every)) || a.every[n].period != c.at {
		n = a.Every(c.at).n
	}
	return &a.every[n]
}

// After is a condition that holds from d after this call on. d of 0 or less
// holds at once.
func (a *Actor) After(d time.Duration) Cond {
	return Cond{kind: condAfter, at: later(a.g.sched.Now(), d)}
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
		return c.rx.verdict(c.n)
	case condVacant:
		return c.tx.verdict(c.n)
	case condLane:
		return c.set().eval(c.n)
	case condRoom:
		return evalRoom(c)
	case condAfter:
		if a.g.sched.Now() >= c.at {
			return holds
		}
	case condEvery:
		if a.closing() {
			return a.evalStopped(c)
		}
		return a.due(c)
	case condAll:
		return a.evalAll(c.group)
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
	if c := &conds[i]; c.kind == condEvery && a.closing() && namePort(conds) {
		return a.due(c) // it sets the pace, and adds nothing of its own
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
		for i := range c.group {
			a.consume(&c.group[i])
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

// arm registers c with its ring; of a group, a member that is unmet.
func (a *Actor) arm(c *Cond, exclusive bool) registration {
	switch c.kind {
	case condAvail:
		c.rx.Arm(c.n, exclusive)
		return registration{edge: c.rx.e}
	case condVacant, condRoom:
		if c.kind == condRoom {
			armRoom(c, exclusive)
		} else {
			c.tx.Arm(c.n, exclusive)
		}
		return registration{edge: c.tx.e, blocked: true, outside: c.tx.leads()}
	case condLane:
		c.set().arm(c.n)
		return registration{blocked: c.tx != nil, outside: c.set().leads()}
	case condAfter:
		return registration{until: c.at}
	case condEvery:
		if a.polls && a.depth == 0 && a.armInputs() {
			return registration{}
		}
		return registration{until: a.ticker(c).next}
	}
	return a.armFirst(c.group, exclusive)
}

func disarm(c *Cond) {
	switch c.kind {
	case condAvail:
		c.rx.Disarm()
	case condVacant, condRoom:
		c.tx.Disarm()
	case condLane:
		c.set().disarm()
	case condAll:
		for i := range c.group {
			disarm(&c.group[i])
		}
	}
}
