package ring

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// Whoever looks at a ring from outside sees a fill that it had: never more than its
// capacity, never less than nothing, and never less than was sent or taken before.
func TestNobodySeesAFillThatNeverWas(t *testing.T) {
	const messages = 20_000
	for _, capacity := range []int{1, 2, 5} {
		r := New[int](capacity)
		s, rx := NewSender(r.Core, nil, func() {}), NewReceiver(r.Core, nil, func() {})
		var over atomic.Bool
		var all sync.WaitGroup
		all.Go(func() {
			for tick := uint64(1); s.Next() < messages; tick++ {
				if _, size := s.Advance(tick); size == 0 {
					runtime.Gosched()
					continue
				}
				s.Stage(tick, 1)
				s.Publish(tick + 1)
			}
		})
		all.Go(func() {
			defer over.Store(true)
			for tick := uint64(1); rx.Next() < messages; tick++ {
				_, size := rx.Advance()
				if size == 0 {
					runtime.Gosched()
					continue
				}
				rx.Take(tick, size)
				rx.Release(tick + 1)
			}
		})
		all.Go(func() {
			for s0, t0 := uint64(0), uint64(0); !over.Load(); {
				sent, taken := r.Counters()
				if sent < taken || sent-taken > uint64(capacity) || sent < s0 || taken < t0 {
					t.Errorf("capacity %d: saw %d sent and %d taken after %d and %d", capacity, sent, taken, s0, t0)
					return
				}
				s0, t0 = sent, taken
			}
		})
		all.Wait()
	}
}
