package steady

import (
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// clock splits the life of an actor among its states. The actor writes it when
// it parks and wakes; the sampler reads it at any time and adds the open
// interval, so that the times always add up to the age of the actor.
type clock struct {
	// word is since<<3 | state, or busyWord while the writer is at work.
	word  atomic.Uint64
	total [telemetry.NumStates]atomic.Int64
}

const busyWord = 1<<64 - 1

// to ends the current state and begins s, at now. Only the actor's own flow
// calls it.
func (c *clock) to(s telemetry.State, now time.Duration) {
	w := c.word.Load()
	old, since := w&7, time.Duration(w>>3)
	c.word.Store(busyWord)
	c.total[old].Store(c.total[old].Load() + int64(now-since))
	c.word.Store(uint64(now)<<3 | uint64(s))
}

// state returns the current state.
func (c *clock) state() telemetry.State {
	s, _ := c.read(nil, 0)
	return s
}

// read returns the state and when it began. If total is not nil it is filled
// with the time in each state up to now. The word is read before and after
// the totals: if it stood still they belong together.
func (c *clock) read(total *[telemetry.NumStates]time.Duration, now time.Duration) (telemetry.State, time.Duration) {
	for {
		w := c.word.Load()
		if w == busyWord {
			continue
		}
		s, since := telemetry.State(w&7), time.Duration(w>>3)
		if total == nil {
			return s, since
		}
		for i := range total {
			total[i] = time.Duration(c.total[i].Load())
		}
		if c.word.Load() == w {
			total[s] += max(0, now-since)
			return s, since
		}
	}
}
