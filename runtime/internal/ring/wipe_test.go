package ring

import "testing"

// Slots are wiped while they still belong to the receiver: once they are given
// back, the sender may have written its next messages there.
func TestSlotsAreWipedBeforeTheyAreGivenBack(t *testing.T) {
	for _, capacity := range []int{1, 3, 8} {
		r := New[*int](capacity)
		var rx Receiver
		wiped := uint64(0)
		rx = NewReceiver(r.Core, func(from, to uint64) {
			if head := r.head.Load(); head != from || from != wiped {
				t.Errorf("capacity %d: messages %d to %d are wiped when %d are wiped and %d given back", capacity, from, to, wiped, head)
			}
			wiped = to
		}, func() {})
		s := NewSender(r.Core, nil, func() {})
		for tick := uint64(1); tick <= 50; tick++ {
			_, room := s.Advance(tick)
			s.Stage(tick, min(room, 1+tick%3))
			s.Publish(tick + 1)
			_, there := rx.Reach(1 + tick%2)
			rx.Take(tick, there)
			rx.Release(tick + 1)
			if wiped != r.head.Load() {
				t.Errorf("capacity %d: %d are wiped, %d given back", capacity, wiped, r.head.Load())
			}
		}
		if wiped < 25 {
			t.Errorf("capacity %d: only %d messages went through", capacity, wiped)
		}
	}
}
