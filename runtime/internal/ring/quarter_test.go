package ring

import (
	"fmt"
	"sync/atomic"
	"testing"
)

// Of what is finished no more than a quarter of the capacity is ever hidden from
// the other side, though nobody asks for it and no boundary looks; of room that was
// taken through windows less than two, since a window may end where the slots do.
func TestAQuarterIsHiddenAtMost(t *testing.T) {
	for capacity := 1; capacity <= 70; capacity++ {
		for _, staged := range []bool{false, true} {
			t.Run(fmt.Sprint(capacity, staged), func(t *testing.T) { hideAQuarter(t, capacity, staged) })
		}
	}
}

// hideAQuarter sends and takes one message an iteration: through windows, or, staged,
// as the calls do that need none. Those poke the next boundary instead.
func hideAQuarter(t *testing.T, capacity int, staged bool) {
	r := New[int](capacity)
	var txPoke, rxPoke atomic.Uint64
	r.SetPeers(Peer{Poke: &txPoke}, Peer{Poke: &rxPoke})
	txSize, rxSize := uint64(0), uint64(0)
	s := NewSender(r.Core, nil, func() { txSize = 0 })
	rx := NewReceiver(r.Core, nil, func() { rxSize = 0 })
	quarter := uint64(max(1, capacity/4))
	held := quarter
	if !staged {
		held = 2*quarter - 1
	}
	tick := uint64(1)
	for round := range 4 {
		for n := range uint64(capacity) {
			txPoke.Store(1)
			switch {
			case staged:
				if s.Vacant() == 0 {
					t.Fatalf("round %d: no room for message %d", round, n)
				}
				s.Stage(tick, 1)
			default:
				if s.N >= txSize {
					_, txSize = s.Advance(tick)
				}
				s.Tick, s.Mark = tick, s.N
				s.N++
			}
			if tick++; txPoke.Load() == 0 {
				s.Publish(tick)
			}
			if hidden := s.Hidden(tick); hidden > quarter {
				t.Fatalf("round %d: %d of %d finished messages are hidden, a quarter is %d", round, hidden, n+1, quarter)
			}
		}
		s.Publish(tick)
		for n := range uint64(capacity) {
			rxPoke.Store(1)
			switch {
			case staged:
				rx.Avail()
				rx.Take(tick, 1)
			default:
				if rx.N >= rxSize {
					if rx.Due(tick) {
						rx.Release(tick)
					}
					_, rxSize = rx.Advance()
				}
				rx.Tick, rx.Mark = tick, rx.N
				rx.N++
			}
			if tick++; rxPoke.Load() == 0 {
				rx.Release(tick)
			}
			if h := rx.Held(tick); h > held {
				t.Fatalf("round %d: the room of %d of %d messages is hidden, a quarter is %d", round, h, n+1, quarter)
			}
		}
		rx.Release(tick)
	}
}
