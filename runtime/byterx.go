package steady

import "iter"

// ByteRx is the receiving end of a ByteChan, owned by one actor.
//
// Messages are views into the channel: they are only to be read, and not after
// the iteration that took them has ended: the body of a range, or up to Running,
// Wait or Commit. Copy what is to be kept. A view has no capacity beyond its
// length, so that append copies it.
type ByteRx struct {
	rx      *Rx[span]
	buf     []byte
	quarter uint64
	freed   uint64 // position up to which the actor released the last time because of the bytes
}

// All yields one message after another and waits while the channel is empty.
// It ends when the channel is closed and empty, or when the graph has given up
// waiting. Iterations are as with Rx.All. The message is valid in the body only.
func (r *ByteRx) All() iter.Seq[[]byte] {
	// A method value in place of this closure would cost the caller an allocation.
	return func(yield func([]byte) bool) {
		r.rx.each(func(s span) bool { return yield(r.take(s)) })
	}
}

// take returns the message that was taken, and gives the bytes of finished
// iterations back when they are much: a quarter of the messages may be more
// than all bytes.
func (r *ByteRx) take(s span) []byte {
	if s.pos-r.freed >= r.quarter {
		r.giveBack(s.pos)
	}
	return r.view(s)
}

//go:noinline
func (r *ByteRx) giveBack(pos uint64) {
	r.freed = pos
	r.rx.p.a.flush()
}

func (r *ByteRx) view(s span) []byte {
	end := uint64(s.off) + uint64(s.size)
	return r.buf[s.off:end:end]
}

// TryTake takes the next message if there is one. It never waits. ok is false
// when the channel is empty for now, or closed and empty: see Drained. The
// message is valid until the iteration ends.
func (r *ByteRx) TryTake() (p []byte, ok bool) {
	s, ok := r.rx.TryTake()
	if !ok {
		return nil, false
	}
	return r.take(s), true
}

// TryPeek returns the message that TryTake would take and leaves it there.
func (r *ByteRx) TryPeek() (p []byte, ok bool) {
	s, ok := r.rx.TryPeek()
	if !ok {
		return nil, false
	}
	return r.view(s), true
}

// Avail is a condition for Wait: it holds while at least n messages are there,
// or fewer and the channel is closed; see Rx.Avail. Who waits for several has
// to give the channel the bytes for them, or it is a deadlock.
func (r *ByteRx) Avail(n int) Cond { return r.rx.Avail(n) }

// Drained is a vote for Running: yes once the channel is closed and empty.
func (r *ByteRx) Drained() Ballot { return r.rx.Drained() }

// Capacity returns how many messages and how many bytes the channel holds at most.
func (r *ByteRx) Capacity() (messages, bytes int) { return r.rx.Capacity(), len(r.buf) }
