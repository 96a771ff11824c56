package sched

import (
	"iter"
	"math/bits"
	"sync/atomic"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// Troupe runs several flows on one: they take turns, as coroutines, and hand
// over where they park. A hand-over costs less than one between goroutines, and
// a small part of one between threads.
//
// Make the members with Member, give each its flow with Start, then call Drive
// on the flow that is to carry them.
type Troupe struct {
	parker  *park.Parker // of the carrier
	members []*Member
	ready   []atomic.Uint64 // bit i: member i is to be resumed
	living  int             // the carrier's
	running atomic.Int32    // the member that has the thread, or nobody

	inside bool   // a member has the thread, and not the carrier; of whoever has it
	aside  func() // what Aside was called with
}

// nobody is the value of running while the carrier sleeps.
const nobody = -1

// NewTroupe returns an empty troupe whose carrier sleeps on p.
func NewTroupe(p *park.Parker) *Troupe {
	t := &Troupe{parker: p}
	t.running.Store(nobody)
	return t
}

// Member is one flow of a troupe. It is the back-end of the parker that its
// actor sleeps on.
type Member struct {
	// Poke is a word that the flow of the member looks at now and then; storing
	// 0 makes it Share soon. It must be set before Drive.
	Poke *atomic.Uint64

	t      *Troupe
	id     int
	start  func()        // of a flow that is still to begin
	next   func() bool   // resumes the flow
	yield  func() bool   // goes back to the carrier
	signal atomic.Uint32 // 1: a signal that no Wait has taken
}

// Member adds a member. It must not be called after Drive.
func (t *Troupe) Member() *Member {
	m := &Member{t: t, id: len(t.members)}
	t.members = append(t.members, m)
	if len(t.ready)*64 < len(t.members) {
		t.ready = make([]atomic.Uint64, len(t.ready)+1)
	}
	return m
}

// Start gives the member a flow. It may be called before Drive, or on the
// member's own flow, as the last thing before that ends.
func (m *Member) Start(f func()) { m.start = f }

// Drive runs the members round robin, whoever has something to do, and returns
// when the last of them has ended. The coroutines are bound to the thread that
// the carrier is locked to, if it is.
//
// The carrier arms its parker and then looks at the ready bits once more; a
// signal sets its bit and then wakes the parker. So none is lost: see
// park.Parker.
func (t *Troupe) Drive() {
	t.living = len(t.members)
	for i := range t.members {
		t.wake(i)
	}
	for last := len(t.members) - 1; t.living > 0; {
		i := t.readyAfter(last)
		if i != nobody {
			t.resume(i)
			last = i
			continue
		}
		t.running.Store(nobody)
		t.parker.Arm()
		if t.anyReady() {
			t.parker.Cancel()
			continue
		}
		t.parker.Park()
	}
}

// readyAfter returns the next member that is ready, in a circle: so that each
// has its turn before any has two.
func (t *Troupe) readyAfter(i int) int {
	w := i / 64
	set := t.ready[w].Load() &^ (1<<(i%64+1) - 1)
	for range t.ready {
		if set != 0 {
			break
		}
		w = (w + 1) % len(t.ready)
		set = t.ready[w].Load()
	}
	if set == 0 {
		return nobody
	}
	return w*64 + bits.TrailingZeros64(set)
}

// resume gives the thread to member i.
func (t *Troupe) resume(i int) {
	t.ready[i/64].And(^(uint64(1) << (i % 64))) // before the member looks at what made it ready
	t.running.Store(int32(i))
	if t.anyReady() {
		t.members[i].poke()
	}
	t.members[i].resume()
}

func (t *Troupe) anyReady() bool {
	for w := range t.ready {
		if t.ready[w].Load() != 0 {
			return true
		}
	}
	return false
}

// Hurry makes the member that has the thread find out soon whether others have
// something to do. It may be called from anywhere.
//
// Whoever makes a member ready sets its bit and then loads running; the carrier
// stores running and then looks at the bits. So one of the two tells the member
// that gets the thread.
func (t *Troupe) Hurry() {
	if i := t.running.Load(); i != nobody {
		t.members[i].poke()
	}
}

func (m *Member) poke() {
	if m.Poke.Load() != 0 {
		m.Poke.Store(0)
	}
}

func (t *Troupe) wake(i int) { t.ready[i/64].Or(1 << (i % 64)) }

// resume runs the member until it parks or ends.
func (m *Member) resume() {
	if m.next == nil {
		if m.start == nil {
			return // ended, and signalled by somebody who was late
		}
		m.begin()
	}
	for m.run() {
		f := m.t.aside
		if f == nil {
			return
		}
		m.t.aside = nil
		f()
	}
	m.next, m.yield = nil, nil
	if m.start == nil {
		m.t.living--
		return
	}
	m.t.wake(m.id) // it ended by Goexit, and goes on on a new flow
}

func (m *Member) begin() {
	f := m.start
	m.start = nil
	next, _ := iter.Pull(func(yield func(struct{}) bool) {
		m.yield = func() bool { return yield(struct{}{}) }
		ended := false
		defer func() {
			if ended {
				return
			}
			// Goexit would end the carrier, too: iter.Pull hands it on. A panic
			// in its place is handed on as such, and ends this flow as well.
			v := recover()
			if v == nil {
				v = goexit{}
			}
			panic(v)
		}()
		f()
		ended = true
	})
	m.next = func() bool { _, more := next(); return more }
}

// goexit is the panic that stands for a Goexit.
type goexit struct{}

// run is one turn of the member; false means that its flow has ended.
func (m *Member) run() (more bool) {
	m.t.inside = true
	defer func() {
		m.t.inside = false
		if v := recover(); v != nil {
			if _, ok := v.(goexit); !ok {
				panic(v)
			}
			more = false
		}
	}()
	return m.next()
}

// Share lets the other members run if any of them has something to do. It must
// be called on the member's own flow.
func (m *Member) Share() {
	m.t.wake(m.id)
	m.yield()
}

// Crowded reports whether another member has something to do.
func (m *Member) Crowded() bool { return m.t.anyReady() }

// Wait implements park.Backend. Other members run meanwhile.
func (m *Member) Wait() {
	for !m.signal.CompareAndSwap(1, 0) {
		m.yield()
	}
}

// Signal implements park.Backend. It may be called from anywhere. The signal is
// stored before the bit, and the carrier clears the bit before it resumes the
// member, which then looks for the signal.
func (m *Member) Signal() {
	m.signal.Store(1)
	m.t.wake(m.id)
	m.t.parker.Wake()
	if i := m.t.running.Load(); i != nobody && int(i) != m.id {
		m.t.members[i].poke()
	}
}

// Inside reports whether a member has the thread, rather than the carrier. It
// is for whoever has the thread.
func (t *Troupe) Inside() bool { return t.inside }

// Aside calls f on the flow of the carrier, and then goes on with the member
// that called it, on whose flow it must be called. So a simulation can take the
// thread from a member without the other members noticing.
func (t *Troupe) Aside(f func()) {
	t.aside = f
	t.members[t.running.Load()].yield()
}
