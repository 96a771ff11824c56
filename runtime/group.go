package steady

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// recallTime is how long the members of a group have to return when they are
// to start again.
const recallTime = 5 * time.Second

// Strategy says who else starts again when a member of a group has failed.
type Strategy uint8

// The strategies, as in OTP.
const (
	OneForOne  Strategy = iota // nobody
	OneForAll                  // all other members
	RestForOne                 // the members that were added to the graph after it
)

// Group is the option that makes actors start again together, because they
// build on each other's locals: a session and what was read in it, say. When
// one fails, the others are asked, not killed: their waits and Running return
// false, ranges end, Send returns ErrRestart, their Context ends. What they
// return then does not matter: the open iteration is rolled back, no port is
// closed, and all start again when the last has returned and the back-off of
// the one that failed is over. Members that do not return within 5 s are named
// in a *GroupError, which stops the graph. One that waits for room for a dead
// letter returns, too, and sets the message aside later. Only the failure of the
// one counts for its Restart.
//
// All members of a group name the same strategy. While a stop is pending, those
// without inputs are started again, too, since the others may need them to
// drain: for how long is a matter of their votes.
func Group(name string, s Strategy) Option {
	return optionFunc(func(a *Actor) {
		for _, grp := range a.g.groups {
			if grp.name == name {
				if grp.strategy != s {
					a.g.mistake("group %q has two strategies, see actor %q", name, a.name)
				}
				grp.seat(a)
				return
			}
		}
		grp := &group{g: a.g, name: name, strategy: s}
		a.g.groups = append(a.g.groups, grp)
		grp.seat(a)
	})
}

// group brings its members down together and lets them start together.
type group struct {
	g        *Graph
	name     string
	strategy Strategy
	seats    []*seat // in the order in which the actors were added

	mu     park.Mutex // guards what follows, and the place of each seat
	timer  sched.Timer
	timed  bool // timer will fire
	broken bool // somebody did not return: nobody waits for anybody any more
}

// seat is what an actor has as a member of a group.
type seat struct {
	a     *Actor
	group *group
	// called asks the actor to return. It is stored before the actor is nudged:
	// see Actor.look and Actor.await for who loads it after what.
	called atomic.Bool
	life   atomic.Pointer[incarnation]
	place  place
	caller string        // whose failure called it last
	by     time.Duration // when it has to have returned then
}

// incarnation is the context of one.
type incarnation struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// place says where a member is on its way down and up again.
type place uint8

const (
	running place = iota
	down          // returned, and its back-off is not over
	ready         // waits for the others
	gone          // ended for good
)

func (grp *group) seat(a *Actor) {
	if a.seat != nil {
		grp.g.mistake("actor %q is in two groups: %q and %q", a.name, a.seat.group.name, grp.name)
		return
	}
	a.seat = &seat{a: a, group: grp}
	grp.seats = append(grp.seats, a.seat)
}

// begin gives the incarnation its context. Whoever calls the member stores
// called and then ends the context it finds; if that was the one before, called
// is seen here.
func (s *seat) begin() {
	ctx, cancel := context.WithCancel(s.a.g.ctx)
	s.life.Store(&incarnation{ctx, cancel})
	park.Point()
	if s.called.Load() {
		cancel()
	}
}

// call asks the member to return, because another one has failed.
func (s *seat) call(failed *Actor) {
	s.caller, s.by = failed.name, later(failed.g.sched.Now(), recallTime)
	s.called.Store(true)
	park.Point()
	if l := s.life.Load(); l != nil {
		l.cancel()
	}
	park.Point()
	s.a.nudge()
}

// returned is called when an incarnation is over, with its failure if it has
// one. It reports whether the member is to start again, when the time has come.
// However a member ends that was called, it has returned: the failure of another
// one is why, and counts.
//
// The others cannot start before a member is ready that is down, and the five
// seconds are for who is running. So whatever waits for somebody (a letter for
// room, a log for its reader, a state for its disk) comes before the member is
// down, while it can be called and is named if it does not come back. After that
// it waits for nothing but the end of its own back-off.
func (s *seat) returned(failed error) (again bool) {
	grp, a := s.group, s.a
	s.life.Load().cancel()
	var pause time.Duration
	fell := false
	if failed != nil && !s.called.Load() {
		pause, again = a.fell(failed)
		fell = true
	} else if failed != nil && !errors.Is(failed, ErrRestart) {
		a.failure.Store(&failure{err: failed, at: time.Now()})
		a.g.tellFailure("actor failed when its group was to start again", a, failed)
	}
	a.settle() // who is down may be so for as long as the back-off of another one
	park.Point()

	grp.mu.Lock()
	switch called := s.called.Load(); {
	case fell:
	case called:
		a.tick++
		again = true
	default:
		s.place = gone
		grp.mu.Unlock()
		return false
	}
	s.place = down // from here on nobody calls it
	grp.mu.Unlock()
	park.Point()
	if fell && again {
		grp.recall(s)
		a.backOff(pause)
	}
	again = again && a.rise()
	grp.mu.Lock()
	s.place = ready
	if !again {
		s.place = gone
	}
	grp.release()
	grp.mu.Unlock()
	return again && s.wait()
}

// recall asks everyone to return whom the failure of s concerns.
func (grp *group) recall(s *seat) {
	grp.mu.Lock()
	defer grp.mu.Unlock()
	after := false
	for _, other := range grp.seats {
		if other == s {
			after = true
			continue
		}
		concerned := grp.strategy == OneForAll || grp.strategy == RestForOne && after
		if !concerned || other.place != running || other.called.Load() || grp.broken {
			continue
		}
		other.call(s.a)
		grp.setTimer(recallTime)
	}
}

// setTimer has escalate called after d, unless that is to happen before. grp.mu
// is held.
func (grp *group) setTimer(d time.Duration) {
	switch {
	case grp.timed:
		return
	case grp.timer == nil:
		grp.timer = grp.g.sched.AfterFunc(d, grp.escalate)
	default:
		grp.timer.Reset(d)
	}
	grp.timed = true
}

// release lets all start that are ready, if nobody is still on the way down.
// grp.mu is held.
func (grp *group) release() {
	for _, s := range grp.seats {
		if s.place == down || s.place == running && s.called.Load() {
			if !grp.broken && grp.strategy != OneForOne {
				return
			}
		}
	}
	if grp.timed {
		grp.timed = !grp.timer.Stop() // else it is firing, and finds nobody
	}
	for _, s := range grp.seats {
		if s.place == ready {
			s.place = running
			park.Point()
			s.called.Store(false)
			park.Point()
			s.a.parker.Wake()
		}
	}
}

// escalate stops the graph if members did not return in time. Those that were
// called later have theirs.
func (grp *group) escalate() {
	grp.mu.Lock()
	grp.timed = false
	now, next := grp.g.sched.Now(), time.Duration(0)
	var silent []string
	var caller string
	for _, s := range grp.seats {
		switch {
		case s.place != running || !s.called.Load():
		case s.by <= now:
			silent, caller = append(silent, s.a.name), s.caller
		case next == 0 || s.by < next:
			next = s.by
		}
	}
	if len(silent) == 0 {
		if next != 0 {
			grp.setTimer(next - now)
		}
		grp.mu.Unlock()
		return
	}
	grp.broken = true
	grp.release()
	grp.mu.Unlock()
	grp.g.fail(&GroupError{Group: grp.name, Failed: caller, Actors: silent}, "group "+grp.name+" did not restart")
}

// isBroken reports whether the members do not start together any more.
func (grp *group) isBroken() bool {
	grp.mu.Lock()
	defer grp.mu.Unlock()
	return grp.broken
}

// close stops the clock of a group that was still on the way down at the end.
func (grp *group) close() {
	grp.mu.Lock()
	defer grp.mu.Unlock()
	if grp.timer != nil {
		grp.timer.Stop()
	}
}

// wait parks until the group lets the member start; false means that the graph
// is over. release stores the place and then wakes.
func (s *seat) wait() bool {
	a := s.a
	a.enterState(telemetry.StateBackoff)
	for {
		a.parker.Arm()
		park.Point()
		s.group.mu.Lock()
		up := s.place == running
		park.Point()
		over := a.g.life() == expired
		if over && !up {
			s.place = gone
		}
		s.group.mu.Unlock()
		if up || over {
			a.parker.Cancel()
			return up
		}
		a.parker.Park()
	}
}
