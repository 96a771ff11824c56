// Package ring is the single-producer single-consumer ring under every
// channel: indices, staging, publishing, releasing, and the words by which one
// side asks the other to wake it. It is the only place of the runtime that
// plays with atomics on the path of a message.
//
// Indices are absolute and never wrap in practice (2^64 messages); slot i of a
// message is i & mask. They are also the counters that telemetry reads, so a
// message costs no extra store.
//
// Each side works on a cursor of its own (Sender, Receiver) that stages: what
// it staged becomes visible to the other side only when it is published or
// released, up to the mark of the iteration that is still open. That is what
// makes an iteration roll back. The algorithm is Lamport's queue with cached
// indices (Lee, Bu and Chandranmenon 2010; FastForward, Giacomoni 2008) and
// absolute wake-at words.
package ring

import (
	"math"
	"sync/atomic"
	"unsafe"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// never is the wake-at value of a side that does not wait.
const never = math.MaxUint64

// Peer is what one side of a ring knows of the actor on the other side.
type Peer struct {
	Parker *park.Parker
	// Poke is the word that the actor compares with its iteration count at each
	// boundary; storing 0 makes it look up at the next one.
	Poke *atomic.Uint64
	// Called, of a receiver that waits for many rings at once, is where Bit is set
	// before the actor is woken for this one. Nil otherwise.
	Called *atomic.Uint64
	Bit    uint64
}

// wake wakes the actor for this ring.
func (p *Peer) wake() {
	if p.Called != nil {
		p.Called.Or(p.Bit)
		park.Point()
	}
	p.Parker.Wake()
}

// Core is the shared, untyped part of a ring. It is padded to 512 bytes: that
// size class is aligned to 512, so that no group straddles a cache line, and
// each group has two lines because neighbouring lines are fetched in pairs.
type Core struct {
	capacity uint64
	mask     uint64
	quarter  uint64 // staged at most before it is published: a quarter of the capacity, at least 1
	tx, rx   Peer   // set once, before the actors start
	latency  *Latency
	spy      *Spy // nil unless under test
	_        [128 - 3*8 - 2*unsafe.Sizeof(Peer{}) - 2*unsafe.Sizeof(uintptr(0))]byte

	// The sender's lines. The receiver writes rxWaitAt only when it is about to park.
	tail     atomic.Uint64 // messages published
	rxWaitAt atomic.Uint64 // wake the receiver once tail reaches this
	closed   atomic.Bool   // no message follows; stored after the last tail
	ended    atomic.Bool   // a feedback channel whose loop came to rest: sends are counted and dropped
	restamp  atomic.Bool   // the next publication takes a time stamp
	dropped  atomic.Uint64 // sends after ended
	rxArms   atomic.Uint64 // how often the receiver registered; beside what it stores then
	_        [128 - 8 - 8 - 16 - 8 - 8]byte

	// The receiver's lines. The sender writes txWaitAt only when it is about to park.
	head     atomic.Uint64 // messages released
	txWaitAt atomic.Uint64 // wake the sender once head reaches this
	gone     atomic.Bool   // the receiver is done for good
	txArms   atomic.Uint64 // how often the sender registered
	_        [128 - 8 - 8 - 8 - 8]byte

	// What a registered side waits for, for the deadlock guard: 0 means for
	// one, so that the waits of the library store nothing; elsewise means that
	// the wait has another way out. Stored before the registration.
	rxNeed atomic.Uint64
	txNeed atomic.Uint64
	_      [128 - 8 - 8]byte
}

// elsewise is the need of a side that something else can wake.
const elsewise = math.MaxUint64

// need is what a side stores for a wait for n.
func need(n uint64, exclusive bool) uint64 {
	switch {
	case !exclusive:
		return elsewise
	case n == 1:
		return 0
	default:
		return n
	}
}

func newCore(capacity int) *Core {
	size := uint64(1)
	for size < uint64(capacity) {
		size <<= 1
	}
	c := &Core{capacity: uint64(capacity), mask: size - 1, quarter: max(1, uint64(capacity)/4)}
	c.rxWaitAt.Store(never)
	c.txWaitAt.Store(never)
	return c
}

// SetPeers tells the ring who sends and who receives. It must be called before
// either side runs.
func (c *Core) SetPeers(tx, rx Peer) { c.tx, c.rx = tx, rx }

// Capacity is the number of messages the ring holds at most.
func (c *Core) Capacity() uint64 { return c.capacity }

// Counters returns how many messages were published and released so far, as
// one consistent pair: taken is read before and after sent, and the pair is
// read again until taken stood still, so that sent-taken is a fill that the
// ring had. Under a storm of releases it gives up after some tries and clamps.
func (c *Core) Counters() (sent, taken uint64) {
	taken = c.head.Load()
	for range 8 {
		park.Point()
		sent = c.tail.Load()
		park.Point()
		again := c.head.Load()
		if again == taken {
			return sent, taken
		}
		taken = again
	}
	park.Point()
	sent = c.tail.Load()
	return sent, max(taken, sent-min(sent, c.capacity))
}

// Closed reports whether the sender is done for good.
func (c *Core) Closed() bool { return c.closed.Load() }

// Gone reports whether the receiver is done for good.
func (c *Core) Gone() bool { return c.gone.Load() }

// Ended reports whether End closed the ring: sends do not wait any more.
func (c *Core) Ended() bool { return c.ended.Load() }

// Dropped is the number of messages sent after End.
func (c *Core) Dropped() uint64 { return c.dropped.Load() }

// Drained reports whether nothing is in the ring and nothing will come.
// closed is loaded first: after it no publication follows.
func (c *Core) Drained() bool {
	return c.closed.Load() && c.tail.Load() == c.head.Load()
}

// wakeRx wakes the receiver if it waits for index t or less. The
// compare-and-swap makes sure that one waker acts on one registration.
//
//go:noinline
func (c *Core) wakeRx(t uint64) {
	w := c.rxWaitAt.Load()
	park.Point()
	if t >= w && c.rxWaitAt.CompareAndSwap(w, never) {
		c.rx.wake()
	}
}

//go:noinline
func (c *Core) wakeTx(h uint64) {
	w := c.txWaitAt.Load()
	park.Point()
	if h >= w && c.txWaitAt.CompareAndSwap(w, never) {
		c.tx.wake()
	}
}

// close ends the ring on behalf of the sender: closed first, then the receiver is
// woken whatever it waits for, be it another ring, since its wait may have become
// impossible. It arms its parker before it loads closed, so one of the two sees
// the other.
func (c *Core) close() {
	c.closed.Store(true)
	park.Point()
	c.rxWaitAt.Store(never)
	c.rx.wake()
	c.rx.poke()
}

// End closes the ring on behalf of the runtime, while its sender still runs:
// later messages are counted and dropped. It is for feedback channels whose
// loop came to rest, that is, with both sides parked.
func (c *Core) End() {
	c.ended.Store(true)
	c.close()
	c.tx.poke()
	c.txWaitAt.Store(never)
	c.tx.wake()
}

// leave marks the receiver as done for good and lets the sender know.
func (c *Core) leave() {
	c.gone.Store(true)
	park.Point()
	c.txWaitAt.Store(never)
	c.tx.wake()
	c.tx.poke()
}

// poke spares the peer's cache line when it is poked already.
func (p *Peer) poke() {
	if p.Poke != nil && p.Poke.Load() != 0 {
		p.Poke.Store(0)
	}
}

// Stuck reports whether both sides are parked for ever: neither has another
// way out, the receiver waits for more than is there and the sender for more
// room than there is. held is what the open iteration of the receiver keeps.
//
// Both sides published and released all they could before they registered, and
// each looks here after it registered, so the second one sees the first. The
// registrations are read before and after the rest: what is read between two
// looks that find the same registration was so while it lasted. That it is the
// same one, and not another for the same index, is what the counts are for: each
// registration counts up before it stores anything.
func (c *Core) Stuck() (rxNeed, txNeed, held uint64, stuck bool) {
	rxArms, txArms := c.rxArms.Load(), c.txArms.Load()
	park.Point()
	r, w := c.rxWaitAt.Load(), c.txWaitAt.Load()
	park.Point()
	rxNeed, txNeed = max(1, c.rxNeed.Load()), max(1, c.txNeed.Load())
	park.Point()
	tail, head := c.tail.Load(), c.head.Load()
	if r == never || w == never || rxNeed == elsewise || txNeed == elsewise || tail >= r || head >= w {
		return 0, 0, 0, false
	}
	park.Point()
	if c.rxWaitAt.Load() != r || c.txWaitAt.Load() != w || c.closed.Load() || c.gone.Load() {
		return 0, 0, 0, false
	}
	if c.rxArms.Load() != rxArms || c.txArms.Load() != txArms {
		return 0, 0, 0, false
	}
	return rxNeed, txNeed, r - rxNeed - head, true
}

// Waiting reports which sides are registered to be woken. It is for checks
// after the end, when neither should be.
func (c *Core) Waiting() (rx, tx bool) {
	return c.rxWaitAt.Load() != never, c.txWaitAt.Load() != never
}

// Awaited is the same for telemetry.
func (c *Core) Awaited() (w telemetry.Awaited) {
	if c.rxWaitAt.Load() != never {
		w = telemetry.AwaitsMessage
	}
	park.Point()
	if c.txWaitAt.Load() != never {
		w |= telemetry.AwaitsRoom
	}
	return w
}
