package steady

import (
	"math/bits"
	"sync/atomic"

	"github.com/steadytop/steadytop/runtime/internal/ring"
)

// bells spares the receiver of a bundle from looking at all lanes each time it
// waits for one of them. An empty lane keeps the registration of the receiver
// for as long as it is empty; whoever takes it, for the next message or because
// the lane is closed, sets the bit of the lane. So a wait costs as many looks as
// lanes have rung since the last one.
//
// None is lost. The receiver looks at a lane after it has registered with it,
// and loads the bits after its parker was armed. A sender stores its message,
// takes the registration, sets the bit, wakes the parker. If the look missed the
// message, the sender takes the registration; if the load then missed the bit,
// the sender finds the parker armed.
type bells struct {
	rung   []atomic.Uint64
	stands []uint64 // lanes that were found empty after they were registered with
	over   []uint64 // lanes that are closed and empty, and bits that stand for no lane
	none   uint64   // the latter
}

func newBells(lanes int) bells {
	words := (lanes + 63) / 64
	b := bells{rung: make([]atomic.Uint64, words), stands: make([]uint64, words), over: make([]uint64, words)}
	b.none = ^(1<<((lanes-1)&63+1) - 1)
	b.over[words-1] = b.none
	return b
}

// answer marks the lanes that have rung.
func (s *laneSet) answer() {
	for w := range s.rung {
		if s.rung[w].Load() != 0 {
			rung := s.rung[w].Swap(0)
			s.stands[w] &^= rung
			s.bits[w] |= rung
		}
	}
}

// listen is eval for one message. When it says unmet, every lane that may still
// get one has a registration.
func (s *laneSet) listen() verdict {
	s.answer()
	if s.found = s.known(1); s.found >= 0 {
		return holds
	}
	best := impossible
	for w := range s.stands {
		for todo := ^(s.stands[w] | s.over[w]); todo != 0; todo &= todo - 1 {
			p := s.ins[w<<6+bits.TrailingZeros64(todo)]
			v := p.verdict(1)
			if v == unmet {
				p.Stand()
				v = p.verdict(1)
			}
			switch bit := todo & -todo; v {
			case holds:
				s.bits[w] |= bit
			case unmet:
				s.stands[w] |= bit
			case impossible:
				s.over[w] |= bit
			}
		}
		if s.stands[w] != 0 {
			best = unmet
		}
	}
	if s.found = s.known(1); s.found >= 0 {
		return holds
	}
	return best
}

// unlisten notes that the registration with lane i may be another one.
func (s *laneSet) unlisten(i int) { s.stands[i>>6] &^= 1 << (i & 63) }

// forget is called when messages may have been put back.
func (s *laneSet) forget() {
	clear(s.stands)
	clear(s.over)
	s.over[len(s.over)-1] = s.none
}

// Arm registers for a wait of the lane alone.
func (p *inPort) Arm(n uint64, exclusive bool) {
	if p.set != nil {
		p.set.unlisten(p.e.lane)
	}
	p.Receiver.Arm(n, exclusive)
}

// Disarm withdraws Arm.
func (p *inPort) Disarm() {
	if p.set != nil {
		p.set.unlisten(p.e.lane)
	}
	p.Receiver.Disarm()
}

// receiver is what the ring knows of the actor that receives.
func (e *edge) receiver() ring.Peer {
	p := ring.Peer{Parker: e.to.parker, Poke: &e.to.checkAt}
	if e.set != nil {
		p.Bell, p.Bit = &e.set.rung[e.lane>>6], 1<<(e.lane&63)
	}
	return p
}
