package steady

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// clock splits the life of an actor among its states. The actor writes it when
// it parks and wakes; the sampler reads it at any time and adds the open
// interval, so that the times always add up to the age of the actor.
type clock struct {
	word  atomic.Uint64 // since<<stateBits | timedWait | state
	total [telemetry.NumStates]atomic.Int64
}

// timedWait is added to a state in which a timer of the actor ends the wait, if
// nothing does before.
const timedWait telemetry.State = 1 << 3

// stateBits are those of a state and of timedWait.
const (
	stateBits = 4
	stateMask = uint64(timedWait) - 1
)

// to ends the current state and begins s, at now. Only the actor's own flow
// calls it.
func (c *clock) to(s telemetry.State, now time.Duration) {
	w := c.word.Load()
	old, since := w&stateMask, time.Duration(w>>stateBits)
	storeInt64(&c.total[old], c.total[old].Load()+int64(now-since))
	park.Point()
	storeUint64(&c.word, uint64(now)<<stateBits|uint64(s))
}

// shift moves time of the busy interval that ends now to state s: it was spent
// there, but nobody told the clock. The word does not move, so that a reader
// sees totals that belong to it only before and after.
func (c *clock) shift(s telemetry.State, now, d time.Duration) {
	if d == 0 {
		return
	}
	w := c.word.Load()
	old, since := w&stateMask, time.Duration(w>>stateBits)
	d = min(d, now-since)
	s &^= timedWait
	storeInt64(&c.total[old], c.total[old].Load()+int64(now-since-d))
	park.Point()
	storeInt64(&c.total[s], c.total[s].Load()+int64(d))
	park.Point()
	storeUint64(&c.word, uint64(now)<<stateBits|old)
}

// mark begins state s without telling the time, for an actor whose times
// nobody reads.
func (c *clock) mark(s telemetry.State) {
	storeUint64(&c.word, c.word.Load()&^stateMask|uint64(s&^timedWait))
}

// state returns the current state.
func (c *clock) state() telemetry.State { return telemetry.State(c.word.Load() & stateMask) }

// read returns the state and when it began. If total is not nil it is filled
// with the time in each state up to now. The totals of a clock add up to the
// moment of its last change, which the word tells, too: if they do not, they
// were read in the middle of a change. The actor may have lost its thread there,
// so after some tries that is given away.
func (c *clock) read(total *[telemetry.NumStates]time.Duration, now time.Duration) (telemetry.State, time.Duration) {
	s, since, _ := c.readWait(total, now)
	return s, since
}

// readWait is read that also tells whether a timer of the actor ends its wait.
func (c *clock) readWait(total *[telemetry.NumStates]time.Duration, now time.Duration) (
	s telemetry.State, since time.Duration, timed bool,
) {
	for tries := 0; ; tries++ {
		if tries >= 8 {
			runtime.Gosched()
		}
		w := c.word.Load()
		park.Point()
		s, since, timed = telemetry.State(w&stateMask), time.Duration(w>>stateBits), w&uint64(timedWait) != 0
		if total == nil {
			return s, since, timed
		}
		sum := time.Duration(0)
		for i := range total {
			total[i] = time.Duration(c.total[i].Load())
			sum += total[i]
		}
		park.Point()
		if sum == since && c.word.Load() == w {
			total[s] += max(0, now-since)
			return s, since, timed
		}
	}
}
