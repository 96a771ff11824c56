package ring

import (
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// Sender is the sending cursor of a ring. One goroutine owns it at a time.
//
// It hands out a window: free slots in a row that the port fills one after
// another without asking. N counts those that are filled. Behind the window lie
// messages of finished iterations that may be published at any moment; from
// Mark on lies the open iteration, which may still be taken back. Mark has a
// meaning only while Tick equals the iteration count of the actor: that an
// iteration is over, all its sends are committed, costs the actor one
// increment and the sender nothing.
//
// N, Tick and Mark are exported for the port, which works on them inline: to
// stage in iteration t it sets Tick and Mark = N unless Tick is t, stores the
// message at N of the window, and increments N.
type Sender struct {
	N    uint64 // messages staged in the window
	Tick uint64
	Mark uint64 // like N; it wraps below zero when the iteration began in an earlier window

	Asked time.Duration // when the port last called Ask, which it limits

	base      uint64 // index of the first slot of the window
	room      uint64 // index up to which messages fit, as far as is known
	published uint64
	stampAt   uint64 // publish at or past this index takes a time stamp; never when telemetry is off
	lent      uint64 // end of the slots that Ahead has handed out to be filled
	core      *Core
	clear     func(from, to uint64) // wipes slots that are taken back; nil when messages hold no pointers
	shrink    func()                // makes the port forget the rest of its window
}

// NewSender returns the sending cursor of c. clear may be nil; shrink is called
// when the window is not valid beyond N any more.
func NewSender(c *Core, clear func(from, to uint64), shrink func()) Sender {
	return Sender{core: c, stampAt: never, clear: clear, shrink: shrink}
}

// Core returns the ring of the cursor.
func (s *Sender) Core() *Core { return s.core }

// Next is the index of the next message.
func (s *Sender) Next() uint64 { return s.base + s.N }

// Advance publishes what finished iterations staged and returns the next
// window: its first slot and its size, which is 0 when there is no room, or
// when the ring takes no messages any more.
func (s *Sender) Advance(tick uint64) (slot, size uint64) {
	s.Publish(tick)
	n := s.Next()
	s.Mark -= s.N
	s.base, s.N, s.room = n, 0, n
	c := s.core
	if c.gone.Load() || c.closed.Load() {
		return 0, 0
	}
	slot = n & c.mask
	size = min(s.Vacant(), c.quarter, c.mask+1-slot)
	if w := c.rxWaitAt.Load(); w != never {
		size = s.upTo(w, size)
	}
	return slot, size
}

// upTo cuts the window short before the message that the receiver waits for, so
// that the send of that one comes here again, and then makes the boundary that
// ends its iteration look up.
func (s *Sender) upTo(w, size uint64) uint64 {
	if n := s.Next(); int64(w-n) > 1 {
		return min(size, w-n-1)
	}
	s.core.tx.poke()
	return size
}

// Heed is called at a boundary after publishing. When the ring takes no
// messages any more, it makes the next send learn that. And when the receiver
// waits, with nothing there to wake it, it makes sure that the boundary behind
// the message that is waited for looks up, too.
func (s *Sender) Heed() {
	s.Refuse()
	switch w := s.core.rxWaitAt.Load(); {
	case w == never:
	case int64(w-s.Next()) <= 0:
		s.core.tx.poke() // the open iteration has sent it already
	default:
		s.room = s.Next()
		s.shrink()
	}
}

// Ask makes the receiver give back what it has finished with at its next
// boundary, for a sender that found no room and does not wait.
func (s *Sender) Ask() { s.core.rx.poke() }

// Vacant is the exact number of messages that can be staged now.
func (s *Sender) Vacant() uint64 {
	s.room = s.core.head.Load() + s.core.capacity
	return s.room - s.Next()
}

// Ahead returns the next slot and how many messages can be staged from there on,
// 0 when the ring takes none any more. They may wrap around the end of the slots.
func (s *Sender) Ahead() (slot, n uint64) {
	if s.core.gone.Load() || s.core.closed.Load() {
		return 0, 0
	}
	n = s.Vacant()
	s.lent = s.Next() + n
	return s.Next() & s.core.mask, n
}

// Stage stages n messages in iteration tick that were written without a window;
// n is no more than Ahead said. As there is no window that ends before the
// message that the receiver waits for, or after a quarter of the ring, the next
// boundary is told to look.
func (s *Sender) Stage(tick, n uint64) {
	if s.Tick != tick {
		s.Tick, s.Mark = tick, s.N
	}
	s.N += n
	if int64(s.room-s.Next()) < 0 {
		s.room = s.Next()
	}
	if c := s.core; c.rxWaitAt.Load() != never || s.Next()-s.published >= c.quarter {
		c.tx.poke()
	}
}

// Known is the number of messages that can be staged without looking.
func (s *Sender) Known() uint64 { return s.room - s.Next() }

// committed is the end of what finished iterations staged.
func (s *Sender) committed(tick uint64) uint64 {
	if s.Tick == tick {
		return s.base + s.Mark
	}
	return s.Next()
}

// Open reports whether the iteration tick has staged something here that can
// still be rolled back.
func (s *Sender) Open(tick uint64) bool { return s.Tick == tick && s.N != s.Mark }

// Staged returns how many messages the iteration tick has staged that can still be
// rolled back.
func (s *Sender) Staged(tick uint64) uint64 { return s.Next() - s.committed(tick) }

// Publish makes visible what finished iterations staged, and nothing of the
// iteration tick. It reports whether there was anything.
func (s *Sender) Publish(tick uint64) bool {
	to := s.committed(tick)
	if to == s.published {
		return false
	}
	s.publish(to)
	return true
}

// Rest makes the next send ask for a new window. All that was staged must be
// published.
func (s *Sender) Rest() {
	s.room = s.Next()
	s.shrink()
}

// PublishOpen makes everything visible, the open iteration included: what is
// visible cannot be rolled back, so that iteration is torn.
func (s *Sender) PublishOpen() {
	if n := s.Next(); n != s.published {
		s.publish(n)
	}
	s.Mark = s.N
}

// publish stores tail and then looks at the receiver's registration; see
// park.Parker for why the pair loses no wake-up.
func (s *Sender) publish(to uint64) {
	c := s.core
	if to >= s.stampAt || c.restamp.Load() {
		s.stampAt = c.stamp(s.published, to)
	}
	s.published = to
	c.tail.Store(to)
	park.Point()
	if to >= c.rxWaitAt.Load() {
		c.wakeRx(to)
	}
}

// Rollback takes back what the iteration tick staged, except what was
// published in the middle of it. The next send asks for a new window. Slots that
// were filled keep nothing alive, be they staged or only handed out.
func (s *Sender) Rollback(tick uint64) {
	next := s.Next()
	end := next
	if int64(s.lent-end) > 0 {
		end = s.lent
	}
	if s.Tick != tick {
		s.wipe(next, end)
		return
	}
	// The start of the iteration is not before what was published when it
	// began, so of the two the later one counts.
	n := s.base + s.Mark
	if int64(s.published-n) > 0 {
		n = s.published
	}
	s.wipe(n, end)
	s.base, s.N, s.Mark, s.room = n, 0, 0, n
	s.shrink()
}

// wipe clears slots that are the sender's own.
func (s *Sender) wipe(from, to uint64) {
	if s.clear != nil && from != to {
		s.clear(from, to)
	}
	s.lent = from
}

// Close publishes what was committed and ends the ring for good.
func (s *Sender) Close(tick uint64) {
	s.Publish(tick)
	s.core.close()
	s.Refuse()
}

// Refuse makes the next send ask for a new window, and so learn that the ring
// takes no messages any more. It does nothing while the ring takes them.
func (s *Sender) Refuse() {
	if s.core.gone.Load() || s.core.closed.Load() {
		s.room = s.Next()
		s.shrink()
	}
}

// Drop counts n messages sent into a ring that End closed.
func (s *Sender) Drop(n int) bool {
	if !s.core.ended.Load() {
		return false
	}
	s.core.dropped.Add(uint64(n))
	return true
}

// Arm asks the receiver to wake the sender once n slots are free, and pokes it
// so that it gives back what it holds at its next boundary. The sender's
// parker must be armed. exclusive is as with the receiver's Arm.
// 1 <= n <= capacity, and at the time of the call fewer slots were vacant.
func (s *Sender) Arm(n uint64, exclusive bool) {
	c := s.core
	c.txArms.Store(c.txArms.Load() + 1)
	park.Point()
	if need := need(n, exclusive); need != 0 {
		c.txNeed.Store(need)
	}
	w := s.Next() + n - c.capacity
	if !exclusive {
		w = min(w, c.txWaitAt.Load())
	}
	c.txWaitAt.Store(w)
	park.Point()
	c.rx.poke()
}

// Disarm withdraws Arm.
func (s *Sender) Disarm() {
	c := s.core
	if c.txWaitAt.Load() != never {
		c.txWaitAt.Store(never)
	}
	if c.txNeed.Load() != 0 {
		c.txNeed.Store(0)
	}
}
