package steady

import "iter"

// Rx is the receiving end of a channel, owned by one actor.
type Rx[T any] struct {
	inPort
	slots []T
	mask  uint64
}

// All yields one message after another and waits while the channel is empty.
// It ends when the channel is closed and empty, or when the graph has given up
// waiting; a request to stop does not end it, so that what is under way is
// still handled.
//
// Each body of the outermost range is one iteration: when it ends normally, the
// message and all that was sent stand; when it panics, they are taken back.
// After break or return the message stays pending until the next boundary.
func (r *Rx[T]) All() iter.Seq[T] { return r.each }

func (r *Rx[T]) each(yield func(T) bool) {
	a := r.a
	outermost := a.enter()
	returned := true // false while the body runs: a panic leaves it so
	defer func() {
		a.leave()
		if !returned {
			a.rollback()
		}
	}()
	for {
		i, ok := r.Slot(a.tick)
		if !ok {
			if (!r.Advance() || r.Due(a.tick)) && !a.awaitMessage(&r.inPort) {
				return
			}
			continue
		}
		returned = false
		more := yield(r.slots[i&r.mask])
		returned = true
		if !more {
			return
		}
		if outermost {
			a.tick++
			if a.tick >= a.checkAt.Load() && !a.look() {
				return
			}
		}
	}
}

// TryTake takes the next message if there is one. It never waits. ok is false
// when the channel is empty for now, or closed and empty: see Drained.
func (r *Rx[T]) TryTake() (v T, ok bool) {
	if i, ok := r.Slot(r.a.tick); ok {
		return r.slots[i&r.mask], true
	}
	return r.takeSlow()
}

//go:noinline
func (r *Rx[T]) takeSlow() (v T, ok bool) {
	if !r.look() {
		return v, false
	}
	i, _ := r.Slot(r.a.tick)
	return r.slots[i&r.mask], true
}

// TryPeek returns the message that TryTake would take and leaves it there.
func (r *Rx[T]) TryPeek() (v T, ok bool) {
	i, ok := r.Peek()
	if !ok {
		if !r.look() {
			return v, false
		}
		i, _ = r.Peek()
	}
	return r.slots[i&r.mask], true
}

// look finds more messages, and gives back what was taken by finished
// iterations when that is much or when nothing is there.
func (r *Rx[T]) look() bool {
	more := r.Advance()
	if !more || r.Due(r.a.tick) {
		r.a.flush()
	}
	return more
}

// Avail is a condition for Wait: it holds while at least n messages are there,
// or fewer and the channel is closed. n below 1 means 1, n above the capacity
// means the capacity. It can no longer hold once the channel is closed and empty.
func (r *Rx[T]) Avail(n int) Cond {
	return Cond{kind: condAvail, rx: &r.inPort, n: clampCount(n, r.e.capacity)}
}

// Drained is a vote for Running: yes once the channel is closed and empty.
func (r *Rx[T]) Drained() Ballot { return Ballot{kind: ballotDrained, rx: &r.inPort} }

// Capacity returns the number of messages that the channel holds at most.
func (r *Rx[T]) Capacity() int { return r.e.capacity }
