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
		s, rx := NewSender(r.Core, nil, func() {}), NewReceiver(r.Core, nil, func() {})
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
		sum := r.LatencySum()
		total := uint64(0)
		for i := range telemetry.LatencyBuckets {
			c := r.LatencyCount(i)
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

// A channel that was fast and becomes slow is measured again as soon as
// somebody looks.
func TestRestampEndsALongStride(t *testing.T) {
	r := New[int](4)
	var now time.Duration
	s, rx := NewSender(r.Core, nil, func() {}), NewReceiver(r.Core, nil, func() {})
	r.Measure(&s, func() time.Duration { return now })
	pass := func(n uint64) {
		s.Advance(n + 1)
		s.N++
		s.Publish(n + 1)
		now++
		rx.Advance()
		rx.N++
		rx.Release(n + 1)
	}
	n := uint64(0)
	for ; n < 100_000; n++ { // a nanosecond each
		pass(n)
	}
	before := r.LatencySum()
	pass(n)
	if r.LatencySum() != before {
		t.Fatal("the stride is short: nothing to test")
	}
	r.Restamp()
	pass(n + 1)
	if r.LatencySum() == before {
		t.Error("no message was stamped")
	}
}
