package window

import (
	"math"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// MaxHistograms is the number of channels above which latencies stay unknown:
// the histograms of the last seconds would take more memory (2 KiB a channel)
// than a viewer should.
const MaxHistograms = 20_000

// measureLatency takes the histograms over LongSpan, once a second: that is
// enough for the eye, and lets the readers of that second share one set of
// buckets. Buckets that were handed out are left alone.
func (w *Window) measureLatency(base *sample) {
	if len(w.channels) > MaxHistograms || w.measured && w.now.mono-w.latencyAt < time.Second {
		return
	}
	w.measured, w.latencyAt = true, w.now.mono
	n := 0
	for i := range w.channels {
		if w.waited(i, base) > 0 {
			n++
		}
	}
	slab := make([]uint64, 0, n*telemetry.LatencyBuckets)
	for i := range w.channels {
		c := &w.channels[i]
		if w.waited(i, base) == 0 {
			c.P50, c.P90, c.P99, c.Latency = math.NaN(), math.NaN(), math.NaN(), nil
			continue
		}
		from := len(slab)
		for b := range telemetry.LatencyBuckets {
			slab = append(slab, w.now.latency[b][i]-base.latency[b][i])
		}
		c.Latency = slab[from:len(slab):len(slab)]
		c.P50 = Percentile(c.Latency, 0.50)
		c.P90 = Percentile(c.Latency, 0.90)
		c.P99 = Percentile(c.Latency, 0.99)
	}
}

// waited counts the messages of channel i in all buckets since base.
func (w *Window) waited(i int, base *sample) (n uint64) {
	for b := range telemetry.LatencyBuckets {
		n += w.now.latency[b][i] - base.latency[b][i]
	}
	return n
}

// Percentile returns the seconds below which a share q of the messages in
// buckets waited, where bucket i ends at telemetry.LatencyBound(i). Inside a
// bucket the messages are taken to be spread evenly. In the last bucket, which
// is open, it is the lower bound; without messages it is NaN.
func Percentile(buckets []uint64, q float64) float64 {
	var sum float64
	for _, n := range buckets {
		sum += float64(n)
	}
	if sum == 0 {
		return math.NaN()
	}
	rank, below := q*sum, 0.0
	lower := 0.0
	for i, n := range buckets {
		upper := telemetry.LatencyBound(i).Seconds()
		if upper < 0 {
			return lower
		}
		if n > 0 && below+float64(n) >= rank {
			return lower + (upper-lower)*max(0, rank-below)/float64(n)
		}
		below += float64(n)
		lower = upper
	}
	return lower
}
