package steady

// Which bytes of a ByteChan are free needs no counter of its own. A span stays
// in its slot until the slot is used again, so the sender can read every span
// from the released head of the ring on, all of which it wrote itself: the bytes
// from the position of the oldest one to the end of the newest are in use, and
// all others are free. The slot at head may be read only while that message is
// in flight, head < Next; if none is, all bytes are free.
//
// The receiver reads the bytes of a message before it stores a head behind it,
// and the sender loads head (Vacant) before it overwrites the bytes of messages
// before that one. In the other direction the sender writes bytes and span
// before it stores the tail that makes them visible, and the receiver loads tail
// before it reads either. Both stores release and both loads acquire, so no byte
// is written while it is read.
//
// A rollback takes back spans, and with them their bytes: whoever sends next
// needs a new window (Sender.Rollback), and find starts from the last span that
// is left. Its slot may hold a span that was rolled back instead, if the
// iteration had used all slots. Then all messages before it had been released:
// nothing is in flight, and any position will do.

// span returns the slot of message i.
func (t *ByteTx) span(i uint64) *span {
	return &t.tx.slots[i&uint64(len(t.tx.slots)-1)]
}

// end returns where the last message ends; 0, 0 before the first one.
func (t *ByteTx) end() (pos, at uint64) {
	last := t.span(t.tx.p.Next() - 1)
	return last.pos + uint64(last.size), uint64(last.off) + uint64(last.size)
}

// head is the index of the oldest message that was not released.
func (t *ByteTx) head() uint64 {
	vacant := t.tx.p.Vacant() // loads it
	return t.tx.p.Next() + vacant - t.tx.p.Core().Capacity()
}

// locate returns where a message of size bytes goes while head is the oldest
// message in flight: behind the last one if it fits there in one piece, else at
// the beginning. Once nothing is in flight it always goes to the beginning, so
// that one as large as the ring fits.
func (t *ByteTx) locate(size, head uint64) (pos, at uint64) {
	all := uint64(len(t.buf))
	pos, at = t.end()
	if at > 0 && (all-at < size || head == t.tx.p.Next()) {
		return pos + all - at, 0
	}
	return pos, at
}

// ready finds a slot and size free bytes; false means that there is no room,
// or that the channel takes no messages any more.
func (t *ByteTx) ready(size uint64) bool {
	if pos, _ := t.end(); pos-t.told >= t.quarter {
		t.told = pos
		t.tx.p.a.flush() // before there is a window, which it may take away
	}
	if t.tx.p.N >= uint64(len(t.tx.window)) && !t.tx.advance() {
		return false
	}
	return t.find(size)
}

// find notes where a message of size bytes goes, and what follows it up to a
// quarter of the ring, so that Send comes here again to publish. When there is
// no room it notes the end of the last message.
func (t *ByteTx) find(size uint64) bool {
	pos, at := t.end()
	t.lap, t.at, t.free = pos-at, at, 0
	head := t.head()
	pos, at = t.locate(size, head)
	limit := pos // of the oldest message in flight, which is this one if there is no other
	if head != t.tx.p.Next() {
		limit = t.span(head).pos
	}
	limit += uint64(len(t.buf))
	if int64(limit-pos) < int64(size) { // pos may be beyond it
		return false
	}
	t.lap, t.at = pos-at, at
	t.free = min(limit-pos, uint64(len(t.buf))-at, max(size, t.quarter))
	return true
}

// knows reports whether there is room by what the port knows without looking:
// bytes in one piece for all messages. After a rollback, when free is not to be
// trusted, no slot is known to be vacant.
func (t *ByteTx) knows(messages, size uint64) bool {
	return t.tx.p.Known() >= messages && t.free >= size
}

// slots returns how many slots have to be vacant before there is room for so
// many messages of size bytes in all: a wait for bytes is a wait for the head
// to reach the message whose bytes are the last that are in the way. It is at
// most the capacity, as nothing is in the way when no message is in flight.
//
// Size bytes in one piece are enough for messages of any split. Those that fit
// before the end of the ring take nothing from the piece at the beginning, and
// once one was sent to that piece all others follow it there.
func (t *ByteTx) slots(messages, size uint64) uint64 {
	t.free = 0 // the next Send has to go where this piece is
	head, next := t.head(), t.tx.p.Next()
	pos, _ := t.locate(size, head)
	from := pos + size - uint64(len(t.buf)) // what begins before it is in the way
	low, high := head, next
	for low < high {
		if mid := low + (high-low)/2; int64(t.span(mid).pos-from) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return max(messages, low+t.tx.p.Core().Capacity()-next)
}

// evalRoom looks at a condRoom; see eval. Its n holds messages and bytes.
func evalRoom(c *Cond) verdict {
	messages, size := c.n>>32, c.n&(1<<32-1)
	t := c.out().bytes
	switch {
	case t.knows(messages, size), c.out().Core().Ended(): // what is sent is counted and dropped
		return holds
	case c.out().Core().Gone() || c.out().Core().Closed():
		return impossible
	}
	if need := t.slots(messages, size); c.out().Vacant() >= need {
		return holds
	}
	return unmet
}

// armRoom registers a condRoom with its ring.
func armRoom(c *Cond, exclusive bool) {
	c.out().Arm(c.out().bytes.slots(c.n>>32, c.n&(1<<32-1)), exclusive)
}
