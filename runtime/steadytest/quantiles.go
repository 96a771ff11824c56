package steadytest

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Quantiles says how long half of some times are at most, nine in ten of them, 99
// in 100, and all. They are the bounds of buckets, 1 µs doubled again and again:
// the time itself is at most so long, and more than half of it unless it is below
// 1 µs. All are 0 if nothing was timed.
type Quantiles struct{ P50, P90, P99, Max time.Duration }

// buckets is a histogram with the bounds of telemetry.LatencyBound.
type buckets [telemetry.LatencyBuckets]uint64

// quantiles sums up the histogram. No time in it is longer than longest.
func (b *buckets) quantiles(longest time.Duration) Quantiles {
	return Quantiles{P50: b.at(0.50, longest), P90: b.at(0.90, longest), P99: b.at(0.99, longest), Max: b.at(1, longest)}
}

// at returns the bound of the bucket that the share q of all times ends in.
func (b *buckets) at(q float64, longest time.Duration) time.Duration {
	total := uint64(0)
	for _, n := range b {
		total += n
	}
	rank, sum := uint64(math.Ceil(q*float64(total))), uint64(0)
	for i, n := range b {
		if sum += n; n > 0 && sum >= rank {
			if bound := telemetry.LatencyBound(i); bound > 0 {
				return min(bound, longest)
			}
			return longest
		}
	}
	return 0
}

// lags is a histogram that a generator fills.
type lags struct {
	counts [telemetry.LatencyBuckets]atomic.Uint64
	max    atomic.Int64
}

// add adds a message.
func (l *lags) add(d time.Duration) {
	us := uint64(max(d, 0)) / uint64(time.Microsecond)
	l.counts[min(bits.Len64(us), telemetry.LatencyBuckets-1)].Add(1)
	if int64(d) > l.max.Load() {
		l.max.Store(int64(d))
	}
}

// quantiles sums up how late messages were when the generator ended. Those from
// sent on are as late as they are then: they became due at even distances, so all
// that are younger than a bound lie in a row.
func (l *lags) quantiles(p *target, sent uint64, end time.Duration) Quantiles {
	var b buckets
	for k := range b {
		b[k] = l.counts[k].Load()
	}
	longest, left := time.Duration(l.max.Load()), p.dueBefore(end)
	if sent < left {
		longest = max(longest, end-p.due(sent))
	}
	for k := 0; sent < left; k++ {
		oldest := sent
		if bound := telemetry.LatencyBound(k); bound > 0 {
			oldest = min(max(sent, p.dueBefore(end-bound)), left)
		}
		b[k] += left - oldest
		left = oldest
	}
	return b.quantiles(longest)
}
