package steady

import "errors"

// poison counts the failures of one channel's messages. Only the flow of the
// receiver uses it.
type poison struct {
	failures int
	aside    func(err error) error

	index   uint64 // the message that count is about
	count   int
	suspect uint64 // below this index messages are shown one by one
	seen    sight  // of the last iteration that was rolled back
}

// sight is what an iteration knew of a channel.
type sight struct {
	first uint64 // the message at the head
	taken uint64
	shown bool // none was taken, but the actor knew that one was there
}

// note remembers what an iteration had taken, or looked at, when it is rolled
// back. What it knew is forgotten, so that the next one has to look itself.
func (p *poison) note(i *inPort, tick uint64) {
	first, n := i.Pending(tick)
	if n > 0 || p.seen.taken == 0 && i.Known() > 0 {
		p.seen = sight{first: first, taken: n, shown: n == 0}
	}
	i.Rollback(tick)
	i.Forget()
}

// fault is what a failure means for the message at the head of a channel.
type fault uint8

const (
	innocent fault = iota // the failure is about something else
	onTrial               // the message comes again, alone
	guilty                // it is to be set aside
)

// judge counts a failure of the actor while next is the next message. took says
// that the iteration had taken messages, of whichever input: then none is blamed
// that was only looked at.
//
// An iteration that had taken several, or may not have looked at all, gets one
// failure more, so that its messages can come again one by one.
func (p *poison) judge(i *inPort, took bool) fault {
	next, s := i.Next(), p.seen
	p.seen = sight{}
	if s.first != next || s.taken == 0 && (took || !s.shown) {
		return innocent
	}
	alone := p.suspect > next
	if p.index != next || p.count == 0 {
		p.index, p.count = next, 0
		if alone {
			p.count = 1 // it was in the iteration that failed
		}
	}
	p.count++
	switch {
	case s.taken == 1 || alone && s.taken == 0:
		if p.count >= p.failures {
			return guilty
		}
	case alone && p.count > p.failures: // the body insisted on several
		return guilty
	default:
		p.suspect = max(p.suspect, next+max(1, s.taken))
		i.Isolate(p.suspect)
	}
	return onTrial
}

// noFaultOfAMessage reports whether a failure would have come with any message: a
// state could not be saved, or something outside was away.
func noFaultOfAMessage(failure error) bool {
	var e *StateError
	return errors.As(failure, &e) || errors.Is(failure, ErrOutage)
}

// forgive forgets what an iteration knew that did not fail, but was rolled back
// because its group was called.
func (a *Actor) forgive() {
	a.took = false
	for _, i := range a.ins {
		if p := i.e.poison; p != nil {
			p.seen = sight{}
		}
	}
}

// blame counts the failure for the messages that the actor had taken or looked
// at, and sets those aside that have caused enough of them. It reports the worst
// that came of it. If any was set aside, the cause of the failure is out of the
// way.
func (a *Actor) blame(failure error) (worst fault) {
	took := a.took
	a.took = false
	excused := noFaultOfAMessage(failure)
	for _, i := range a.ins {
		p := i.e.poison
		switch {
		case p == nil:
			continue
		case excused:
			p.seen = sight{}
			continue
		}
		f := p.judge(i, took)
		if f == guilty && !a.setAside(i, failure) {
			f = innocent
		}
		worst = max(worst, f)
	}
	if worst == guilty {
		a.flush()
	}
	return worst
}

// setAside is one step: the message is taken, and sent as a dead letter.
func (a *Actor) setAside(i *inPort, failure error) bool {
	p := i.e.poison
	if err := p.aside(failure); err != nil {
		a.rollback(true)
		if a.seat == nil || !a.seat.called.Load() { // else it tries again
			a.g.alarm().Warn("message not set aside", "actor", a.name, "channel", i.e.name, "error", err)
		}
		return false
	}
	a.tick++ // it is one iteration
	a.g.alarm().Warn("message set aside", "actor", a.name, "channel", i.e.name, "index", p.index, "failures", p.count)
	p.count = 0
	a.aside.Add(1)
	return true
}
