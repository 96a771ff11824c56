package steady

import "iter"

// BundleRx is the receiving end of all lanes of a bundle, owned by one actor.
type BundleRx[T any] struct {
	set   laneSet
	lanes []*Rx[T]
}

// Len returns the number of lanes.
func (r *BundleRx[T]) Len() int { return len(r.lanes) }

// Lane returns the receiving end of one lane, to be used like any other. It
// panics when there is no lane i.
func (r *BundleRx[T]) Lane(i int) *Rx[T] { return r.lanes[i] }

// WaitLane waits until a lane has at least n messages, or fewer and is closed,
// and returns it: they are there. n below 1 means 1, n above the capacity of a
// lane means that. The lanes take turns, whoever of them is always full.
//
// Outside of a range it is a boundary, as Actor.Wait is, and it returns nil
// where that returns false: once at a stop request, then at most every 10 ms
// while the stop is pending, when all lanes have ended, and for good when the
// graph has given up waiting. Loop over Running with the vote Drained. In the
// body of a range a request to stop does not end it, and nil is what false is
// there: see Actor.Wait.
func (r *BundleRx[T]) WaitLane(n int) *Rx[T] {
	if i := r.set.wait(n); i >= 0 {
		return r.lanes[i]
	}
	return nil
}

// Avail is a condition for waits: it holds while any lane has at least n
// messages, or fewer and is closed; WaitLane(n) then returns such a lane without
// waiting. It can no longer hold once all lanes are closed and empty.
func (r *BundleRx[T]) Avail(n int) Cond { return r.set.cond(n) }

// Drained is a vote for Running: yes once all lanes are closed and empty. Its
// veto names those that are not.
func (r *BundleRx[T]) Drained() Ballot {
	return Ballot{kind: ballotDrained, rx: r.set.ins[0], lanes: true}
}

// turnOf is how many messages of a lane All yields, if it has as many, before
// it is the turn of the next: a change of lanes costs more than a message.
const turnOf = 16

// All yields the messages of all lanes, each with its lane, and waits while all
// are empty. The lanes take turns, with up to 16 messages each, so that none has
// to wait for one that is always full; the order is kept within a lane. It ends
// when all lanes are closed and empty, or when the graph has given up waiting;
// as with Rx.All a request to stop does not end it, and each body of the
// outermost range is one iteration.
func (r *BundleRx[T]) All() iter.Seq2[int, T] { return r.each }

func (r *BundleRx[T]) each(yield func(int, T) bool) {
	s, a := &r.set, r.set.a
	number := a.enter()
	returned := false // a panic of the body leaves it so
	defer func() {
		if a.leave(number) && !returned {
			a.rollback(true)
		}
	}()
	for {
		i := s.ready(1)
		if i < 0 {
			if i = s.await(); i < 0 {
				break
			}
		}
		s.turn = s.after(i)
		if !r.lanes[i].some(i, number, yield) {
			break
		}
	}
	returned = true
}

// some runs one iteration for each of the next messages, as long as it is the
// turn of this lane. It returns false when the range is over.
func (r *Rx[T]) some(lane int, number uint64, yield func(int, T) bool) bool {
	a := r.p.a
	for range turnOf {
		n := r.p.N
		if n >= uint64(len(r.window)) {
			if !r.advance() {
				return true
			}
			n = 0
		}
		if r.p.Tick != a.tick {
			r.p.Tick, r.p.Mark = a.tick, n
		}
		r.p.N = n + 1
		a.point()
		if !yield(lane, r.window[n]) {
			return false
		}
		if a.leads(number) && !a.endBody() {
			return false
		}
	}
	return true
}
