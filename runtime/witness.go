package steady

import (
	"bytes"
	"fmt"
	"unsafe"

	"github.com/steadytop/steadytop/runtime/internal/ring"
)

// witness compares what is received from a channel with what was sent: each
// message that is given back has to be the next one, and to be what it was when
// it became visible, bit by bit. It is for tests: the flow of the sender and that
// of the receiver must not run at the same time.
type witness interface {
	problem() error
}

// copies is the witness of a Chan.
type copies[T any] struct {
	c        *Chan[T]
	sent     []T // copies of what lies in the ring
	released uint64
	err      error
}

func (c *Chan[T]) newWitness() witness {
	l := &copies[T]{c: c, sent: make([]T, len(c.ring.Slots()))}
	c.ring.Spy(c.e.sender, &ring.Spy{Published: l.published})
	c.rx.p.OnRelease(l.release)
	return l
}

func (l *copies[T]) published(from, to uint64) {
	slots := l.c.ring.Slots()
	for i := from; i != to; i++ {
		k := i & uint64(len(slots)-1)
		copy(l.sent[k:k+1], slots[k:k+1]) // as memory, padding included
	}
}

func (l *copies[T]) release(from, to uint64) {
	if from != l.released && l.err == nil {
		l.err = fmt.Errorf("message %d is given back, and %d is the next", from, l.released)
	}
	l.released = to
	slots := l.c.ring.Slots()
	for i := from; i != to; i++ {
		k := i & uint64(len(slots)-1)
		if l.err == nil && !bytes.Equal(raw(&slots[k]), raw(&l.sent[k])) {
			l.err = fmt.Errorf("message %d was %v when it was sent, and is %v", i, l.sent[k], slots[k])
		}
	}
}

func (l *copies[T]) problem() error { return l.err }

// raw is the memory of v.
func raw[T any](v *T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(v)), unsafe.Sizeof(*v))
}
