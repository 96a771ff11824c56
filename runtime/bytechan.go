package steady

import (
	"fmt"
	"math"
)

// maxByteRing is what a span can point into, less on 32-bit machines. Lengths
// and numbers of messages fit into 32 bits, too, which Vacant relies on.
const maxByteRing = min(math.MaxUint32, uint64(maxBytes))

// ByteChan is a bounded channel of messages that are bytes, of any size up to a
// limit, from one actor to one other. Like Chan it never drops, and all that is
// said there of iterations, waits and stops holds here. Claim its ends with Tx
// and Rx.
//
// The bytes of all messages lie in one piece of memory that is made once: a
// message costs no allocation, the sender can write it where it will lie, and
// the receiver reads it there. Each message is contiguous: one that does not
// fit before the end of the memory starts at its beginning, and the bytes
// before the end stay unused until those behind are released. So a mix of
// sizes needs some more room than their sum; a ring of four times the largest
// message or more wastes little.
//
// Telemetry shows the type []byte. Length, capacity and rates count messages,
// not bytes: a channel that is full of bytes may look half empty.
type ByteChan struct {
	c   *Chan[span]
	buf []byte
	tx  *ByteTx // once it is claimed
	rx  *ByteRx
}

// span says where a message lies. It holds no pointers, so the ring does not
// wipe it on release: the sender goes on to read what it wrote.
//
// pos counts all bytes since the start, unused ones included. It only grows,
// and pos modulo the size of the ring is off: two spans that are less than the
// size of the ring apart share no bytes.
type span struct {
	pos       uint64
	off, size uint32
}

// NewByteChan adds a channel to g that holds at most so many messages, and so
// many bytes in all of them; both at least one, and bytes at most 4 GiB - 1. A
// message of the size of the whole ring is fine, but waits until it is alone.
// The name must be unique within the graph.
func NewByteChan(g *Graph, name string, messages, bytes int) *ByteChan {
	g.build("NewByteChan", name)
	if bytes < 1 {
		g.mistake("channel %q: %d bytes: want 1 or more", name, bytes)
		bytes = 1
	} else if uint64(bytes) > maxByteRing {
		g.mistake("channel %q: %d bytes: want %d or less", name, bytes, uint64(maxByteRing))
		bytes = 1
	}
	if messages > 0 && uint64(messages) > maxByteRing {
		g.mistake("channel %q: capacity %d: want %d or less", name, messages, uint64(maxByteRing))
		messages = 1
	}
	c := NewChan[span](g, name, messages)
	c.e.typ, c.e.bytes = "[]byte", bytes
	b := &ByteChan{c: c, buf: make([]byte, bytes)}
	c.e.ends = b
	return b
}

// Name returns the name of the channel.
func (c *ByteChan) Name() string { return c.c.Name() }

// Tx claims the sending end for the actor. A second claim is a wiring mistake
// that Run returns.
func (c *ByteChan) Tx(s *Spec) *ByteTx {
	c = c.orNil()
	t := &ByteTx{tx: c.c.Tx(s), buf: c.buf, quarter: max(1, uint64(len(c.buf))/4)}
	t.tx.p.bytes, c.tx = t, t
	return t
}

// Rx claims the receiving end for the actor. A second claim is a wiring mistake
// that Run returns.
func (c *ByteChan) Rx(s *Spec) *ByteRx {
	c = c.orNil()
	c.rx = &ByteRx{rx: c.c.Rx(s), buf: c.buf, quarter: max(1, uint64(len(c.buf))/4)}
	return c.rx
}

// TooLargeError says that a message can never be sent, since it has more bytes
// than the channel.
type TooLargeError struct {
	Channel string
	Size    int // bytes of the message
	Limit   int // bytes of the channel
}

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("steady: channel %q: a message of %d bytes is too large: want %d or less", e.Channel, e.Size, e.Limit)
}
