package steady

import "iter"

// Rx is the receiving end of a channel, owned by one actor.
type Rx[T any] struct {
	p      inPort
	window []T // messages in a row; the first N are taken
	slots  []T

	peeked, there uint64 // the end of what Peek found last, and how many that were
}

// All yields one message after another and waits while the channel is empty.
// It ends when the channel is closed and empty, or when the graph has given up
// waiting; a request to stop does not end it, so that what is under way is
// still handled.
//
// Each body of the outermost range is one iteration: when it ends normally, the
// message and all that was sent stand; when it panics, they are taken back.
// Ranges may overlap, with iter.Pull: the first is the outermost, and when it
// ends one that is left takes its place. What has been taken from the others by
// then stands, too, whether or not the body is done with it.
// After break or return the message stays pending until the next boundary.
func (r *Rx[T]) All() iter.Seq[T] { return r.each }

func (r *Rx[T]) each(yield func(T) bool) {
	a := r.p.a
	number := a.enter()
	returned := false // a panic of the body leaves it so
	defer func() {
		// Who recovers inside of the outermost body goes on with its iteration.
		if a.leave(number) && !returned {
			a.rollback(true)
		}
	}()
	// Waiting here, and not below, keeps the stack of a parked actor small.
	for a.outer != number {
		if !r.inner(number, yield) || a.outer != number && !a.awaitMessage(&r.p) {
			returned = true
			return
		}
	}
	for r.iterate(yield) && a.awaitMessage(&r.p) {
	}
	returned = true
}

// iterate runs one iteration per message. It is the hot loop of most actors:
// the port is not asked, it is worked on in place (see ring.Receiver). It
// returns true when it needs more messages, false when the range is over.
func (r *Rx[T]) iterate(yield func(T) bool) bool {
	a := r.p.a
	tick := a.tick
	// What an earlier range or TryTake left pending is part of the iteration
	// that the first body ends; its mark stands.
	marked := r.p.Tick == tick
	for {
		n := r.p.N
		if n >= uint64(len(r.window)) {
			if !r.advance() {
				return true
			}
			continue
		}
		if !marked {
			r.p.Tick, r.p.Mark = tick, n
		}
		r.p.N, marked = n+1, false
		a.point()
		if !yield(r.window[n]) {
			return false
		}
		tick = a.tick + 1
		a.tick = tick
		if tick >= a.checkAt.Load() && !a.look() {
			return false
		}
	}
}

// inner is iterate inside of another range: it takes, and leaves boundaries to
// the outermost one. It also returns true when that has ended, and this one has
// taken its place.
func (r *Rx[T]) inner(number uint64, yield func(T) bool) bool {
	a := r.p.a
	for {
		v, ok := r.TryTake()
		if !ok {
			return true
		}
		if !yield(v) {
			return false
		}
		if a.leads(number) {
			return a.endBody()
		}
	}
}

// advance gets a new window; false means that nothing is there for now. What
// finished iterations took is given back when it is much.
//
//go:noinline
func (r *Rx[T]) advance() bool {
	if r.p.Due(r.p.a.tick) {
		r.p.a.flush()
	}
	slot, size := r.p.Advance()
	r.window = r.slots[slot : slot+size]
	if size == 0 {
		return false
	}
	r.p.touch()
	return true
}

// TryTake takes the next message if there is one. It never waits. ok is false
// when the channel is empty for now, or closed and empty: see Drained.
func (r *Rx[T]) TryTake() (v T, ok bool) {
	if n := r.p.N; n < uint64(len(r.window)) {
		if r.p.Tick != r.p.a.tick {
			r.p.Tick, r.p.Mark = r.p.a.tick, n
		}
		r.p.N = n + 1
		r.p.a.point()
		return r.window[n], true
	}
	return r.takeSlow()
}

//go:noinline
func (r *Rx[T]) takeSlow() (v T, ok bool) {
	if !r.look() {
		return v, false
	}
	return r.TryTake()
}

// TryPeek returns the message that TryTake would take and leaves it there.
func (r *Rx[T]) TryPeek() (v T, ok bool) {
	if r.p.N >= uint64(len(r.window)) && !r.look() {
		return v, false
	}
	return r.window[r.p.N], true
}

// look gets a new window.
func (r *Rx[T]) look() bool {
	if r.advance() {
		return true
	}
	r.p.refused()
	return false
}

// Avail is a condition for Wait: it holds while at least n messages are there,
// or fewer and the channel is closed. n below 1 means 1, n above the capacity
// means the capacity. It can no longer hold once the channel is closed and empty.
func (r *Rx[T]) Avail(n int) Cond {
	return availCond(&r.p, clampCount(n, r.p.e.capacity))
}

// Drained is a vote for Running: yes once the channel is closed and empty.
func (r *Rx[T]) Drained() Ballot { return Ballot{kind: ballotDrained, rx: &r.p} }

// Capacity returns the number of messages that the channel holds at most.
func (r *Rx[T]) Capacity() int { return r.p.e.capacity }
