package ring

import "fmt"

// Spy is what a test kit sees of a ring, and does to it. It is set before
// either side runs; a ring without one pays a look at a word that it reads
// anyway.
type Spy struct {
	// Published is called by the sender before messages [from, to) become
	// visible. Nil means that nobody asks.
	Published func(from, to uint64)
	gate      gate
}

func (s *Spy) publish(from, to uint64) {
	if s.Published != nil {
		s.Published(from, to)
	}
}

// Spy sets the spy of the ring. The sender is its only one.
func (c *Core) Spy(s *Sender, spy *Spy) {
	c.spy = spy
	s.stampAt = 0
}

// Freeze hides from the receiver all that is published, and the end of the ring,
// from now on until Thaw. Both sides must be at rest when it is called.
func (c *Core) Freeze() {
	if !c.Frozen() {
		c.spy.gate.close(c.tail.Load())
	}
}

// Thaw undoes Freeze. The gate is open before the receiver is woken, which looks
// at it after it was armed.
func (c *Core) Thaw() {
	c.spy.gate.open()
	c.rxWaitAt.Store(never)
	c.rx.wake()
	c.rx.poke()
}

// Frozen reports whether the ring hides something from its receiver.
func (c *Core) Frozen() bool { return c.spy != nil && c.spy.gate.shut() }

// Check says what is wrong with what the sender has made visible, for a sender in
// iteration tick. torn says that this iteration was counted as torn.
func (s *Sender) Check(tick uint64, torn bool) error {
	done := s.Next()
	if s.Tick == tick {
		done = s.base + s.Mark // not committed, which is to be checked, too
	}
	switch tail, next := s.core.tail.Load(), s.Next(); {
	case tail != s.published:
		return fmt.Errorf("published %d messages, but the receiver sees %d", s.published, tail)
	case int64(next-tail) < 0:
		return fmt.Errorf("the next message is %d, but %d are published", next, tail)
	case int64(tail-done) > 0 && !torn:
		return fmt.Errorf("%d messages of an iteration that is not over are visible, and it does not count as torn", tail-done)
	case next-s.core.head.Load() > s.core.capacity:
		return fmt.Errorf("%d messages are in flight, the capacity is %d", next-s.core.head.Load(), s.core.capacity)
	}
	return nil
}

// Hidden is how many messages of finished iterations are not visible.
func (s *Sender) Hidden(tick uint64) uint64 {
	return uint64(max(0, int64(s.committed(tick)-s.published)))
}

// Check says what is wrong with what the receiver has given back, for one in
// iteration tick.
func (r *Receiver) Check(tick uint64) error {
	done := r.Next()
	if r.Tick == tick {
		done = r.base + r.Mark
	}
	switch head, next := r.core.head.Load(), r.Next(); {
	case head != r.released:
		return fmt.Errorf("released %d messages, but the sender sees %d", r.released, head)
	case int64(head-done) > 0:
		return fmt.Errorf("%d messages of an iteration that is not over are given back", head-done)
	case int64(r.core.tail.Load()-next) < 0:
		return fmt.Errorf("the next message is %d, but only %d are published", next, r.core.tail.Load())
	}
	return nil
}

// Held is how many messages of finished iterations are not given back.
func (r *Receiver) Held(tick uint64) uint64 { return r.committed(tick) - r.released }
