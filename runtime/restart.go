package steady

import (
	"errors"
	"fmt"
	"time"
)

// The values that stand for the zero fields of Restart.
const (
	DefaultRestarts      = 10
	DefaultRestartWindow = time.Minute
	DefaultBackoff       = 10 * time.Millisecond
	DefaultCeiling       = 5 * time.Second
	// DefaultOutsideCeiling is the Ceiling of an actor that fails for an outage.
	DefaultOutsideCeiling = 30 * time.Second
)

// Restart is the option that says how often a failed actor is started again.
// Without it the zero value applies: an actor that fails at once each time is
// given up after 11 failures, which takes about ten seconds, 7.5 at least; an
// outage that is shorter is survived. For longer ones there is Outside.
//
// A failure counts if the actor has made no progress since the one before: if no
// message was sent or taken in an iteration that stands. So an actor that goes on
// between its failures is never given up; nor is one for a message that [Poison]
// sets aside. An actor without channels makes no progress that can be seen.
//
// An actor without inputs that fails while a stop is pending has ended; Serve
// returns the failure.
type Restart struct {
	// Max is the number of failures within Window that are answered with a
	// restart, of those that count; one more stops the graph with the failure as
	// the cause. 0 means DefaultRestarts; negative means without limit.
	Max int
	// Never makes the first failure stop the graph.
	Never bool
	// Outside is for an actor that lives on something outside of the process, on
	// the network, a database or a device: its failures are outages, not bugs. It is
	// started again for as long as the graph runs, with pauses up to Ceiling, and
	// the dashboard shows since when it has been failing, and why. With Never or Max
	// it is a wiring mistake. An actor that knows which of its failures are outages
	// leaves it away, and returns an error that wraps ErrOutage for those.
	Outside bool
	// Window is the time over which failures are counted. 0 means
	// DefaultRestartWindow.
	Window time.Duration
	// Backoff is the pause before the first restart. It doubles with each further
	// failure that counts, or that comes within a second of the one before, up to
	// Ceiling, and is jittered by a quarter up or down.
	// 0 means DefaultBackoff; negative means none. A stop ends a pause at once,
	// and while it is pending no pause is longer than 0.1 s.
	Backoff time.Duration
	// Ceiling is the longest pause; a longer Backoff stays as it is. 0 means
	// DefaultCeiling, or DefaultOutsideCeiling when the failure is an outage.
	Ceiling time.Duration
}

func (r Restart) apply(a *Actor) {
	if a.limited {
		a.g.mistake("actor %q has two Restart options", a.name)
	}
	a.limits, a.limited = r, true
}

// mistake says which fields contradict each other.
func (r Restart) mistake() error {
	rest := r
	rest.Never = false
	switch {
	case r.Outside && (r.Never || r.Max > 0):
		return errors.New("Restart.Outside never gives up: leave Never and Max away")
	case r.Never && rest != Restart{}:
		return errors.New("Restart: Never with other fields: there is nothing to count or to wait for")
	case r.Window < 0:
		return fmt.Errorf("Restart: Window of %v: want more than 0, or 0 for %v", r.Window, DefaultRestartWindow)
	}
	return nil
}

func (r Restart) max() int {
	switch {
	case r.Never:
		return 0
	case r.Outside:
		return -1
	case r.Max == 0:
		return DefaultRestarts
	default:
		return r.Max
	}
}

func (r Restart) window() time.Duration {
	if r.Window <= 0 {
		return DefaultRestartWindow
	}
	return r.Window
}

func (r Restart) ceiling(outage bool) time.Duration {
	switch {
	case r.Ceiling > 0:
		return r.Ceiling
	case outage:
		return DefaultOutsideCeiling
	default:
		return DefaultCeiling
	}
}

// delay returns the pause after the n-th failure in a row, n >= 1. jitter returns
// a random part.
func (r Restart) delay(n int, outage bool, jitter func(time.Duration) time.Duration) time.Duration {
	d, most := r.Backoff, r.ceiling(outage)
	switch {
	case d < 0:
		return 0
	case d == 0:
		d = DefaultBackoff
	}
	for ; n > 1 && d < most; n-- {
		d *= 2
	}
	d = min(d, max(most, r.Backoff))
	return later(d-d/4, jitter(d/2))
}
