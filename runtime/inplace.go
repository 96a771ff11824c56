package steady

import "fmt"

// Peek returns all messages that wait, in two parts because their storage is a
// ring: those of a come before those of b. Both are empty when none waits. It
// takes nothing and never waits; see Release. The slices are views into the
// channel: they are only to be read, and those of messages that were released
// not after the iteration.
func (r *Rx[T]) Peek() (a, b []T) {
	slot, n := r.p.Ahead()
	if end := r.p.Next() + n; n == 0 || end == r.peeked && n == r.there {
		r.p.refused() // it may be waiting for more in its own way
	} else {
		r.peeked, r.there = end, n
	}
	return split(r.slots, slot, n)
}

// Release takes the next n messages without looking at them, after Peek or a
// wait for Avail said that they are there. It panics when fewer are, or n is
// negative. Like every take it is undone if the iteration fails.
func (r *Rx[T]) Release(n int) {
	if n < 0 || uint64(n) > r.p.Known() && uint64(n) > r.p.Avail() {
		panic(fmt.Sprintf("steady: channel %s: Release(%d): %d messages are there", r.p.e.name, n, r.p.Avail()))
	}
	r.p.Take(r.p.a.tick, uint64(n))
}

// Reserve returns all free room of the channel, to be filled in place, in two
// parts because its storage is a ring: b follows a. Both are empty when the
// channel is full, or nobody receives from it any more. It never waits, and
// sends nothing; see Publish. The room holds old messages. It is the caller's
// until Publish, or any other call of the port.
func (t *Tx[T]) Reserve() (a, b []T) {
	slot, n := t.p.Ahead()
	again := n == t.reserved && t.from == t.p.Next()
	t.reserved, t.from = n, t.p.Next()
	switch {
	case n > 0:
		if again {
			t.p.refused() // it may be waiting for more in its own way
		}
		return split(t.slots, slot, n)
	case t.p.Core().Ended():
		// What is sent is counted and dropped; Wait says that there is room.
		if t.scratch == nil {
			t.scratch = make([]T, min(t.p.e.capacity, 64))
		}
		t.reserved = uint64(len(t.scratch))
		return t.scratch, nil
	}
	t.p.refused()
	return nil, nil
}

// Publish sends the first n messages of what Reserve returned. It panics when n
// is more than that, or negative. As with Send they become visible after the
// iteration, and are taken back if it fails.
func (t *Tx[T]) Publish(n int) {
	c := t.p.Core()
	if t.from != t.p.Next() || c.Closed() && !c.Ended() {
		t.reserved = 0 // another call has sent into the room, or Running has closed the channel
	}
	if n < 0 || uint64(n) > t.reserved {
		panic(fmt.Sprintf("steady: channel %s: Publish(%d): %d are reserved", t.p.e.name, n, t.reserved))
	}
	t.reserved = 0
	if t.p.Drop(n) {
		return
	}
	t.p.Stage(t.p.a.tick, uint64(n))
}

// split returns the n slots from slot on, around the end of the ring.
func split[T any](slots []T, slot, n uint64) (a, b []T) {
	end := min(slot+n, uint64(len(slots)))
	return slots[slot:end:end], slots[: n-(end-slot) : n-(end-slot)]
}
