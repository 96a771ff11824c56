package steady

import "fmt"

// ByteTx is the sending end of a ByteChan, owned by one actor. When what is
// sent becomes visible is as with Tx; a quarter of the bytes is enough, too.
type ByteTx struct {
	tx      *Tx[span]
	buf     []byte
	quarter uint64

	// Where the next message goes. None of it has to be restored by a rollback,
	// since the end of the last span says it all: see find.
	lap  uint64 // position of the first byte of buf
	at   uint64 // offset of the message
	free uint64 // bytes from there on that are known to be free; only what Send needs next, never all
	told uint64 // position at which the actor published the last time because of the bytes

	reserved []byte // handed out by Reserve
	place    span   // where, of size 0
	after    span   // the span before it
	from     uint64 // its index
	scratch  []byte // what Reserve hands out once the channel takes nothing any more
}

// Send sends a copy of p and waits while the channel has no room for it. An
// empty message is one, too, and nil is an empty one. It returns a
// *TooLargeError if p can never fit, ErrNoReceiver when the receiver is done for
// good, and ErrStopped when the graph has given up waiting; a request to stop
// does not end it. In all these cases p was not sent.
func (t *ByteTx) Send(p []byte) error {
	if t.put(p) {
		return nil
	}
	return t.sendSlow(p)
}

// put sends p if that takes no look at the other side.
func (t *ByteTx) put(p []byte) bool {
	tx := t.tx
	n, size := tx.p.N, uint64(len(p))
	if n >= uint64(len(tx.window)) || size > t.free {
		return false
	}
	if tx.p.Tick != tx.p.a.tick {
		tx.p.Tick, tx.p.Mark = tx.p.a.tick, n
	}
	copy(t.buf[t.at:], p)
	tx.window[n] = span{pos: t.lap + t.at, off: uint32(t.at), size: uint32(size)}
	t.at += size
	t.free -= size
	tx.p.N = n + 1
	return true
}

//go:noinline
func (t *ByteTx) sendSlow(p []byte) error {
	if len(p) > len(t.buf) {
		return t.tooLarge(len(p))
	}
	for !t.ready(uint64(len(p))) {
		if t.tx.p.Drop(1) {
			return nil
		}
		if err := t.tx.p.a.awaitRoom(&t.tx.p, t.Vacant(1, len(p))); err != nil {
			return err
		}
	}
	t.put(p)
	return nil
}

// TrySend sends a copy of p if there is room and reports whether it did. It
// never waits. It panics with a *TooLargeError if p can never fit: who waits
// for room and tries again would do so for ever.
func (t *ByteTx) TrySend(p []byte) bool {
	return t.put(p) || t.trySlow(p)
}

//go:noinline
func (t *ByteTx) trySlow(p []byte) bool {
	if len(p) > len(t.buf) {
		panic(t.tooLarge(len(p)))
	}
	if t.ready(uint64(len(p))) {
		return t.put(p)
	}
	if t.tx.p.Drop(1) {
		return true
	}
	t.tx.p.refused()
	return false
}

func (t *ByteTx) tooLarge(size int) *TooLargeError {
	return &TooLargeError{Channel: t.tx.p.e.name, Size: size, Limit: len(t.buf)}
}

// Reserve returns n bytes of the channel, to be filled in place; ok is false
// when there is no room for them now, or nobody receives any more. It never
// waits, and sends nothing; see Publish. The bytes are old ones. They are the
// caller's until Publish, or any other call of the port. It panics with a
// *TooLargeError if there will never be room for n bytes, and if n is negative.
func (t *ByteTx) Reserve(n int) (p []byte, ok bool) {
	if n < 0 {
		panic(fmt.Sprintf("steady: channel %s: Reserve(%d)", t.tx.p.e.name, n))
	}
	if n > len(t.buf) {
		panic(t.tooLarge(n))
	}
	size := uint64(n)
	switch {
	case t.tx.p.N < uint64(len(t.tx.window)) && size <= t.free, t.ready(size):
		t.reserved = t.buf[t.at : t.at+size : t.at+size]
		t.place = span{pos: t.lap + t.at, off: uint32(t.at)}
	case t.tx.p.Core().Ended():
		// What is sent is counted and dropped; Wait says that there is room.
		if len(t.scratch) < n || n == 0 {
			t.scratch = make([]byte, max(n, 1))
		}
		t.reserved = t.scratch[:n:n]
	default:
		t.reserved = nil
		t.tx.p.refused()
		return nil, false
	}
	t.from = t.tx.p.Next()
	t.after = *t.span(t.from - 1)
	return t.reserved, true
}

// Publish sends the first n of the bytes that Reserve returned, as one message.
// It panics when n is more than that, or negative. As with Send the message
// becomes visible after the iteration, and is taken back if it fails.
func (t *ByteTx) Publish(n int) {
	next, c := t.tx.p.Next(), t.tx.p.Core()
	if t.from != next || t.after != *t.span(next - 1) || c.Closed() && !c.Ended() {
		t.reserved = nil // another call has sent into the room, a failure has taken back what was before it, or Running has closed the channel
	}
	if t.reserved == nil || n < 0 || n > len(t.reserved) {
		panic(fmt.Sprintf("steady: channel %s: Publish(%d): %d bytes are reserved", t.tx.p.e.name, n, len(t.reserved)))
	}
	t.reserved = nil
	if t.tx.p.Drop(1) {
		return
	}
	size, s := uint64(n), t.place
	s.size = uint32(n)
	*t.span(next) = s
	t.lap, t.at = s.pos-uint64(s.off), uint64(s.off)+size
	t.free -= min(t.free, size) // 0, or what there was from the reserved bytes on
	t.tx.p.Stage(t.tx.p.a.tick, 1)
}

// Vacant is a condition for Wait: it holds while so many more messages, of so
// many bytes in all, can be sent without waiting. What is reserved counts, not
// what is published of it. Fewer than one message means one, fewer than no bytes
// none; what is more than the channel has means all of it. It can no longer hold
// once the receiver is done for good.
func (t *ByteTx) Vacant(messages, bytes int) Cond {
	m, b := clampCount(messages, t.tx.p.e.capacity), uint64(max(0, min(bytes, len(t.buf))))
	return roomCond(&t.tx.p, m<<32|b)
}

// Closed is a vote for Running; see Tx.Closed.
func (t *ByteTx) Closed() Ballot { return t.tx.Closed() }

// Capacity returns how many messages and how many bytes the channel holds at
// most. No message can be larger than that.
func (t *ByteTx) Capacity() (messages, bytes int) { return t.tx.Capacity(), len(t.buf) }

// PublishEach makes everything that the actor sends visible at the end of its
// iteration; see Tx.PublishEach.
func (t *ByteTx) PublishEach() { t.tx.PublishEach() }
