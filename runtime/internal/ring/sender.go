package ring

import "github.com/steadytop/steadytop/runtime/internal/park"

// Sender is the sending cursor of a ring. One goroutine owns it at a time.
//
// next counts what was staged, published what the receiver may see. Between
// them lie finished iterations, which may be published at any moment, and from
// mark on the open iteration, which may still be rolled back. mark is
// meaningful only while tick equals the iteration count of the actor: that an
// iteration is over, all its sends are committed, costs the actor one
// increment and the sender nothing.
type Sender struct {
	next      uint64
	limit     uint64 // Slot succeeds below; at most head+capacity and a quarter past published
	tick      uint64
	mark      uint64
	published uint64
	stampAt   uint64 // publish at or past this index takes a time stamp; never when telemetry is off
	core      *Core
}

// NewSender returns the sending cursor of c.
func NewSender(c *Core) Sender { return Sender{core: c, stampAt: never} }

// Core returns the ring of the cursor.
func (s *Sender) Core() *Core { return s.core }

// Slot stages one message in the iteration tick and returns the index to store
// it at. It fails when the cursor has used up the room it knows of: call
// Advance then.
func (s *Sender) Slot(tick uint64) (uint64, bool) {
	n := s.next
	if n >= s.limit {
		return 0, false
	}
	if s.tick != tick {
		s.tick, s.mark = tick, n
	}
	s.next = n + 1
	return n, true
}

// Advance publishes what finished iterations staged and looks for more room.
// It reports whether Slot can succeed now.
func (s *Sender) Advance(tick uint64) bool {
	s.Publish(tick)
	s.limit = min(s.core.head.Load()+s.core.capacity, s.next+s.core.quarter)
	s.Refuse()
	return s.next < s.limit
}

// Vacant is the exact number of messages that can be staged now.
func (s *Sender) Vacant() uint64 { return s.core.capacity - (s.next - s.core.head.Load()) }

// Known is the number of messages that can be staged without looking.
func (s *Sender) Known() uint64 { return s.limit - s.next }

// committed is the end of what finished iterations staged.
func (s *Sender) committed(tick uint64) uint64 {
	if s.tick == tick {
		return s.mark
	}
	return s.next
}

// Open reports whether the iteration tick has staged something here that can
// still be rolled back.
func (s *Sender) Open(tick uint64) bool { return s.tick == tick && s.next != s.mark }

// Publish makes visible what finished iterations staged, and nothing of the
// iteration tick.
func (s *Sender) Publish(tick uint64) {
	if to := s.committed(tick); to != s.published {
		s.publish(to)
	}
}

// PublishOpen makes everything visible, the open iteration included: what is
// visible cannot be rolled back, so that iteration is torn.
func (s *Sender) PublishOpen() {
	if s.next != s.published {
		s.publish(s.next)
	}
	s.mark = s.next
}

// publish stores tail and then looks at the receiver's registration; see
// park.Parker for why the pair loses no wake-up.
func (s *Sender) publish(to uint64) {
	c := s.core
	s.published = to
	if to >= s.stampAt {
		s.stampAt = c.latency.stamp(to)
	}
	c.tail.Store(to)
	park.Point()
	if to >= c.rxWaitAt.Load() {
		c.wakeRx(to)
	}
}

// Rollback takes back what the iteration tick staged, except what was
// published in the middle of it.
func (s *Sender) Rollback(tick uint64) {
	if s.tick == tick {
		s.next = max(s.mark, s.published)
		s.mark = s.next
		s.limit = min(s.limit, s.next) // the room beyond is asked for anew
	}
}

// Close publishes what was committed and ends the ring for good.
func (s *Sender) Close(tick uint64) {
	s.Publish(tick)
	s.core.close()
}

// Refuse makes the next Slot fail, so that its caller learns why from the ring.
// It does nothing while the ring takes messages.
func (s *Sender) Refuse() {
	if s.core.gone.Load() || s.core.closed.Load() {
		s.limit = s.next
	}
}

// Drop counts one message sent into a ring that End closed.
func (s *Sender) Drop() bool {
	if !s.core.ended.Load() {
		return false
	}
	s.core.dropped.Add(1)
	return true
}

// Arm asks the receiver to wake the sender once n slots are free, and pokes it
// so that it gives back what it holds at its next boundary. The sender's
// parker must be armed. exclusive says that the sender has no other way out.
// 1 <= n <= capacity, and at the time of the call fewer slots were vacant.
func (s *Sender) Arm(n uint64, exclusive bool) {
	c := s.core
	c.txWaitAt.Store(s.next + n - c.capacity)
	if exclusive {
		c.txNeed.Store(n)
	}
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
