package steady

import "time"

// The values that stand for the zero fields of Restart.
const (
	DefaultRestarts      = 5
	DefaultRestartWindow = time.Minute
	DefaultBackoff       = 10 * time.Millisecond
	maxBackoff           = 5 * time.Second
)

// Restart is the option that says how often a failed actor is started again.
// Without it the zero value applies. An actor without inputs that fails while a
// stop is pending has ended; Serve returns the failure.
type Restart struct {
	// Max is the number of failures within Window that are answered with a
	// restart; one more stops the graph with the failure as the cause. 0 means
	// DefaultRestarts; negative means without limit.
	Max int
	// Never makes the first failure stop the graph.
	Never bool
	// Window is the time over which failures are counted. 0 means
	// DefaultRestartWindow.
	Window time.Duration
	// Backoff is the pause before the first restart. It doubles with each
	// further failure within Window, up to 5 s (a longer Backoff stays as it
	// is), and is jittered by a quarter up or down.
	// 0 means DefaultBackoff; negative means none. A stop ends a pause at once,
	// and while it is pending no pause is longer than 0.1 s.
	Backoff time.Duration
}

func (r Restart) apply(a *Actor) { a.limits = r }

func (r Restart) max() int {
	switch {
	case r.Never:
		return 0
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

// delay returns the pause after the n-th failure within the window, n >= 1.
// jitter returns a random part.
func (r Restart) delay(n int, jitter func(time.Duration) time.Duration) time.Duration {
	d := r.Backoff
	switch {
	case d < 0:
		return 0
	case d == 0:
		d = DefaultBackoff
	}
	for ; n > 1 && d < maxBackoff; n-- {
		d *= 2
	}
	d = min(d, max(maxBackoff, r.Backoff))
	return later(d-d/4, jitter(d/2))
}
