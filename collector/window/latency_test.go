package window

import (
	"math"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestPercentile(t *testing.T) {
	at := func(counts map[int]uint64) []uint64 {
		b := make([]uint64, telemetry.LatencyBuckets)
		for i, n := range counts {
			b[i] = n
		}
		return b
	}
	for name, tc := range map[string]struct {
		buckets []uint64
		q, want float64
	}{
		"nothing":               {at(nil), 0.5, math.NaN()},
		"first bucket":          {at(map[int]uint64{0: 10}), 0.5, 0.5e-6},
		"inside a bucket":       {at(map[int]uint64{11: 4}), 0.25, 1.280e-3},
		"end of a bucket":       {at(map[int]uint64{0: 50, 5: 50}), 0.5, 1e-6},
		"into the next":         {at(map[int]uint64{0: 50, 5: 50}), 0.99, 16e-6 + 16e-6*0.98},
		"open bucket":           {at(map[int]uint64{27: 1}), 0.5, telemetry.LatencyBound(26).Seconds()},
		"counts beyond 2^63":    {at(map[int]uint64{0: math.MaxUint64, 1: math.MaxUint64}), 0.5, 1e-6},
		"a few slow among fast": {at(map[int]uint64{3: 989, 20: 11}), 0.99, (1 << 19) * 1e-6 * (1 + 1.0/11)},
	} {
		t.Run(name, func(t *testing.T) {
			got := Percentile(tc.buckets, tc.q)
			if math.IsNaN(got) != math.IsNaN(tc.want) || math.Abs(got-tc.want) > 1e-9+1e-9*tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestLatencyIsOfTheLastSeconds(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	run := func(seconds, bucket int) {
		for range seconds * 4 {
			wd.pass(tick, 0, busy(0), busy(0))
			wd.frame.Channels.Latency[bucket][0] += 100
			add(t, w, &wd.frame)
		}
	}
	run(10, 3)
	near(t, "p99", w.Channels()[0].P99, 7.96e-6)
	old := w.Channels()[0].Latency
	if n := old[3]; n < 2000 || n > 2600 {
		t.Errorf("%d messages in about 5 s of 400 a second", n)
	}
	run(8, 10)
	if c := w.Channels()[0]; c.P50 < telemetry.LatencyBound(9).Seconds() || c.Latency[3] != 0 {
		t.Errorf("p50 is %v and %d messages are left in the old bucket", c.P50, c.Latency[3])
	}
	if old[10] != 0 {
		t.Error("buckets that were handed out changed")
	}
	for range 8 {
		wd.pass(time.Second, 0, busy(0), busy(0))
		add(t, w, &wd.frame)
	}
	if c := w.Channels()[0]; c.Latency != nil || !math.IsNaN(c.P50) {
		t.Errorf("nothing passed for 8 s, and p50 is %v", c.P50)
	}
}
