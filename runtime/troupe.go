package steady

import (
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// turn is how long a member of a troupe may keep the thread, if it has
// something to do all the time and another member, too.
const turn = 50 * time.Microsecond

// longTurn is when it is reminded of that. When it looks up is a matter of
// iterations, see Actor.look, and those may have become longer since.
const longTurn = time.Millisecond

// troupe is a set of actors that share one thread.
type troupe struct {
	name    string
	run     *sched.Troupe
	members []*Actor

	reminder sched.Timer // of the troupe's own flow
	reminds  atomic.Bool // it will fire

	thread atomic.Int64 // its operating system thread; 0 when unknown
	cpu    threadTime   // the sampler's, like the rest
	shared time.Duration
}

// member is what an actor has as a member of a troupe.
type member struct {
	*sched.Member
	troupe   *troupe
	turnEnds time.Duration // 0 while nobody else has anything to do

	// The longest body of the last half second, if it is worth a word, and when
	// it ended: most end between two samples.
	longest, ended atomic.Int64

	busyThen, cpu time.Duration // at the last sample; the sampler's
}

// longBody is from where on a body of a member is remembered, and rememberFor
// how long.
const (
	longBody    = 10 * time.Millisecond
	rememberFor = 500 * time.Millisecond
)

// remember notes a body that took d and ended now.
func (m *member) remember(d, now time.Duration) {
	if int64(d) >= m.longest.Load() || int64(now)-m.ended.Load() > int64(rememberFor) {
		m.longest.Store(int64(d))
		m.ended.Store(int64(now))
	}
}

// recent returns the longest body that ended shortly before now, 0 if none did.
func (m *member) recent(now time.Duration) time.Duration {
	if int64(now)-m.ended.Load() > int64(rememberFor) {
		return 0
	}
	return time.Duration(m.longest.Load())
}

// Troupe puts the actor on one operating system thread with all others of the
// same troupe. They take turns: one runs until it waits, or until a boundary
// some 50 µs later if another has something to do (a millisecond if bodies that
// were short become long). Messages between members are handed over some fifty
// times faster than between threads, and no two members ever run at once, so
// what they share needs no locks.
//
// The body is written as for any other actor, with these exceptions. What
// blocks outside of the library's own waits, or takes long between two
// boundaries, blocks all members: hand it to [Actor.Blocking]. A mutex must not
// be held across a wait if another member locks it, too. A member must not call
// runtime.LockOSThread: that ends the process.
func Troupe(name string) Option {
	return optionFunc(func(a *Actor) {
		if a.place.shared && a.place.troupe != name {
			a.g.mistake("actor %q is in two troupes: %q and %q", a.name, a.place.troupe, name)
		}
		a.place.troupe, a.place.shared = name, true
	})
}

// findTroupes makes the troupes that the actors named.
func (g *Graph) findTroupes(futex bool) {
	byName := map[string]*troupe{}
	for _, a := range g.actors {
		if !a.place.shared {
			continue
		}
		t := byName[a.place.troupe]
		if t == nil {
			t = &troupe{name: a.place.troupe, run: sched.NewTroupe(g.sched.Parker(futex))}
			byName[t.name] = t
			g.troupes = append(g.troupes, t)
		}
		t.members = append(t.members, a)
		a.place.member = &member{Member: t.run.Member(), troupe: t}
		a.place.member.Poke = &a.checkAt
		a.parker = park.On(a.place.member)
	}
}

// drive carries the members on a thread of its own.
func (t *troupe) drive(s sched.Scheduler) {
	if c, ok := s.(sched.Carrier); ok {
		c.Carry(t.run)
	}
	t.thread.Store(currentThread())
	t.run.Drive()
	t.thread.Store(0)
	if t.reminder != nil {
		t.reminder.Stop()
	}
}

// remind has the running member look up after longTurn, if nothing makes it look
// before. The timer is left alone once it is set: it costs more than a turn.
func (t *troupe) remind(s sched.Scheduler) {
	switch {
	case t.reminds.Load():
		return
	case t.reminder == nil:
		t.reminds.Store(true)
		t.reminder = s.AfterFunc(longTurn, func() {
			t.reminds.Store(false)
			t.run.Hurry()
		})
	default:
		t.reminds.Store(true)
		t.reminder.Reset(longTurn)
	}
}

// spawn starts a flow for the actor on what it was placed on.
func (a *Actor) spawn(f func()) {
	if m := a.place.member; m != nil {
		m.Start(f)
		return
	}
	a.g.sched.Spawn(f, a.place.solo)
}

// share hands the thread over if the turn of this member is over and another
// one has something to do. All that is finished must be visible.
func (a *Actor) share() {
	m := a.place.member
	if !m.Crowded() {
		return
	}
	now := a.g.sched.Now()
	if m.turnEnds == 0 {
		m.turnEnds = now + turn // the others may have become ready just now
	}
	if now >= m.turnEnds {
		a.handOver()
		return
	}
	m.troupe.remind(a.g.sched)
}

// handOver lets every other member run that has something to do.
func (a *Actor) handOver() {
	a.place.member.turnEnds = 0
	a.enterState(telemetry.StateWaiting)
	a.place.member.Share()
	a.resume()
}

// shareCPU gives the members their parts of what the thread has used since the
// last sample, by the time that each was busy: no two of them run at once.
// columns are filled already but for the CPU.
func (t *troupe) shareCPU(c *telemetry.ActorColumns) {
	total := t.cpu.read(t.thread.Load())
	var busy time.Duration
	for _, a := range t.members {
		busy += c.Time[telemetry.StateBusy][a.id] - a.place.member.busyThen
	}
	used := total - t.shared
	if busy > 0 {
		t.shared = total
	}
	for _, a := range t.members {
		m, now := a.place.member, c.Time[telemetry.StateBusy][a.id]
		if busy > 0 {
			m.cpu += time.Duration(float64(used) * float64(now-m.busyThen) / float64(busy))
		}
		m.busyThen = now
		c.CPU[a.id] = m.cpu
	}
}
