package ring

import (
	"math/bits"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Latency measures how long messages wait in a ring, on a sample of them: at
// most one stamped message is under way at a time, and the number of messages
// between two stamps follows the rate, so that some 1,500 a second are stamped
// whatever it is. Each stamped message counts for all since the one before.
type Latency struct {
	now    func() time.Duration
	stride uint64 // messages between two stamps; the sender's

	// One slot handed to and fro: the sender fills it and stores index, the
	// receiver reads it and stores 0.
	index atomic.Uint64 // 1 + the stamped message; 0 when the slot is free
	at    time.Duration
	last  uint64 // messages accounted for by earlier stamps; written by the receiver while it owns the slot

	counts [telemetry.LatencyBuckets]atomic.Uint64
	sum    atomic.Int64
}

// The sender doubles the stride when two stamps are closer than minGap, and
// halves it when they are further apart than maxGap.
const (
	minGap    = 400 * time.Microsecond
	maxGap    = 1600 * time.Microsecond
	maxStride = 1 << 14
)

// Measure turns latency sampling on. It must be called before either side runs.
func (c *Core) Measure(s *Sender, now func() time.Duration) {
	c.latency = &Latency{now: now, stride: 1}
	s.stampAt = 1
}

// LatencySum returns the time that all accounted messages waited, 0 when
// sampling is off. It grows with each observation. Read it before the counts:
// they are then at least as new.
func (c *Core) LatencySum() time.Duration {
	if c.latency == nil {
		return 0
	}
	return time.Duration(c.latency.sum.Load())
}

// LatencyCount returns the cumulative count of bucket i.
func (c *Core) LatencyCount(i int) uint64 {
	if c.latency == nil {
		return 0
	}
	return c.latency.counts[i].Load()
}

// Restamp makes the next publication take a stamp, whatever the stride: a
// channel that was fast and became slow would not have its turn for long.
func (c *Core) Restamp() {
	if c.latency != nil {
		c.restamp.Store(true)
	}
}

// stamp is called by the sender before it publishes messages [from, to). It
// stamps the last of those, unless one is under way, and returns when to ask again.
func (c *Core) stamp(from, to uint64) uint64 {
	next := uint64(0) // a spy wants to be asked each time
	if c.latency != nil {
		next = c.latency.stamp(c, to)
	}
	if c.spy != nil {
		c.spy.publish(from, to)
		return 0
	}
	return next
}

func (l *Latency) stamp(c *Core, to uint64) uint64 {
	if c.restamp.Load() {
		c.restamp.Store(false)
		l.stride = 1
	}
	if l.index.Load() == 0 {
		now := l.now()
		switch gap := now - l.at; {
		case gap < minGap:
			l.stride = min(2*l.stride, maxStride)
		case gap > maxGap:
			l.stride = max(l.stride/2, 1)
		}
		l.at = now
		l.index.Store(to)
	}
	return to + l.stride
}

// observe is called by the receiver before it releases up to index to.
func (l *Latency) observe(to uint64) {
	i := l.index.Load()
	if i == 0 || i > to {
		return
	}
	d := max(l.now()-l.at, 1) // so that the sum grows
	weight := i - l.last
	l.last = i
	l.index.Store(0)
	l.counts[bucket(d)].Add(weight)
	l.sum.Add(int64(d) * int64(weight))
}

// bucket returns the index of the histogram bucket of d; see telemetry.LatencyBound.
func bucket(d time.Duration) int {
	us := uint64(max(d, 0)) / uint64(time.Microsecond)
	return min(bits.Len64(us), telemetry.LatencyBuckets-1)
}
