package stall

import (
	"slices"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

const (
	// credit is how much time one look may add to a stand. If more has passed
	// since the one before, the process was not running, or not looked at.
	credit = 2500 * time.Millisecond
	// times is how much longer than ever before an actor may take.
	times = 4
	// unsure is by how much longer one may take of which no speed is known yet.
	unsure = 2
	// atWork is the same for one that was found at work, or for which nobody
	// seems to wait.
	atWork = 6
	// never is a patience that does not end.
	never = 24 * time.Hour
	// pause is a stand that makes a source irregular, and regular for how long
	// there must have been none: one that waits for the outside does that as long
	// as the outside likes.
	pause   = 2500 * time.Millisecond
	regular = 5 * time.Second
	// confirm is how long before its time an actor is asked first.
	confirm = 1500 * time.Millisecond
	// rounding is by how much the begin of a stand may be off.
	rounding = 5 * time.Millisecond
)

// stand is for how long an actor has finished nothing.
type stand struct {
	on      bool          // it is in its own code, or in a call
	call    bool          // in a call
	outside bool          // it has no message to work at: it waits for the outside
	begun   time.Duration // by Frame.Mono
	lasted  time.Duration // seen to pass since
	longest time.Duration // that came to an end
	quick   time.Duration // when the last pause ended
	moved   uint64        // what it had taken and sent
	asked   int           // how often Ask was called
	doing   Doing
}

// stand notes for how long an actor has come to no end of an iteration, and
// begins anew when it has, or has moved a message.
func (w *Watch) stand(a int32, f *telemetry.Frame) {
	s := &w.stands[a]
	var d time.Duration
	state := f.Actors.State[a]
	switch state {
	case telemetry.StateBusy:
		d = f.Actors.Body[a]
	case telemetry.StateCall:
		d = f.Mono - f.Actors.Since[a]
	}
	moved, begun := w.position(a, f), f.Mono-d
	s.outside = !slices.ContainsFunc(w.ins[a], func(c int32) bool { return f.Channels.Sent[c] > f.Channels.Taken[c] })
	if d > 0 && s.on && s.moved == moved && begun <= s.begun+rounding {
		s.lasted += min(f.Mono-w.before.mono, credit)
		s.call = state == telemetry.StateCall
		return
	}
	if s.on {
		s.longest = max(s.longest, s.lasted)
		if s.lasted >= pause {
			s.quick = f.Mono
		}
	}
	if w.before.seen {
		d = min(d, f.Mono-w.before.mono, credit)
	}
	*s = stand{
		on: d > 0, call: state == telemetry.StateCall, outside: s.outside, begun: begun, lasted: d,
		longest: s.longest, quick: s.quick, moved: moved,
	}
	for _, c := range w.ins[a] {
		w.sent[c] = f.Channels.Sent[c]
	}
}

// Patience returns how long an actor may finish nothing, as of the last frame.
func (w *Watch) Patience(a int32) time.Duration {
	s := &w.stands[a]
	p := w.after
	switch {
	case s.outside && (s.moved == 0 || s.begun-s.quick < regular):
		return never // and the outside may take its time
	case s.doing.Works:
		p *= atWork
	case s.moved == 0 && s.doing == (Doing{}):
		p *= unsure
	}
	return max(p, times*s.longest)
}

// patience is that of the service, if it looks.
func (w *Watch) patience(a int32, f *telemetry.Frame) time.Duration {
	if p := f.Actors.Patience[a]; p > 0 {
		return p
	}
	return w.Patience(a)
}

// silent reports whether an actor has finished nothing for too long, given how
// much longer it may take than others.
//
// Whoever can be asked is asked a moment before that and once more then: only one
// that waits at the same place both times is taken to wait there.
func (w *Watch) silent(a int32, f *telemetry.Frame, more time.Duration) bool {
	s := &w.stands[a]
	if !s.on {
		return false
	}
	late := s.lasted - more*w.patience(a, f)
	switch {
	case w.Ask == nil:
	case s.asked == 0 && late >= -confirm:
		s.asked, s.doing = 1, w.Ask(a)
		return false
	case late < 0:
	case s.asked == 1:
		d := w.Ask(a)
		d.Works = d.Works || d != s.doing
		s.asked, s.doing = 2, d
	}
	return s.lasted >= more*w.patience(a, f)
}
