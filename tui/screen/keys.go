package screen

import (
	"io"
	"sync"
	"time"
)

// maxKeys bounds the input that nobody has read yet; the rest waits in the
// kernel.
const maxKeys = 64 << 10

// keyQueue holds what was typed until it is read.
type keyQueue struct {
	mu     sync.Mutex
	some   *sync.Cond
	buf    []byte
	closed bool
	full   bool   // put was told to wait
	space  func() // called when a full queue has room again

	reads [32]struct {
		at time.Time
		n  int
	}
	next int
}

func newKeyQueue(space func()) *keyQueue {
	q := &keyQueue{space: space}
	q.some = sync.NewCond(&q.mu)
	return q
}

// put adds what one read brought, and reports whether there is room for more.
func (q *keyQueue) put(b []byte, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(b) > 0 {
		q.buf = append(q.buf, b...)
		r := &q.reads[q.next%len(q.reads)]
		r.at, r.n = now, len(b)
		q.next++
		q.some.Signal()
	}
	q.full = len(q.buf) >= maxKeys
	return !q.full
}

// Read implements io.Reader: it waits for input and ends with io.EOF when the
// terminal was closed or is gone.
func (q *keyQueue) Read(p []byte) (int, error) {
	q.mu.Lock()
	for len(q.buf) == 0 && !q.closed {
		q.some.Wait()
	}
	n := copy(p, q.buf)
	q.buf = q.buf[:copy(q.buf, q.buf[n:])]
	room := q.full && len(q.buf) < maxKeys/2
	if room {
		q.full = false
	}
	q.mu.Unlock()
	if room {
		q.space()
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// since returns how many bytes were read after t, as far back as is known.
func (q *keyQueue) since(t time.Time) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, r := range q.reads {
		if r.at.After(t) {
			n += r.n
		}
	}
	return n
}

func (q *keyQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.some.Broadcast()
}
