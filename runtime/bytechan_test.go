package steady

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// byteSize is the size of message i: mostly small ones, and now and then none,
// one byte, or all that the channel has.
func byteSize(i, limit int) int {
	r := rand.New(rand.NewPCG(uint64(i), uint64(limit)))
	switch r.IntN(12) {
	case 0:
		return 0
	case 1:
		return 1
	case 2:
		return limit
	case 3:
		return r.IntN(limit + 1)
	default:
		return r.IntN(min(limit, limit/8+2) + 1)
	}
}

// fillBytes writes message i.
func fillBytes(p []byte, i int) []byte {
	for j := range p {
		p[j] = byte(i*31 + i>>8 + j*7)
	}
	return p
}

func byteMessage(i, limit int) []byte { return fillBytes(make([]byte, byteSize(i, limit)), i) }

// expectBytes returns a check of message i, which is done when next is called.
func expectBytes(t *testing.T, n, limit int) (want func(p []byte), next func()) {
	i, bad := 0, 0
	t.Cleanup(func() {
		if i != n {
			t.Errorf("received %d of %d", i, n)
		}
	})
	return func(p []byte) {
		if w := byteMessage(i, limit); !bytes.Equal(p, w) || cap(p) != len(p) {
			if bad++; bad < 5 {
				t.Errorf("message %d: got %x, want %x", i, p[:min(len(p), 20)], w[:min(len(w), 20)])
			}
		}
	}, func() { i++ }
}

// byteShape is one way to use the ports; see shape.
type byteShape struct {
	name   string
	source func(n int, fail func(int)) func(*Actor, *ByteTx) error
	stage  func(fail func(int)) func(*Actor, *ByteRx, *ByteTx) error
	sink   func(t *testing.T, n, limit int, fail func(int)) func(*Actor, *ByteRx) error
}

var byteShapes = []byteShape{
	{"each", bytesEach, passBytesEach, takeBytesEach},
	{"try", bytesTry, passBytesTry, takeBytesTry},
	{"in place", bytesInPlace, passBytesInPlace, takeBytesEach},
}

func bytesEach(n int, fail func(int)) func(*Actor, *ByteTx) error {
	next := 0
	return func(a *Actor, out *ByteTx) error {
		_, limit := out.Capacity()
		for next < n && a.Running() {
			if err := out.Send(byteMessage(next, limit)); err != nil {
				return err
			}
			fail(next)
			next++
		}
		return nil
	}
}

func passBytesEach(fail func(int)) func(*Actor, *ByteRx, *ByteTx) error {
	return func(_ *Actor, in *ByteRx, out *ByteTx) error {
		for p := range in.All() {
			fail(len(p))
			if err := out.Send(p); err != nil {
				return err
			}
			fail(len(p))
		}
		return nil
	}
}

func takeBytesEach(t *testing.T, n, limit int, fail func(int)) func(*Actor, *ByteRx) error {
	want, next := expectBytes(t, n, limit)
	return func(_ *Actor, in *ByteRx) error {
		for p := range in.All() {
			want(p)
			fail(len(p))
			next()
		}
		return nil
	}
}

func bytesTry(n int, fail func(int)) func(*Actor, *ByteTx) error {
	next := 0
	return func(a *Actor, out *ByteTx) error {
		messages, limit := out.Capacity()
		for next < n && a.Running() {
			ps := [][]byte{byteMessage(next, limit)}
			if p := byteMessage(next+1, limit); messages > 1 && next+1 < n && len(ps[0])+len(p) <= limit {
				ps = append(ps, p)
			}
			if next%3 == 0 && out.TrySend(ps[0]) { // without having waited
				fail(next)
				next++
				continue
			}
			if !a.Wait(out.Vacant(len(ps), len(bytes.Join(ps, nil)))) {
				continue
			}
			for _, p := range ps {
				if !out.TrySend(p) {
					panic("no room after Vacant")
				}
			}
			fail(next)
			next += len(ps)
		}
		return nil
	}
}

func passBytesTry(fail func(int)) func(*Actor, *ByteRx, *ByteTx) error {
	return func(a *Actor, in *ByteRx, out *ByteTx) error {
		for a.Running(in.Drained(), out.Closed()) {
			p, ok := in.TryPeek()
			if !ok {
				a.Wait(in.Avail(1))
				continue
			}
			if !a.Wait(in.Avail(1), out.Vacant(1, len(p))) {
				continue
			}
			v, ok := in.TryTake()
			if !ok || !bytes.Equal(p, v) || !out.TrySend(v) {
				panic("the wait was not true")
			}
			fail(len(p))
		}
		return nil
	}
}

func takeBytesTry(t *testing.T, n, limit int, fail func(int)) func(*Actor, *ByteRx) error {
	want, next := expectBytes(t, n, limit)
	return func(a *Actor, in *ByteRx) error {
		for a.Running(in.Drained()) {
			p, ok := in.TryTake()
			if !ok {
				a.Wait(in.Avail(1))
				continue
			}
			want(p)
			fail(len(p))
			next()
		}
		return nil
	}
}

func bytesInPlace(n int, fail func(int)) func(*Actor, *ByteTx) error {
	next := 0
	return func(a *Actor, out *ByteTx) error {
		_, limit := out.Capacity()
		for next < n && a.Running() {
			size := byteSize(next, limit)
			most := min(limit, size+next%5) // only a part is published
			p, ok := out.Reserve(most)
			if !ok {
				a.WaitAny(out.Vacant(1, most), a.Every(1<<40))
				continue
			}
			fillBytes(p[:size], next)
			fail(next)
			out.Publish(size)
			fail(next)
			next++
		}
		return nil
	}
}

func passBytesInPlace(fail func(int)) func(*Actor, *ByteRx, *ByteTx) error {
	return func(a *Actor, in *ByteRx, out *ByteTx) error {
		for p := range in.All() {
			q, ok := out.Reserve(len(p))
			for ; !ok; q, ok = out.Reserve(len(p)) {
				if !a.Wait(out.Vacant(1, len(p))) && a.Context().Err() != nil {
					return ErrStopped
				}
			}
			copy(q, p)
			fail(len(p))
			out.Publish(len(p))
			fail(len(p))
		}
		return nil
	}
}

// The same bodies, with failures, on everything that an actor can run on.
func TestBytesOnEverySchedule(t *testing.T) {
	for _, s := range schedules {
		for _, sh := range byteShapes {
			for _, room := range [][2]int{{1, 1}, {1, 100}, {4, 64}, {1000, 64}, {64, 4096}} {
				for name, rate := range map[string]int{"calm": 0, "failing": 20} {
					t.Run(fmt.Sprintf("%s/%s/%v/%s", s.name, sh.name, room, name), func(t *testing.T) {
						n := 1_500
						if room[0] == 1 {
							n = 200 // each message parks both sides
						}
						conformBytes(t, &Graph{Park: s.park}, sh, room[0], room[1], n, rate, s.on)
					})
				}
			}
		}
	}
}

func conformBytes(t *testing.T, g *Graph, sh byteShape, messages, limit, n, rate int, on []Option) {
	t.Helper()
	opts := func(i int) []Option { return []Option{always, on[i%len(on)]} }
	fail := func(i int) func(int) {
		if rate == 0 {
			return never
		}
		return chance(rand.New(rand.NewPCG(uint64(limit), uint64(i))), n/rate)
	}
	a, b := NewByteChan(g, "a", messages, limit), NewByteChan(g, "b", messages, limit)
	s := g.Actor("source", opts(0)...)
	out, source := a.Tx(s), sh.source(n, fail(0))
	s.Run(func(a *Actor) error { return source(a, out) })
	s = g.Actor("stage", opts(1)...)
	in, next, stage := a.Rx(s), b.Tx(s), sh.stage(fail(1))
	s.Run(func(a *Actor) error { return stage(a, in, next) })
	s = g.Actor("sink", opts(2)...)
	last, sink := b.Rx(s), sh.sink(t, n, limit, fail(2))
	s.Run(func(a *Actor) error { return sink(a, last) })
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	checkInvariants(t, g)
}
