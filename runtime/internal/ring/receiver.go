package ring

import (
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// Receiver is the receiving cursor of a ring. One goroutine owns it at a time.
//
// It works like Sender: the window is a row of messages that are there, N
// counts those that were taken, and what lies from Mark on was taken by the
// open iteration Tick and may be put back.
type Receiver struct {
	N    uint64 // messages taken from the window
	Tick uint64
	Mark uint64 // like N; it wraps below zero when the iteration began in an earlier window

	Asked time.Duration // when the port last called Ask, which it limits

	base     uint64                // index of the first message of the window
	released uint64                // given back to the sender
	seen     uint64                // newest tail loaded, or limit
	limit    uint64                // no message from here on is shown; never when all are
	alone    uint64                // up to which messages are shown one by one
	clear    func(from, to uint64) // wipes slots before they are given back; nil when messages hold no pointers
	core     *Core
	shrink   func() // makes the port forget the rest of its window
}

// NewReceiver returns the receiving cursor of c. clear may be nil; shrink is
// called when the window is not valid beyond N any more.
func NewReceiver(c *Core, clear func(from, to uint64), shrink func()) Receiver {
	return Receiver{core: c, clear: clear, shrink: shrink, limit: never}
}

// OnRelease has f called before messages [from, to) are given back, besides what
// wipes them. It must be called before either side runs.
func (r *Receiver) OnRelease(f func(from, to uint64)) {
	wipe := r.clear
	r.clear = func(from, to uint64) {
		f(from, to)
		if wipe != nil {
			wipe(from, to)
		}
	}
}

// Core returns the ring of the cursor.
func (r *Receiver) Core() *Core { return r.core }

// Next is the index of the next message.
func (r *Receiver) Next() uint64 { return r.base + r.N }

// Advance returns the next window: its first slot and its size, which is 0
// when nothing is there. It releases nothing: what finished iterations sent
// must be published first.
func (r *Receiver) Advance() (slot, size uint64) {
	if r.Next() == r.seen {
		r.see(r.core.visible())
	}
	slot, size = r.window(r.core.quarter)
	if w := r.core.txWaitAt.Load(); w != never {
		size = r.upTo(w, size)
	}
	return slot, size
}

// Reach is Advance for a window of up to limit messages, be it the whole ring,
// that are taken together.
func (r *Receiver) Reach(limit uint64) (slot, size uint64) {
	if r.seen-r.Next() < limit {
		r.see(r.core.visible())
	}
	slot, size = r.window(limit)
	r.hasten(size)
	return slot, size
}

// upTo cuts the window short before the message whose slot the sender waits
// for, so that the take of that one comes here again, and then makes the
// boundary that ends its iteration look up.
func (r *Receiver) upTo(w, size uint64) uint64 {
	if n := r.Next(); int64(w-n) > 1 {
		return min(size, w-n-1)
	}
	r.core.rx.poke()
	return size
}

// hasten makes the next boundary look up when the sender waits for one of the
// next n messages to be given back.
func (r *Receiver) hasten(n uint64) {
	if w := r.core.txWaitAt.Load(); w != never && int64(w-r.Next()-n) <= 0 {
		r.core.rx.poke()
	}
}

// Heed is called at a boundary after releasing. When the sender waits, with
// nothing there to wake it, it makes sure that the boundary behind the message
// whose slot is waited for looks up, too.
func (r *Receiver) Heed() {
	switch w := r.core.txWaitAt.Load(); {
	case w == never:
	case int64(w-r.Next()) <= 0:
		r.core.rx.poke() // the open iteration has taken it already
	default:
		r.shrink()
	}
}

// Ask makes the sender publish what it has finished at its next boundary, for a
// receiver that found too little and does not wait.
func (r *Receiver) Ask() { r.core.tx.poke() }

func (r *Receiver) window(limit uint64) (slot, size uint64) {
	n := r.Next()
	r.Mark -= r.N
	r.base, r.N = n, 0
	slot = n & r.core.mask
	return slot, min(r.seen-n, limit, r.core.mask+1-slot)
}

// Ahead returns the slot of the next message and how many are there, as Avail
// does, but one of those that are shown one by one. They may wrap around the end
// of the slots.
func (r *Receiver) Ahead() (slot, n uint64) {
	r.see(r.core.visible())
	return r.Next() & r.core.mask, r.Known()
}

// Take takes n messages in iteration tick without a window; n <= Avail.
func (r *Receiver) Take(tick, n uint64) {
	if r.Tick != tick {
		r.Tick, r.Mark = tick, r.N
	}
	r.N += n
	r.seen = max(r.seen, r.Next())
	if r.Next()-r.released >= r.core.quarter {
		r.core.rx.poke() // give them back at the boundary
		return
	}
	r.hasten(0)
}

// Due reports whether a quarter of the ring or more waits to be released, or a
// message that the next one waits behind.
func (r *Receiver) Due(tick uint64) bool {
	n := r.committed(tick) - r.released
	return n >= r.core.quarter || n > 0 && r.limit != never
}

// Avail is the exact number of messages that can be taken now.
func (r *Receiver) Avail() uint64 {
	tail := r.core.visible()
	r.see(tail)
	return tail - r.Next()
}

// Known is the number of messages known to be there, and shown, without looking.
func (r *Receiver) Known() uint64 { return r.seen - r.Next() }

// Closed reports whether no message follows those that Avail counts after it.
func (r *Receiver) Closed() bool { return r.core.closed.Load() && !r.core.Frozen() }

func (r *Receiver) committed(tick uint64) uint64 {
	if r.Tick == tick {
		return r.base + r.Mark
	}
	return r.Next()
}

// Release gives the slots of finished iterations back to the sender, cleared. It
// reports whether there were any.
func (r *Receiver) Release(tick uint64) bool {
	to := r.committed(tick)
	if to == r.released {
		return false
	}
	if r.clear != nil {
		r.clear(r.released, to)
	}
	r.released = to
	if r.limit != never {
		r.goOn(to)
	}
	c := r.core
	if c.latency != nil {
		c.latency.observe(to)
	}
	c.head.Store(to)
	park.Point()
	if to >= c.txWaitAt.Load() {
		c.wakeTx(to)
	}
	return true
}

// Open reports whether the iteration tick has taken something here that can still
// be put back.
func (r *Receiver) Open(tick uint64) bool { return r.Tick == tick && r.N != r.Mark }

// Rest makes the next take ask for a new window. All that was taken must be
// released.
func (r *Receiver) Rest() { r.shrink() }

// Pending returns the first message that the iteration tick took and how many.
func (r *Receiver) Pending(tick uint64) (first, n uint64) {
	first = r.committed(tick)
	return first, r.Next() - first
}

// Rollback puts back what the iteration tick took. The next take asks for a
// new window.
func (r *Receiver) Rollback(tick uint64) {
	if r.Tick == tick {
		r.base, r.N, r.Mark = r.base+r.Mark, 0, 0
		r.shrink()
	}
}

// Leave gives back what was committed and marks the receiver as done for good.
func (r *Receiver) Leave(tick uint64) {
	r.Release(tick)
	r.Disarm() // Stand is for longer than a wait
	r.core.leave()
}

// Arm asks the sender to wake the receiver once n messages are there, and pokes
// it so that it publishes what it holds at its next boundary. The receiver's
// parker must be armed. exclusive says that the receiver has no other way out;
// without it, a wait may arm the same port several times, and the least of what
// was asked for counts. 1 <= n <= capacity.
func (r *Receiver) Arm(n uint64, exclusive bool) {
	c := r.core
	c.rxArms.Store(c.rxArms.Load() + 1)
	park.Point()
	if need := need(n, exclusive); need != c.rxNeed.Load() {
		c.rxNeed.Store(need)
	}
	w := r.Next() + n
	if !exclusive {
		w = min(w, c.rxWaitAt.Load())
	}
	c.rxWaitAt.Store(w)
	park.Point()
	c.tx.poke()
}

// Stand is Arm for the next message, for a receiver that need not wait: its
// registration stays until that message takes it, or Disarm does. The receiver has
// to look for the message after it.
func (r *Receiver) Stand() {
	c := r.core
	park.Point()
	if c.rxNeed.Load() != elsewise {
		c.rxNeed.Store(elsewise)
	}
	c.rxWaitAt.Store(r.Next() + 1)
	park.Point()
	c.tx.poke()
}

// Disarm withdraws Arm and Stand.
func (r *Receiver) Disarm() {
	c := r.core
	if c.rxWaitAt.Load() != never {
		c.rxWaitAt.Store(never)
	}
	if c.rxNeed.Load() != 0 {
		c.rxNeed.Store(0)
	}
}
