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
	current int             // the member that runs, the carrier's
}

// NewTroupe returns an empty troupe whose carrier sleeps on p.
func NewTroupe(p *park.Parker) *Troupe { return &Troupe{parker: p} }

// Member is one flow of a troupe. It is the back-end of the parker that its
// actor sleeps on.
type Member struct {
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
	for t.living > 0 {
		if t.round() {
			continue
		}
		t.parker.Arm()
		if t.anyReady() {
			t.parker.Cancel()
			continue
		}
		t.parker.Park()
	}
}

// round resumes every member that is ready once.
func (t *Troupe) round() (any bool) {
	for w := range t.ready {
		set := t.ready[w].Load()
		for ; set != 0; set &= set - 1 {
			bit := set & -set
			t.ready[w].And(^bit) // before the member looks at what made it ready
			t.current = w*64 + bits.TrailingZeros64(bit)
			t.members[t.current].resume()
			any = true
		}
	}
	return any
}

func (t *Troupe) anyReady() bool {
	for w := range t.ready {
		if t.ready[w].Load() != 0 {
			return true
		}
	}
	return false
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
	if m.run() {
		return
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
	defer func() {
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
}
