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
	word  atomic.Uint64 // since<<3 | state
	total [telemetry.NumStates]atomic.Int64
}

// to ends the current state and begins s, at now. Only the actor's own flow
// calls it.
func (c *clock) to(s telemetry.State, now time.Duration) {
	w := c.word.Load()
	old, since := w&7, time.Duration(w>>3)
	storeInt64(&c.total[old], c.total[old].Load()+int64(now-since))
	storeUint64(&c.word, uint64(now)<<3|uint64(s))
}

// shift moves time of the busy interval that ends now to state s: it was spent
// there, but nobody told the clock. The word does not move, so that a reader
// sees totals that belong to it only before and after.
func (c *clock) shift(s telemetry.State, now, d time.Duration) {
	if d == 0 {
		return
	}
	w := c.word.Load()
	old, since := w&7, time.Duration(w>>3)
	d = min(d, now-since)
	storeInt64(&c.total[old], c.total[old].Load()+int64(now-since-d))
	storeInt64(&c.total[s], c.total[s].Load()+int64(d))
	storeUint64(&c.word, uint64(now)<<3|old)
}

// mark begins state s without telling the time, for an actor whose times
// nobody reads.
func (c *clock) mark(s telemetry.State) {
	storeUint64(&c.word, c.word.Load()&^7|uint64(s))
}

// state returns the current state.
func (c *clock) state() telemetry.State { return telemetry.State(c.word.Load() & 7) }

// read returns the state and when it began. If total is not nil it is filled
// with the time in each state up to now. The totals of a clock add up to the
// moment of its last change, which the word tells, too: if they do not, they
// were read in the middle of a change.
func (c *clock) read(total *[telemetry.NumStates]time.Duration, now time.Duration) (telemetry.State, time.Duration) {
	for {
		w := c.word.Load()
		s, since := telemetry.State(w&7), time.Duration(w>>3)
		if total == nil {
			return s, since
		}
		sum := time.Duration(0)
		for i := range total {
			total[i] = time.Duration(c.total[i].Load())
			sum += total[i]
		}
		if sum == since && c.word.Load() == w {
			total[s] += max(0, now-since)
			return s, since
		}
	}
}
