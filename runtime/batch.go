package steady

import "iter"

// Batches yields messages as they lie in the channel, as many in a row as are
// there and at most limit, at least one; it waits while the channel is empty. A
// limit below 1 means no limit. A batch never wraps around the end of the
// storage, so it may be shorter than what is there.
//
// Each body of the outermost range is one iteration, as with All, and takes the
// whole batch. The slice is a view into the channel: it is only to be read, and
// not after the body.
func (r *Rx[T]) Batches(limit int) iter.Seq[[]T] {
	return func(yield func([]T) bool) { r.batches(limit, yield) }
}

func (r *Rx[T]) batches(limit int, yield func([]T) bool) {
	a := r.p.a
	number := a.enter()
	returned := false // a panic of the body leaves it so
	defer func() {
		if a.leave(number) && !returned {
			a.rollback(true)
		}
	}()
	n := uint64(limit)
	if limit < 1 {
		n = uint64(r.p.e.capacity)
	}
	for r.batch(n, number, yield) && a.awaitMessage(&r.p) {
	}
	returned = true
}

// batch runs one body per batch. It returns true when it needs more messages,
// false when the range is over.
func (r *Rx[T]) batch(limit uint64, number uint64, yield func([]T) bool) bool {
	a := r.p.a
	for {
		if r.p.Due(a.tick) {
			a.flush()
		}
		slot, size := r.p.Reach(limit)
		if size == 0 {
			r.window = nil
			return true
		}
		r.window = r.slots[slot : slot+size : slot+size]
		r.p.touch()
		if r.p.Tick != a.tick {
			r.p.Tick, r.p.Mark = a.tick, 0
		}
		r.p.N = size
		a.point()
		if !yield(r.window) {
			return false
		}
		if a.leads(number) && !a.endBody() {
			return false
		}
	}
}

// SendSlice sends copies of all messages of vs, in order, and waits while the
// channel is full. On an error, which is one of Send's, some of them may have
// been sent: return it, and the iteration is taken back.
//
// More messages than there is room for make the iteration torn, as with Send.
func (t *Tx[T]) SendSlice(vs []T) error {
	for len(vs) > 0 {
		if n := t.p.N; n < uint64(len(t.window)) {
			if t.p.Tick != t.p.a.tick {
				t.p.Tick, t.p.Mark = t.p.a.tick, n
			}
			k := copy(t.window[n:], vs)
			t.p.N += uint64(k)
			vs = vs[k:]
			continue
		}
		if t.advance() {
			continue
		}
		if t.p.Drop(len(vs)) {
			return nil
		}
		if err := t.p.a.awaitRoom(&t.p, t.Vacant(1)); err != nil {
			return err
		}
	}
	return nil
}
