package ring

import "github.com/steadytop/steadytop/runtime/internal/park"

// Receiver is the receiving cursor of a ring. One goroutine owns it at a time.
//
// next counts what was taken, released what was given back to the sender. As
// with Sender, what lies from mark on belongs to the open iteration tick and
// may be taken back.
type Receiver struct {
	next     uint64
	limit    uint64 // Slot succeeds below; at most tail and a quarter past released
	tick     uint64
	mark     uint64
	released uint64
	seen     uint64                // newest tail loaded
	clear    func(from, to uint64) // wipes slots before they are given back; nil when messages hold no pointers
	core     *Core
}

// NewReceiver returns the receiving cursor of c. clear may be nil.
func NewReceiver(c *Core, clear func(from, to uint64)) Receiver {
	return Receiver{core: c, clear: clear}
}

// Core returns the ring of the cursor.
func (r *Receiver) Core() *Core { return r.core }

// Slot takes one message in the iteration tick and returns its index. It fails
// when the cursor has used up what it knows of: call Advance then.
func (r *Receiver) Slot(tick uint64) (uint64, bool) {
	n := r.next
	if n >= r.limit {
		return 0, false
	}
	if r.tick != tick {
		r.tick, r.mark = tick, n
	}
	r.next = n + 1
	return n, true
}

// Peek returns the index that Slot would take.
func (r *Receiver) Peek() (uint64, bool) { return r.next, r.next < r.limit }

// Advance looks for more messages; it reports whether Slot can succeed now.
// It releases nothing: outputs of finished iterations must be published first.
func (r *Receiver) Advance() bool {
	if r.next == r.seen {
		r.seen = r.core.tail.Load()
	}
	r.limit = min(r.seen, r.next+r.core.quarter)
	return r.next < r.limit
}

// Due reports whether a quarter of the ring or more waits to be released.
func (r *Receiver) Due(tick uint64) bool {
	return r.committed(tick)-r.released >= r.core.quarter
}

// Avail is the exact number of messages that can be taken now.
func (r *Receiver) Avail() uint64 {
	r.seen = r.core.tail.Load()
	return r.seen - r.next
}

// Known is the number of messages known to be there without looking.
func (r *Receiver) Known() uint64 { return r.seen - r.next }

// Closed reports whether no message follows those that Avail counts after it.
func (r *Receiver) Closed() bool { return r.core.closed.Load() }

func (r *Receiver) committed(tick uint64) uint64 {
	if r.tick == tick {
		return r.mark
	}
	return r.next
}

// Release gives the slots of finished iterations back to the sender, cleared.
func (r *Receiver) Release(tick uint64) {
	to := r.committed(tick)
	if to == r.released {
		return
	}
	if r.clear != nil {
		r.clear(r.released, to)
	}
	r.released = to
	c := r.core
	if c.latency != nil {
		c.latency.observe(to)
	}
	c.head.Store(to)
	park.Point()
	if to >= c.txWaitAt.Load() {
		c.wakeTx(to)
	}
}

// Rollback puts back what the iteration tick took.
func (r *Receiver) Rollback(tick uint64) {
	if r.tick == tick {
		r.next = r.mark
		r.limit = min(r.limit, r.next) // asked for anew
	}
}

// Leave gives back what was committed and marks the receiver as done for good.
func (r *Receiver) Leave(tick uint64) {
	r.Release(tick)
	r.core.leave()
}

// Arm asks the sender to wake the receiver once n messages are there, and pokes
// it so that it publishes what it holds at its next boundary. The receiver's
// parker must be armed. exclusive says that the receiver has no other way out.
// 1 <= n <= capacity.
func (r *Receiver) Arm(n uint64, exclusive bool) {
	c := r.core
	c.rxWaitAt.Store(r.next + n)
	if exclusive {
		c.rxNeed.Store(n)
	}
	park.Point()
	c.tx.poke()
}

// Disarm withdraws Arm.
func (r *Receiver) Disarm() {
	c := r.core
	if c.rxWaitAt.Load() != never {
		c.rxWaitAt.Store(never)
	}
	if c.rxNeed.Load() != 0 {
		c.rxNeed.Store(0)
	}
}
