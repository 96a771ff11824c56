package ring

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// what has happened at some moment of an event.
type what string

const (
	publishes what = "publishes" // messages from..to, which are vals
	releases  what = "releases"  // messages from..to
	takes     what = "takes"     // messages from..to, and finds vals
	sees      what = "sees"      // that from were released and to published, at once; -1 means that it did not look
)

// event lasts from begin to end, by a clock that all goroutines share: one that
// ends before another begins has happened before it.
type event struct {
	what
	from, to   int
	vals       []any
	begin, end int
}

// history is all that happened to one ring, in the order of the begins. It is that of
// a bounded queue if a queue can go through the events one after the other, in some
// order. What must come before what is a graph, of the events and, after them, the
// moments of the clock; if it has no cycle, there is such an order.
type history struct {
	capacity            int
	events              []event
	after               [][]int // the nodes that must come after each one
	published, released []int   // the events that publish and release
	seen, bad           []bool  // of each node, by cyclic
}

func (h *history) before(a, b int) { h.after[a] = append(h.after[a], b) }

// first returns the first of those events that gets to n or more.
func (h *history) first(of []int, n int) int {
	i, _ := slices.BinarySearchFunc(of, n, func(e, n int) int { return cmp.Compare(h.events[e].to, n) })
	return i
}

// since puts node a to where n or more were published, or released.
func (h *history) since(a int, of []int, n int) error {
	switch i := h.first(of, n); {
	case n <= 0:
	case i == len(of):
		return fmt.Errorf("it never was %d: %v", n, h.events[a])
	default:
		h.before(of[i], a)
	}
	return nil
}

// until puts node a to where n or fewer were published, or released.
func (h *history) until(a int, of []int, n int) {
	if i := h.first(of, n+1); i < len(of) {
		h.before(a, of[i])
	}
}

// exactly puts node a to where n were published, or released.
func (h *history) exactly(a int, of []int, n int) error {
	if i := h.first(of, n); n > 0 && i < len(of) && h.events[of[i]].to != n {
		return fmt.Errorf("it never was %d: %v", n, h.events[a])
	}
	h.until(a, of, n)
	return h.since(a, of, n)
}

// check says why the history is none of a queue.
func (h *history) check() error {
	if err := h.queue(); err != nil {
		return err
	}
	n, last := len(h.events), slices.MaxFunc(h.events, func(a, b event) int { return cmp.Compare(a.end, b.end) }).end
	h.after = make([][]int, n+last+1)
	for t := range last {
		h.before(n+t, n+t+1)
	}
	for i, e := range h.events {
		h.before(n+e.begin, i)
		h.before(i, n+e.end)
		if err := h.place(i, e); err != nil {
			return err
		}
	}
	h.seen, h.bad = make([]bool, len(h.after)), make([]bool, len(h.after))
	for i, e := range slices.Backward(h.events) {
		if h.cyclic(i) {
			return fmt.Errorf("a queue can not have done this in any order: %v", e)
		}
	}
	return nil
}

// queue checks that what was taken is what was published, each once, in order, and
// notes who publishes and releases.
func (h *history) queue() error {
	var vals []any // of all that was published
	taken, released := 0, 0
	for i, e := range h.events {
		ok := true
		switch e.what {
		case publishes:
			ok = e.from == len(vals) && e.to == e.from+len(e.vals)
			vals = append(vals, e.vals...)
			h.published = append(h.published, i)
		case releases:
			ok = e.from == released && e.to <= taken
			released = e.to
			h.released = append(h.released, i)
		case takes:
			ok = e.from == taken && e.to == e.from+len(e.vals)
			taken = e.to
		case sees:
			ok = e.from < 0 || e.to < 0 || e.from <= e.to && e.to-e.from <= h.capacity
		}
		if !ok {
			return fmt.Errorf("after %d published, %d taken and %d released: %v", len(vals), taken, released, e)
		}
	}
	if taken != len(vals) {
		return fmt.Errorf("%d of %d were taken", taken, len(vals))
	}
	for _, e := range h.events {
		if e.what == takes && !slices.Equal(e.vals, vals[e.from:e.to]) {
			return fmt.Errorf("want %v: %v", vals[e.from:e.to], e)
		}
	}
	return nil
}

// place puts event i among those that publish and release.
func (h *history) place(i int, e event) (err error) {
	switch e.what {
	case publishes:
		return h.since(i, h.released, e.to-h.capacity)
	case releases:
		return h.since(i, h.published, e.to)
	case takes:
		h.until(i, h.released, e.from)
		return h.since(i, h.published, e.to)
	case sees:
		if e.to >= 0 {
			err = h.exactly(i, h.published, e.to)
		}
		if e.to >= 0 && h.stormy(e) {
			err = cmp.Or(err, h.since(i, h.released, e.from))
		} else if e.from >= 0 {
			err = cmp.Or(err, h.exactly(i, h.released, e.from))
		}
	}
	return err
}

// stormy reports whether 8 releases or more may have happened during e, which make
// Counters give up: then it has seen fewer released than there were.
func (h *history) stormy(e event) bool {
	first, _ := slices.BinarySearchFunc(h.released, e.begin, func(r, t int) int { return cmp.Compare(h.events[r].end, t) })
	last, _ := slices.BinarySearchFunc(h.released, e.end, func(r, t int) int { return cmp.Compare(h.events[r].begin, t) })
	return last-first >= 8
}

// cyclic reports whether node a is on a cycle, or leads to one.
func (h *history) cyclic(a int) bool {
	if !h.seen[a] {
		h.seen[a], h.bad[a] = true, true // bad if it is found again on the way
		h.bad[a] = slices.ContainsFunc(h.after[a], h.cyclic)
	}
	return h.bad[a]
}

// recorder notes what one goroutine does.
type recorder struct {
	clock  *atomic.Int64
	rnd    *rand.Rand
	parker *park.Parker
	slots  []any
	events []event
	tick   uint64
	size   uint64 // of the window
	parks  int
}

// yield lets others run now and then.
func (r *recorder) yield() {
	if r.rnd.IntN(8) == 0 {
		runtime.Gosched()
	}
}

// note calls f, which returns what has happened meanwhile.
func (r *recorder) note(f func() []event) {
	r.yield()
	begin := int(r.clock.Add(1))
	r.yield()
	es := f()
	r.yield()
	end := int(r.clock.Add(1))
	for _, e := range es {
		e.begin, e.end = begin, end
		r.events = append(r.events, e)
	}
}

// await waits until ready, as a port does. To be woken says nothing by itself: who
// wakes may have read a registration of an earlier wait, and come late. That it
// happens at all is what the bubble sees to.
func (r *recorder) await(ready func() bool, arm, disarm func()) {
	for !ready() {
		r.parker.Arm()
		if arm(); ready() {
			r.parker.Cancel()
		} else {
			r.parks++
			r.parker.Park()
		}
		disarm()
	}
}

// sending is a goroutine that sends as a port does.
type sending struct {
	recorder
	s     Sender
	vals  []any // of all messages
	stamp int   // no two messages have the same
}

// do is note; it adds what was published, and what f has seen of the receiver if it
// says that it looked.
func (x *sending) do(f func() (looked bool)) {
	x.note(func() (es []event) {
		before := x.s.published
		if f() {
			es = append(es, event{what: sees, from: int(x.s.room - x.s.core.capacity), to: -1})
		}
		if n := x.s.published; n != before {
			es = append(es, event{what: publishes, from: int(before), to: int(n), vals: slices.Clone(x.vals[before:n])})
		}
		return es
	})
}

func (x *sending) publish() {
	x.tick++
	x.do(func() bool { x.s.Publish(x.tick); return false })
}

// put sends a message in the window.
func (x *sending) put() {
	n := x.s.Next()
	x.stamp++
	x.vals = append(x.vals[:n], x.stamp)
	x.slots[n&x.s.core.mask] = x.stamp
	if x.s.Tick != x.tick {
		x.s.Tick, x.s.Mark = x.tick, x.s.N
	}
	x.s.N++
}

// step does one thing; if there is no room it waits for that much.
func (x *sending) step(room uint64) {
	switch k := 1 + x.rnd.Uint64N(8); x.rnd.IntN(8) {
	case 0, 1:
		x.publish()
	case 2:
		x.tick++
	case 3:
		x.do(func() bool { x.s.Rollback(x.tick); return false })
	default:
		x.do(func() (looks bool) {
			if looks = x.s.N >= x.size; looks {
				_, x.size = x.s.Advance(x.tick)
			}
			for ; k > 0 && x.s.N < x.size; k-- {
				x.put()
			}
			return looks
		})
		if x.size == 0 {
			x.wait(room)
		}
	}
}

func (x *sending) wait(n uint64) {
	x.publish()
	x.await(func() (ready bool) {
		x.do(func() bool { ready = x.s.Vacant() >= n; return true })
		return ready
	}, func() { x.s.Arm(n, true) }, x.s.Disarm)
}

// receiving is one that receives.
type receiving struct {
	recorder
	r Receiver
}

// do is note; it adds what was released, what f has seen of the sender, and what it
// says to have taken.
func (x *receiving) do(f func() (looked bool, n uint64)) {
	x.note(func() (es []event) {
		before, next := x.r.released, x.r.Next()
		looked, n := f()
		if looked {
			es = append(es, event{what: sees, from: -1, to: int(x.r.seen)})
		}
		var vals []any
		for i := range n {
			vals = append(vals, x.slots[(next+i)&x.r.core.mask])
		}
		if n > 0 {
			es = append(es, event{what: takes, from: int(next), to: int(next + n), vals: vals})
		}
		if x.r.released != before {
			es = append(es, event{what: releases, from: int(before), to: int(x.r.released)})
		}
		return es
	})
}

func (x *receiving) release() {
	x.tick++
	x.do(func() (bool, uint64) { x.r.Release(x.tick); return false, 0 })
}

// step does one thing; if nothing is there it waits for so many messages. False means
// that none will come.
func (x *receiving) step(messages uint64) bool {
	switch k := 1 + x.rnd.Uint64N(8); x.rnd.IntN(8) {
	case 0, 1:
		x.release()
	case 2:
		x.tick++
	default:
		x.do(func() (looks bool, n uint64) {
			if x.r.N >= x.size {
				looks = x.r.Known() == 0
				_, x.size = x.r.Advance()
			}
			if x.r.Tick != x.tick {
				x.r.Tick, x.r.Mark = x.tick, x.r.N
			}
			n = min(k, x.size-x.r.N)
			x.r.N += n
			return looks, n
		})
		if x.size == 0 {
			return x.wait(messages)
		}
	}
	return true
}

func (x *receiving) wait(n uint64) bool {
	x.release()
	ended := false
	x.await(func() (ready bool) {
		x.do(func() (bool, uint64) {
			ended = x.r.Closed()
			ready = x.r.Avail() >= n || ended
			return true, 0
		})
		return ready
	}, func() { x.r.Arm(n, true) }, x.r.Disarm)
	return !ended || x.r.Known() > 0
}

// record has a sender, a receiver and somebody who watches work on one ring.
func record(seed uint64, messages int) (h *history, parks int) {
	rnd := rand.New(rand.NewPCG(seed, 0))
	capacity := 1 + rnd.IntN(1<<rnd.IntN(7))
	few := 1 + rnd.IntN(capacity)
	room := 1 + rnd.IntN(capacity+1-few) // more would be a deadlock
	ring, clock := New[any](capacity), new(atomic.Int64)
	one := func(i uint64) recorder {
		return recorder{clock: clock, rnd: rand.New(rand.NewPCG(seed, i)), parker: park.New(), slots: ring.Slots()}
	}
	tx, rx, eye := &sending{recorder: one(1)}, &receiving{recorder: one(2)}, one(3)
	ring.SetPeers(Peer{Parker: tx.parker}, Peer{Parker: rx.parker})
	tx.s = NewSender(ring.Core, nil, func() { tx.size = 0 })
	rx.r = NewReceiver(ring.Core, ring.Clearer(), func() { rx.size = 0 })
	var all sync.WaitGroup
	all.Go(func() {
		for tx.s.Next() < uint64(messages) {
			tx.step(uint64(room))
		}
		tx.tick++
		tx.do(func() bool { tx.s.Close(tx.tick); return false })
	})
	all.Go(func() {
		for rx.step(uint64(few)) {
		}
	})
	all.Go(func() {
		for range messages {
			eye.note(func() []event {
				sent, taken := ring.Counters()
				return []event{{what: sees, from: int(taken), to: int(sent)}}
			})
		}
	})
	all.Wait()
	h = &history{capacity: capacity, events: slices.Concat(tx.events, rx.events, eye.events)}
	slices.SortStableFunc(h.events, func(a, b event) int { return cmp.Compare(a.begin, b.begin) })
	return h, tx.parks + rx.parks
}

// What goes through a ring, and what anybody sees of it, is what a bounded queue would
// do one step after the other, whoever waits for whom: nothing is lost, comes twice or
// in another order, and nobody sees a fill that it did not have.
func TestARingIsAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parked := 0
		for seed := range uint64(400) {
			h, parks := record(seed, 200)
			if err := h.check(); err != nil {
				t.Fatalf("seed %d, capacity %d: %v", seed, h.capacity, err)
			}
			parked += parks
		}
		if parked < 1000 {
			t.Errorf("parked %d times: this does not test waits", parked)
		}
	})
}

// good is a history of a ring for two messages.
var good = []event{
	{publishes, 0, 1, []any{"a"}, 10, 20},
	{sees, -1, 1, nil, 30, 40},
	{takes, 0, 1, []any{"a"}, 50, 60},
	{publishes, 1, 2, []any{"b"}, 70, 80},
	{sees, 0, 2, nil, 90, 100},
	{releases, 0, 1, nil, 110, 150},
	{sees, 1, -1, nil, 120, 140},
	{publishes, 2, 3, []any{"c"}, 130, 160},
	{takes, 1, 3, []any{"b", "c"}, 170, 180},
	{releases, 1, 3, nil, 190, 200},
	{sees, 3, 3, nil, 210, 220},
}

// Whatever is wrong with a history is found: with what was taken, with what somebody
// saw, and with when it was.
func TestWhatIsNoQueueIsFound(t *testing.T) {
	at := func(e *event, begin, end int) { e.begin, e.end = begin, end }
	for name, spoil := range map[string]func(es []event){
		"nothing":                        func([]event) {},
		"one is lost":                    func(es []event) { es[8].from, es[8].vals = 2, es[8].vals[1:] },
		"the last is lost":               func(es []event) { es[8].to, es[9].to, es[8].vals = 2, 2, es[8].vals[:1] },
		"one comes twice":                func(es []event) { es[8].from, es[8].vals = 0, []any{"a", "b", "c"} },
		"one comes instead of another":   func(es []event) { es[8].vals = []any{"b", "b"} },
		"two change places":              func(es []event) { es[8].vals = []any{"c", "b"} },
		"taken before it was there":      func(es []event) { at(&es[2], 1, 9) },
		"given back before it was taken": func(es []event) { es[5].to, es[9].from = 2, 2 },
		"more than fit":                  func(es []event) { at(&es[7], 104, 106) },
		"messages seen too early":        func(es []event) { at(&es[1], 1, 9) },
		"messages seen too late":         func(es []event) { at(&es[1], 82, 84) },
		"room seen too early":            func(es []event) { es[4].from = 1 },
		"room seen too late":             func(es []event) { es[10].from, es[10].to = 1, -1 },
		"room that never was":            func(es []event) { es[10].from = 2 },
		"two numbers at no one moment":   func(es []event) { es[4] = event{sees, 1, 1, nil, 25, 205} },
		"a fill above the capacity":      func(es []event) { es[10].from = 0 },
		"first more and then less":       func(es []event) { es[1] = event{sees, 1, -1, nil, 112, 114}; es[4] = event{sees, 0, -1, nil, 146, 148} },
		"room seen before it was there":  func(es []event) { at(&es[6], 102, 104) },
	} {
		h := &history{capacity: 2, events: slices.Clone(good)}
		spoil(h.events)
		slices.SortStableFunc(h.events, func(a, b event) int { return cmp.Compare(a.begin, b.begin) })
		if err := h.check(); (err == nil) != (name == "nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
