package ring

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// At any rate some 1,500 messages a second are stamped, and together they
// count for all.
func TestStampsFollowTheRate(t *testing.T) {
	for _, gap := range []time.Duration{200 * time.Nanosecond, 10 * time.Microsecond, time.Millisecond, 50 * time.Millisecond} {
		r := New[int](64)
		var now time.Duration
		reads := 0
		s, rx := NewSender(r.Core, func() {}), NewReceiver(r.Core, nil, func() {})
		r.Measure(&s, func() time.Duration { reads++; return now })
		n := uint64(0)
		const wait = 5 * time.Microsecond // of each message in the ring
		for ; now < 4*time.Second; n++ {
			if s.Advance(n + 1); s.Known() == 0 {
				t.Fatal("the ring is full")
			}
			s.N++
			s.Publish(n + 1)
			now += wait
			rx.Advance()
			rx.N++
			rx.Release(n + 1)
			now += max(0, gap-wait)
		}
		var buckets [telemetry.LatencyBuckets]uint64
		sum, ok := r.ReadLatency(&buckets)
		if !ok {
			t.Fatal("not measured")
		}
		total := uint64(0)
		for i, c := range buckets {
			if c > 0 && i != bucket(wait) {
				t.Errorf("gap %v: %d messages in bucket %d, want bucket %d", gap, c, i, bucket(wait))
			}
			total += c
		}
		// What follows the last stamp is not counted yet.
		if total > n || n-total > maxStride || (gap >= time.Millisecond && total != n) {
			t.Errorf("gap %v: %d of %d messages counted", gap, total, n)
		}
		if mean := sum / time.Duration(total); mean != wait {
			t.Errorf("gap %v: mean %v, want %v", gap, mean, wait)
		}
		if perSecond := reads / 2 / 4; perSecond > 3000 {
			t.Errorf("gap %v: %d stamps a second", gap, perSecond)
		}
	}
}
