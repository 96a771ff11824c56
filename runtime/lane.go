package steady

import (
	"math/bits"
	"slices"
	"time"
)

// rota takes turns among the lanes of a bundle. A bit says that a lane was
// ready when it was last looked at, so that finding the next one does not mean
// to look at all. The bits are hints: a lane whose bit is set is looked at
// before it is used, and one whose bit is not set is found by look or, when no
// bit is set, by looking at every lane.
type rota struct {
	bits []uint64
	size int
	turn int // the lane whose turn it is
	look int // the lane to look at next whatever its bit says
}

func newRota(size int) rota { return rota{bits: make([]uint64, (size+63)/64), size: size} }

func (r *rota) mark(i int)        { r.bits[i>>6] |= 1 << (i & 63) }
func (r *rota) clear(i int)       { r.bits[i>>6] &^= 1 << (i & 63) }
func (r *rota) marked(i int) bool { return r.bits[i>>6]&(1<<(i&63)) != 0 }

// next returns the first marked lane from turn on, around the end; -1 if none is.
func (r *rota) next() int {
	w := r.turn >> 6
	if set := r.bits[w] &^ (1<<(r.turn&63) - 1); set != 0 {
		return w<<6 + bits.TrailingZeros64(set)
	}
	for range r.bits {
		if w++; w == len(r.bits) {
			w = 0
		}
		if set := r.bits[w]; set != 0 {
			return w<<6 + bits.TrailingZeros64(set)
		}
	}
	return -1
}

// after returns the lane after i.
func (r *rota) after(i int) int {
	if i++; i < r.size {
		return i
	}
	return 0
}

// laneSet is the untyped part of one end of a bundle.
type laneSet struct {
	rota
	a     *Actor
	b     *bundle
	ins   []*inPort     // of a BundleRx
	outs  []*outPort    // of a BundleTx
	found int           // the lane that the last condition which held was about
	asked time.Duration // when refused last asked the receivers
	left  int           // the lane that was last found not to be drained
	standing

	// What eval said in which glance of the actor about which n. Within one it
	// need not look again: see Actor.glance.
	glance uint64
	n      uint64
	said   verdict
}

// lane says whether lane i has n messages, or room for n. A lane that takes no
// messages any more is not worth waiting for, even if its loop came to rest and
// what is sent would be dropped: others may be open.
func (s *laneSet) lane(i int, n uint64) verdict {
	if s.ins != nil {
		return s.ins[i].verdict(n)
	}
	o := s.outs[i]
	if o.Known() < n && o.Core().Closed() {
		return impossible
	}
	return o.verdict(n)
}

// ready returns the next lane in turn that has n, or -1 if that takes looking at
// all of them. It looks at one more on the way, so that a lane that has become
// ready is found after as many calls as there are lanes.
func (s *laneSet) ready(n uint64) int {
	if s.ins != nil {
		s.answer()
	}
	if i := s.look; !s.marked(i) && s.lane(i, n) == holds {
		s.mark(i)
	}
	s.look = s.after(s.look)
	return s.known(n)
}

func (s *laneSet) known(n uint64) int {
	for {
		i := s.next()
		if i < 0 || s.lane(i, n) == holds {
			return i
		}
		s.clear(i)
	}
}

// eval says whether any lane has n, and notes which.
func (s *laneSet) eval(n uint64) verdict {
	if s.listens(n) {
		return s.listen()
	}
	if s.glance == s.a.glance && s.n == n {
		return s.said
	}
	v := holds
	if i := s.known(n); i >= 0 {
		s.found = i
	} else {
		v = s.scan(n, false)
	}
	s.glance, s.n, s.said = s.a.glance, n, v
	return v
}

// arm registers with every lane. What it finds then counts until the actor has
// slept: see Actor.await.
func (s *laneSet) arm(n uint64) {
	if s.listens(n) {
		return // it has registered when it looked
	}
	v := s.scan(n, true)
	s.glance, s.n, s.said = s.a.glance, n, v
}

// scan looks at every lane, in turn, after it has registered with it if that is
// wanted.
func (s *laneSet) scan(n uint64, arm bool) verdict {
	best, ended, i := impossible, -1, s.turn
	for range s.size {
		if arm && s.ins != nil {
			s.ins[i].Arm(n, false)
		} else if arm {
			s.outs[i].Arm(n, false)
		}
		v := s.lane(i, n)
		if v == holds {
			s.mark(i)
			if best != holds {
				s.found = i
			}
		} else if v == impossible && s.outs != nil && s.outs[i].Core().Ended() {
			ended = i
		}
		best = max(best, v)
		i = s.after(i)
	}
	if best == impossible && ended >= 0 {
		s.found, best = ended, holds // what is sent is counted and dropped
	}
	return best
}

// listens reports whether it needs no registrations for one wait: see standing.
func (s *laneSet) listens(n uint64) bool { return s.ins != nil && n == 1 }

func (s *laneSet) disarm(n uint64) {
	if s.listens(n) {
		return
	}
	for _, p := range s.ins {
		p.Disarm()
	}
	for _, p := range s.outs {
		p.Disarm()
	}
}

// cond is the condition that any lane has n.
func (s *laneSet) cond(n int) Cond {
	k := clampCount(n, s.b.edges[0].capacity)
	switch {
	case s.size > 1:
		return laneCond(s, k)
	case s.ins != nil:
		return availCond(s.ins[0], k)
	default:
		return vacantCond(s.outs[0], k)
	}
}

// wait is WaitLane; it returns -1 when the caller should look at Running again.
func (s *laneSet) wait(n int) int {
	a := s.a
	if !a.boundary() {
		return -1
	}
	i := s.ready(clampCount(n, s.b.edges[0].capacity))
	if i < 0 {
		a.one[0] = s.cond(n)
		if a.outcome(a.await(a.one[:], false, false)) < 0 {
			return -1
		}
		i = s.found
	}
	s.turn = s.after(i)
	return i
}

// await waits on behalf of All and Send; negative results are those of Actor.await.
func (s *laneSet) await() int {
	s.a.one[0] = s.cond(1)
	if i := s.a.await(s.a.one[:], false, true); i < 0 {
		return i
	}
	return s.found
}

// refused is that of a port, for all lanes.
func (s *laneSet) refused() {
	if !s.a.refused(&s.asked) {
		return
	}
	for _, o := range s.outs {
		o.Ask()
	}
}

// leads reports whether any lane leads out of the loop of the actor.
func (s *laneSet) leads() bool { return slices.ContainsFunc(s.outs, (*outPort).leads) }

// drained reports whether all lanes are closed and empty.
func (s *laneSet) drained() bool {
	for range s.ins {
		if p := s.ins[s.left]; !p.Closed() || p.Avail() > 0 {
			return false // and it is looked at first the next time
		}
		s.left = s.after(s.left)
	}
	return true
}
