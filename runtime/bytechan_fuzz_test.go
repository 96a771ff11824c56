package steady

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
)

// byteModel is an actor that owns both ends of a channel, and what it knows of
// the messages: those sent and taken so far, and how many of them stand.
type byteModel struct {
	t          *testing.T
	a          *Actor
	tx         *ByteTx
	rx         *ByteRx
	script     []byte
	sent       [][]byte
	taken      int
	sentStand  int
	takenStand int
}

func (m *byteModel) next() int {
	if len(m.script) == 0 {
		return 0
	}
	b := m.script[0]
	m.script = m.script[1:]
	return int(b)
}

func (m *byteModel) size(limit int) int {
	switch n := m.next(); {
	case n < 200:
		return n % (min(limit, limit/4+2) + 1)
	case n < 220:
		return limit
	default:
		return n * 257 % (limit + 1)
	}
}

func (m *byteModel) message(size int) []byte {
	return fillBytes(make([]byte, size), len(m.sent)*13+m.next())
}

// check compares all messages that were not released with the channel.
func (m *byteModel) check() {
	m.t.Helper()
	next := m.tx.tx.p.Next()
	if next != uint64(len(m.sent)) {
		m.t.Fatalf("the next message is %d, want %d", next, len(m.sent))
	}
	head := m.tx.head()
	for i := head; i < next; i++ {
		s := *m.tx.span(i)
		if p := m.rx.view(s); !bytes.Equal(p, m.sent[i]) {
			m.t.Fatalf("message %d of %d to %d: %x, want %x", i, head, next, p, m.sent[i])
		}
		if first := *m.tx.span(head); s.pos-first.pos+uint64(s.size) > uint64(len(m.tx.buf)) {
			m.t.Fatalf("message %d ends %d bytes behind the oldest", i, s.pos-first.pos+uint64(s.size))
		}
	}
}

// send sends p in one of two ways; Reserve may ask for some bytes more.
func (m *byteModel) send(p []byte, more int) bool {
	if m.next()%2 == 0 {
		if !m.tx.TrySend(p) {
			return false
		}
	} else {
		most := min(len(m.tx.buf), len(p)+more)
		q, ok := m.tx.Reserve(most)
		if !ok {
			q, ok = m.tx.Reserve(len(p))
		}
		if !ok {
			return false
		}
		copy(q, p)
		m.tx.Publish(len(p))
	}
	m.sent = append(m.sent, p)
	return true
}

func (m *byteModel) take() {
	m.t.Helper()
	if p, ok := m.rx.TryTake(); ok {
		if want := m.sent[m.taken]; !bytes.Equal(p, want) {
			m.t.Fatalf("took %x, want %x", p, want)
		}
		m.taken++
	}
}

// room asks for room and, if there is, sends messages that need all of it,
// while others are taken.
func (m *byteModel) room() {
	messages, limit := m.tx.Capacity()
	k, left := 1+m.next()%min(messages, 4), m.size(limit)
	c := m.tx.Vacant(k, left)
	if evalRoom(&c) != holds {
		return
	}
	for i := range k {
		size := m.next() * left / 255
		if i == k-1 {
			size = left
		}
		left -= size
		if !m.send(m.message(size), 0) {
			m.t.Fatalf("no room for message %d of %d, of %d bytes, with %d to follow", i, k, size, left)
		}
		if m.next()%3 == 0 {
			m.take()
		}
		m.check()
	}
}

func (m *byteModel) step() {
	_, limit := m.tx.Capacity()
	switch op := m.next(); {
	case op < 90:
		p, empty := m.message(m.size(limit)), m.tx.head() == m.tx.tx.p.Next()
		if !m.send(p, m.next()%4) && empty {
			m.t.Fatalf("no room for %d bytes in an empty channel", len(p))
		}
	case op < 150:
		m.take()
	case op < 190:
		m.room()
	case op < 235:
		m.a.Commit()
		m.sentStand, m.takenStand = len(m.sent), m.taken
	default:
		m.a.rollback(true)
		m.sent, m.taken = m.sent[:m.sentStand], m.takenStand
	}
	m.check()
}

func runByteModel(t *testing.T, messages, limit int, script []byte) {
	g := &Graph{}
	c := NewByteChan(g, "c", messages, limit)
	s := g.Actor("both")
	m := &byteModel{t: t, tx: c.Tx(s), rx: c.Rx(s), script: script}
	s.Run(func(a *Actor) error {
		m.a = a
		for len(m.script) > 0 {
			m.step()
		}
		a.Commit()
		for m.taken < len(m.sent) {
			m.take()
			a.Commit()
		}
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	checkInvariants(t, g)
}

func FuzzByteChan(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 400 {
		script := make([]byte, 600)
		for j := range script {
			script[j] = byte(r.Uint32())
		}
		f.Add(uint8(r.IntN(1<<(i%7))), uint16(r.IntN(1<<(i%10))), script)
	}
	f.Fuzz(func(t *testing.T, messages uint8, limit uint16, script []byte) {
		runByteModel(t, 1+int(messages)%70, 1+int(limit)%2000, script)
	})
}
