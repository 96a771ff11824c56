package steady

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// laneSteps are the steps of a laneLoop.
var laneSteps = slices.Concat([]string{"nothing"}, slices.Repeat([]string{
	"Send", "TrySend", "Commit", "WaitLane for messages", "All", "WaitLane for room", "lane TryTake", "lane TrySend",
}, 4), []string{"Send", "Send", "fail"})

// turns watches how the lanes of a bundle take turns.
type turns struct {
	now   int
	last  []int // the last turn of each lane; 0 before the first
	since []int // since which turn each lane is ready without a break; -1 when it is not
}

func newTurns(lanes int) turns { return turns{last: make([]int, lanes), since: make([]int, lanes)} }

func (t *turns) ready(i int, is bool) {
	if !is {
		t.since[i] = -1
	} else if t.since[i] < 0 {
		t.since[i] = t.now
	}
}

// serve is a turn of lane i. A lane that was ready for as many turns as there are
// lanes has been found, and then it has its turn before any other has two.
func (t *turns) serve(i int) error {
	t.now++
	before := t.last[i]
	t.last[i] = t.now
	for k, since := range t.since {
		if since >= 0 && since+len(t.since) <= before && t.last[k] < before {
			return fmt.Errorf("lane %d has its turns %d and %d, lane %d, ready since turn %d, had its last at %d", i, before, t.now, k, since, t.last[k])
		}
	}
	return nil
}

// laneLoop is an actor that owns both ends of all lanes of a bundle.
type laneLoop struct {
	player
	b       *Bundle[int]
	lanes   []*plain[int]
	tx      *BundleTx[int]
	rx      *BundleRx[int]
	out, in turns
	made    int
}

func (m *laneLoop) stand() {
	for _, p := range m.lanes {
		p.stand()
	}
}

func (m *laneLoop) commit() {
	m.stand()
	m.a.Commit()
	m.see()
}

func (m *laneLoop) fall() {
	for _, p := range m.lanes {
		p.fall()
	}
}

func (m *laneLoop) see() {
	for i, p := range m.lanes {
		m.must(cmp.Or(p.look(m.b.Lane(i), 0), p.hidden()))
		m.out.ready(i, p.room() > 0)
		m.in.ready(i, p.there() > 0)
	}
}

// most returns the most that has is for any lane.
func (m *laneLoop) most(has func(*plain[int]) int) int {
	n := 0
	for _, p := range m.lanes {
		n = max(n, has(p))
	}
	return n
}

// sends calls send, which sends a message to a lane if any has room.
func (m *laneLoop) sends(send func(v int) bool) {
	room, sent := m.most((*plain[int]).room), 0
	m.made++
	ok := send(m.made)
	for i, p := range m.lanes {
		if m.tx.Lane(i).p.Next() != uint64(len(p.sent)) {
			sent++
			p.send(m.made)
			m.must(m.out.serve(i))
		}
	}
	if m.see(); ok != (room > 0) || ok != (sent == 1) {
		m.fail("sent %d messages: %v, with room for %d", sent, ok, room)
	}
}

// waitLane is WaitLane(n). Lanes that have less than n are not ready for it.
func (m *laneLoop) waitLane(n int, t *turns, has func(*plain[int]) int, wait func() int) int {
	for i, p := range m.lanes {
		t.ready(i, has(p) >= n)
	}
	i := wait()
	if i < 0 || has(m.lanes[i]) < n {
		m.fail("WaitLane(%d) is lane %d", n, i)
	}
	m.must(t.serve(i))
	m.see()
	return i
}

// toLane sends a message to lane i if it has room, and take takes one.
func (m *laneLoop) toLane(i int) {
	room := m.lanes[i].room()
	m.made++
	ok := m.tx.Lane(i).TrySend(m.made)
	if ok {
		m.lanes[i].send(m.made)
	}
	if m.see(); ok != (room > 0) {
		m.fail("lane %d: TrySend is %v with room for %d", i, ok, room)
	}
}

func (m *laneLoop) take(i int) {
	p := m.lanes[i]
	v, ok := m.rx.Lane(i).TryTake()
	if ok != (p.there() > 0) || ok && v != p.sent[p.taken] {
		m.fail("lane %d: found %d, %v, with %d there", i, v, ok, p.there())
	}
	if ok {
		p.taken++
	}
	m.see()
}

// all takes n messages by All. A turn ends when the lane is empty, or after 16.
func (m *laneLoop) all(n int) {
	at, run := -1, 0
	for i, v := range m.rx.All() {
		m.see()
		if i != at || run == turnOf {
			if at >= 0 && run < turnOf && m.lanes[at].there() > 0 {
				m.fail("the turn of lane %d ends after %d messages, with %d there", at, run, m.lanes[at].there())
			}
			m.must(m.in.serve(i))
			at, run = i, 0
		}
		run++
		p := m.lanes[i]
		if p.there() == 0 || v != p.sent[p.taken] {
			m.fail("lane %d: got %d, with %d there", i, v, p.there())
		}
		p.taken++
		if n--; n <= 0 || m.most((*plain[int]).there) == 0 {
			return
		}
		m.stand()
	}
}

func (m *laneLoop) step(d do) {
	capacity := m.lanes[0].capacity
	lane, n := d.n%len(m.lanes), 1+d.n%capacity
	switch d.step {
	case "Send":
		if m.most((*plain[int]).room) > 0 {
			m.sends(func(v int) bool { return m.tx.Send(v) == nil })
		}
	case "TrySend":
		m.sends(m.tx.TrySend)
	case "lane TrySend":
		m.toLane(lane)
	case "lane TryTake":
		m.take(lane)
	case "WaitLane for room":
		if m.most(func(p *plain[int]) int { return capacity - p.unread() }) >= n {
			m.commit()
			m.toLane(m.waitLane(n, &m.out, (*plain[int]).room, func() int { return slices.Index(m.tx.lanes, m.tx.WaitLane(n)) }))
		}
	case "WaitLane for messages":
		if m.most((*plain[int]).unread) >= n {
			m.commit()
			m.take(m.waitLane(n, &m.in, (*plain[int]).there, func() int { return slices.Index(m.rx.lanes, m.rx.WaitLane(n)) }))
		}
	case "All":
		if m.most((*plain[int]).there) > 0 {
			m.all(d.n)
		}
	case "Commit":
		m.commit()
	case "fail":
		panic(errFalls)
	}
	m.see()
}

// Whatever an actor does with the two ends of a bundle, one slice for each lane says
// what each call returns. The lanes take turns: one that is ready is found, and then
// has its turn before any other has two, and a turn of All has 16 messages if the lane
// has them.
func TestABundleIsASliceForEachLane(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			g := &Graph{}
			lanes, capacity := rapid.IntRange(1, 70).Draw(t, "lanes"), rapid.IntRange(1, 70).Draw(t, "capacity")
			m := &laneLoop{b: NewBundle[int](g, "b", lanes, capacity), out: newTurns(lanes), in: newTurns(lanes)}
			m.script = drawScript(t, laneSteps, 100)
			for range lanes {
				m.lanes = append(m.lanes, &plain[int]{capacity: capacity})
			}
			s := g.Actor("both", always)
			m.tx, m.rx = m.b.Tx(s), m.b.Rx(s)
			s.Run(func(a *Actor) error { return m.play(a, m.fall, func() error { return m.each(m.step, m.stand) }) })
			err := g.Serve(context.Background())
			if left := m.most((*plain[int]).unread); m.bad != nil || (err != nil) != (left > 0) {
				t.Fatalf("%v; Serve: %v, with up to %d messages left in a lane", m.bad, err, left)
			}
		})
	})
}

// When all lanes are ready from the start, each has its turn before any has a second
// one, in order, by Send, by WaitLane, and by All with up to 16 messages a turn.
func TestLanesThatAreAllReadyTakeTurnsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lanes, capacity := rapid.IntRange(1, 140).Draw(t, "lanes"), rapid.IntRange(1, 40).Draw(t, "capacity")
		var want, got []int // message i goes to lane i % lanes
		for from, to := 0, 1; from < capacity; from, to = to, to+turnOf {
			for i := range lanes {
				for k := from; k < min(to, capacity); k++ {
					want = append(want, k*lanes+i)
				}
			}
		}
		g := &Graph{}
		b := NewBundle[int](g, "b", lanes, capacity)
		s := g.Actor("both")
		tx, rx := b.Tx(s), b.Rx(s)
		s.Run(func(a *Actor) error {
			for i := range want {
				if err := tx.Send(i); err != nil {
					return err
				}
			}
			for range lanes {
				v, _ := rx.WaitLane(1).TryTake()
				got = append(got, v)
			}
			if len(got) == len(want) {
				return nil // it would wait for ever
			}
			for lane, v := range rx.All() {
				if got = append(got, v); v%lanes != lane {
					t.Errorf("message %d comes from lane %d", v, lane)
				}
				if len(got) == len(want) {
					break
				}
			}
			return nil
		})
		if err := g.Serve(context.Background()); err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %v, %v, want %v", got, err, want)
		}
	})
}
