package steady

import (
	"math/bits"
	"sync/atomic"

	"github.com/steadytop/steadytop/runtime/internal/ring"
)

// standing spares the receiver of a bundle from looking at all lanes when it waits
// for a message of any. A lane that is empty keeps the receiver's registration for
// as long as it is empty, whatever the receiver does meanwhile. Whoever takes that,
// for the next message or because the lane has ended, sets the bit of the lane and
// then wakes the receiver. So a wait looks at the lanes that have called since the
// last one, and at those that it has emptied itself.
//
// No message is missed. The receiver registers with a lane, then looks whether it
// is empty; its sender stores the message, then looks for a registration. So if the
// receiver found the lane empty, the sender takes the registration and sets the bit.
// And the receiver arms its parker, then loads the bits; the sender sets the bit,
// then wakes the parker. So if the load missed the bit, the sender finds the parker
// armed.
//
// A sender that has taken a registration may be slow to set the bit. Until then the
// lane counts as standing, though it may have messages, or have been found and
// emptied in turn. It has no second message to announce before it has set the bit.
type standing struct {
	called []atomic.Uint64 // by lane: its registration was taken
	stands []uint64        // found empty after it was registered with
	over   []uint64        // closed and empty
	still  int             // how many are one or the other
}

func newStanding(lanes int) standing {
	n := (lanes + 63) / 64
	return standing{called: make([]atomic.Uint64, n), stands: make([]uint64, n), over: make([]uint64, n)}
}

// answer marks the lanes that have called.
func (s *laneSet) answer() {
	for w := range s.called {
		if s.called[w].Load() == 0 {
			continue
		}
		called := s.called[w].Swap(0)
		for late := s.stands[w] & called; late != 0; late &= late - 1 {
			// It may be registered with again, if who called was slow to say so.
			s.ins[w<<6+bits.TrailingZeros64(late)].Disarm()
		}
		s.bits[w] |= called
	}
}

// listen says whether any lane has a message, and notes which. Whatever it says,
// it misses none: if none has, each that may still get one is registered with.
func (s *laneSet) listen() verdict {
	s.answer()
	if s.found = s.known(1); s.found >= 0 {
		return holds
	}
	if s.stand() {
		s.found = s.known(1)
		return holds
	}
	for _, stands := range s.stands {
		if stands != 0 {
			return unmet
		}
	}
	return impossible
}

// stand registers with all lanes that are empty and neither stand nor are over. It
// marks those that are not empty, and reports whether there were any.
func (s *laneSet) stand() (any bool) {
	if s.still == s.size {
		return false
	}
	for w := range s.stands {
		todo := ^(s.stands[w] | s.over[w])
		if rest := s.size - w<<6; rest < 64 {
			todo &= 1<<rest - 1
		}
		for ; todo != 0; todo &= todo - 1 {
			bit := todo & -todo
			p := s.ins[w<<6+bits.TrailingZeros64(bit)]
			v := p.verdict(1)
			if v == unmet {
				p.Stand()
				if v = p.verdict(1); v != unmet {
					p.Receiver.Disarm()
				}
			}
			switch v {
			case holds:
				s.bits[w] |= bit
				any = true
			case unmet:
				s.stands[w] |= bit
				s.still++
			case impossible:
				s.over[w] |= bit
				s.still++
			}
		}
	}
	return any
}

// standsAt reports whether lane i keeps a registration because it is empty.
func (s *laneSet) standsAt(i int) bool { return s.stands[i>>6]&(1<<(i&63)) != 0 }

// lies notes that the registration with lane i is not that of standing any more.
func (s *laneSet) lies(i int) {
	if s.standsAt(i) {
		s.stands[i>>6] &^= 1 << (i & 63)
		s.still--
	}
}

// forget is called when messages may have been put back. What stands is withdrawn:
// it is for a later message than the next.
func (s *laneSet) forget() {
	for i, p := range s.ins {
		if s.standsAt(i) {
			p.Receiver.Disarm()
		}
	}
	clear(s.stands)
	clear(s.over)
	s.still = 0
}

// forget has the next waits of the actor look at each lane of its bundles.
func (a *Actor) forget() {
	for _, i := range a.ins {
		if i.set != nil && i.e.lane == 0 {
			i.set.forget()
		}
	}
}

// Arm registers for a wait of this lane alone.
func (p *inPort) Arm(n uint64, exclusive bool) {
	if p.set != nil && p.set.standsAt(p.e.lane) {
		p.Disarm()
	}
	p.Receiver.Arm(n, exclusive)
}

// Disarm withdraws Arm.
func (p *inPort) Disarm() {
	if p.set != nil {
		p.set.lies(p.e.lane)
	}
	p.Receiver.Disarm()
}

// receiver is what the ring knows of the actor that receives.
func (e *edge) receiver() ring.Peer {
	p := ring.Peer{Parker: e.to.parker, Poke: &e.to.checkAt}
	if e.gathered != nil {
		p.Called, p.Bit = &e.gathered.called[e.lane>>6], 1<<(e.lane&63)
	}
	return p
}
