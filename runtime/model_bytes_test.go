package steady

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// byteSteps are the steps of a byteLoop.
var byteSteps = slices.Concat([]string{"nothing"}, slices.Repeat([]string{
	"TrySend", "TryTake", "Commit", "Publish", "All", "Send", "Wait for room",
}, 4), []string{"TryPeek", "Publish later", "fail", "time passes"})

// byteLoop is an actor that owns both ends of a ByteChan.
type byteLoop struct {
	player
	plain[string]
	tx    *ByteTx
	rx    *ByteRx
	limit int      // bytes of the channel
	made  int      // how many messages were made
	views [][]byte // what the open iteration has taken
}

// see is called after each call of the library: all messages that were not given
// back are whole, those that were taken in this iteration, too.
func (m *byteLoop) see() {
	m.must(m.count(m.tx.tx.p.e, 0))
	for i := m.released; i < len(m.sent); i++ {
		if p := m.rx.view(*m.tx.span(uint64(i))); string(p) != m.sent[i] {
			m.fail("message %d is %q, want %q", i, p, m.sent[i])
		}
	}
	m.views = m.views[len(m.views)-(m.taken-m.takenMark):]
	for i, p := range m.views {
		if want := m.sent[m.takenMark+i]; string(p) != want || cap(p) != len(p) {
			m.fail("a message taken before is %q, want %q", p, want)
		}
	}
	if m.pace == 0 {
		m.must(m.hidden())
	}
}

// message returns a message of n bytes that is like none of those before it.
func (m *byteLoop) message(n int) []byte {
	m.made++
	return fillBytes(make([]byte, n), m.made)
}

// size makes the size of a message out of 0 to 99, a small one for most of them.
func (m *byteLoop) size(n int) int {
	if n%3 > 0 {
		return n % (m.limit/4 + 2)
	}
	return n * m.limit / 99
}

// fits says whether so many messages, of so many bytes in one piece, have room if
// first is the oldest that was not given back. The bytes from there to the end of
// the last one are in use, and what does not fit before the end of the memory goes
// to its beginning.
func (m *byteLoop) fits(messages, n, first int) bool {
	next := len(m.sent)
	switch {
	case n > m.limit || messages > m.capacity-(next-first):
		return false
	case first == next:
		return true
	}
	oldest, last := m.tx.span(uint64(first)), m.tx.span(uint64(next-1))
	end, at := int(last.pos)+int(last.size), int(last.off)+int(last.size)
	if at > 0 && m.limit-at < n {
		end += m.limit - at
	}
	return end+n-int(oldest.pos) <= m.limit
}

// offer calls send, which reports whether it has sent p; it needs room for n bytes.
func (m *byteLoop) offer(p []byte, n int, send func() bool) bool {
	fits := m.fits(1, n, m.released)
	ok := send()
	if ok {
		m.send(string(p))
	}
	if m.see(); fits && !ok || ok && !fits && m.pace == 0 {
		m.fail("sent %d of %d bytes: %v, want %v", len(p), n, ok, fits)
	}
	if !ok {
		m.must(m.hidden())
		return false
	}
	s, first := m.tx.span(uint64(len(m.sent)-1)), m.tx.span(uint64(m.released))
	if end := int(s.pos) + len(p); end-int(first.pos) > m.limit || int(s.off)+len(p) > m.limit || (s.pos-uint64(s.off))%uint64(m.limit) != 0 {
		m.fail("a message lies at %+v, the oldest at %+v, in %d bytes", *s, *first, m.limit)
	}
	return true
}

// take takes one message, or looks at it.
func (m *byteLoop) take(next func() ([]byte, bool), n int) {
	there := m.there()
	p, ok := next()
	if ok && string(p) != m.sent[m.taken] {
		m.fail("found %q, want %q", p, m.sent[m.taken])
	}
	if ok && n > 0 {
		m.views = append(m.views, p)
		m.taken++
	}
	if m.see(); !ok && there > 0 || m.visible < m.taken {
		m.fail("found a message: %v, with %d there", ok, there)
	}
}

// wait waits for room, and sends messages that need all of it.
func (m *byteLoop) wait(d do) {
	messages, n := 1+d.n%min(m.capacity, 4), m.size(d.n)
	if !m.fits(messages, n, m.taken) {
		return // it would wait for ever
	}
	m.stand()
	if !m.a.Wait(m.tx.Vacant(messages, n)) {
		m.fail("Wait for room is false")
	}
	m.see()
	for i := messages; i > 0; i-- {
		size := n
		if i > 1 {
			size = d.n * n / 100
		}
		p := m.message(size)
		if n -= size; !m.offer(p, size, func() bool { return m.tx.TrySend(p) }) {
			m.fail("no room for %d messages more, of %d bytes", i, n+size)
		}
	}
}

func (m *byteLoop) step(d do) {
	n := m.size(d.n)
	p := m.message(n)
	switch d.step {
	case "TrySend":
		m.offer(p, n, func() bool { return m.tx.TrySend(p) })
	case "Send":
		if m.fits(1, n, m.released) {
			m.offer(p, n, func() bool { return m.tx.Send(p) == nil })
		}
	case "Publish":
		more := min(n+d.n%4, m.limit)
		m.offer(p, more, func() bool {
			q, ok := m.tx.Reserve(more)
			if ok {
				m.tx.Publish(copy(q, p))
			}
			return ok
		})
	case "Publish later":
		if _, ok := m.tx.Reserve(n); ok && m.offer(p, n, func() bool { return m.tx.TrySend(p) }) {
			m.panics("Publish(0): ", func() { m.tx.Publish(0) })
		}
	case "TryTake":
		m.take(m.rx.TryTake, 1)
	case "TryPeek":
		m.take(m.rx.TryPeek, 0)
	case "All":
		if m.there() == 0 {
			return // what is open would be torn
		}
		for p := range m.rx.All() {
			if m.take(func() ([]byte, bool) { return p, true }, 1); m.unread() == 0 || d.n%9 == 0 {
				return
			}
			d.n--
			m.stand()
		}
	case "Wait for room":
		m.wait(d)
	case "Commit":
		m.stand()
		m.a.Commit()
	case "fail":
		panic(errFalls)
	case "time passes":
		<-time.After(m.pace * time.Duration(d.n))
	}
	m.see()
}

// Whatever an actor does with the two ends of a ByteChan, a slice of messages says
// what each call returns, that they are whole as long as they may be read, and what
// is left at the end. A message has room exactly when the documentation says so.
func TestAByteChanIsASlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			g := &Graph{}
			m := &byteLoop{limit: rapid.IntRange(1, 200).Draw(t, "bytes")}
			m.capacity, m.pace = rapid.IntRange(1, 20).Draw(t, "capacity"), rapid.SampledFrom(paces).Draw(t, "pace")
			m.script = drawScript(t, byteSteps, 200)
			c := NewByteChan(g, "c", m.capacity, m.limit)
			s := g.Actor("both", always)
			m.tx, m.rx = c.Tx(s), c.Rx(s)
			s.Run(func(a *Actor) error { return m.play(a, m.fall, func() error { return m.each(m.step, m.stand) }) })
			err := g.Serve(context.Background())
			if err := cmp.Or(m.bad, m.left(err)); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// left says what is wrong with the error of Serve, which has to count what is left.
func (p *plain[T]) left(err error) error {
	var left *LeftoverError
	switch n := p.unread(); {
	case n == 0 && err == nil:
	case errors.As(err, &left) && len(left.Channels) == 1 && left.Channels[0].Count == uint64(n):
	default:
		return fmt.Errorf("Serve: %v, want %d messages left", err, n)
	}
	return nil
}
