// Package stall finds out what of a graph stands still and will not, or does
// not, move by itself: circles of waits, in which full and empty channels may be
// mixed, and actors that finish nothing while messages wait for them. It says so
// in words.
//
// The service uses it for its log, its metrics and the error of a stop, and the
// collector for its verdict, so that all of them say the same. It knows nothing
// but frames, which both have.
package stall

import (
	"slices"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Kind sorts stalls.
type Kind uint8

// The kinds of stalls.
const (
	Circle Kind = iota // actors wait for each other, and nobody else can help
	Hang               // an actor finishes nothing, and others wait for that
)

// Stall is one reason why messages do not move.
type Stall struct {
	Kind     Kind
	Since    time.Duration // Frame.Mono from which on nothing moved
	Actors   []int32       // of the circle in the order of waits; else a chain of waits, the one that hangs last
	Channels []int32       // Channels[i] is what Actors[i] waits for; one fewer than Actors for a Hang
	Behind   []int32       // others that wait for these, in the order of ids
	Headline string
	Evidence []string

	room []bool // of a circle: Actors[i] waits for room in Channels[i]
}

// Root is the actor to look at: the one that hangs, or the first of the circle.
func (s *Stall) Root() int32 {
	if s.Kind == Hang {
		return s.Actors[len(s.Actors)-1]
	}
	return s.Actors[0]
}

// Same reports whether two stalls are about the same: a circle of the same
// actors, or the same actor that hangs.
func (s *Stall) Same(t *Stall) bool {
	if s.Kind != t.Kind {
		return false
	}
	if s.Kind == Hang {
		return s.Root() == t.Root()
	}
	return slices.Equal(s.Actors, t.Actors)
}

// DefaultAfter is how long an actor may finish nothing before that counts, if
// it was never seen to take long.
const DefaultAfter = 5 * time.Second

// Doing is what is known of the code that an actor is in. The zero value is
// that nothing is.
type Doing struct {
	Works bool   // it runs, or will go on by itself: it only takes long
	What  string // "sync.Mutex.Lock"
	Where string // file:line in the code of the user
}

// Watch finds the stalls in a row of frames of one topology. It is not safe for
// concurrent use.
type Watch struct {
	// Ask, if it is set, is called for an actor that is about to be called
	// stalled, at most twice: what it does now may be all that it does.
	Ask func(actor int32) Doing

	top    *telemetry.Topology
	after  time.Duration
	ins    [][]int32 // channels of each actor, native ones left out
	outs   [][]int32
	stands []stand
	sent   []uint64 // per channel: sent when the stand of its receiver began
	before before
	found  []Stall
	marks  []uint64 // per stall of found: what its actors had moved

	in   []bool // scratch of closed
	free []int32
	ways []exit
}

// before is what is kept of the frame before.
type before struct {
	seen  bool
	mono  time.Duration
	state []telemetry.State
	since []time.Duration
}

// New returns a Watch for the frames of top. After is how long an actor may
// finish nothing; 0 means DefaultAfter.
func New(top *telemetry.Topology, after time.Duration) *Watch {
	if after <= 0 {
		after = DefaultAfter
	}
	n := len(top.Actors)
	w := &Watch{
		top: top, after: after, ins: make([][]int32, n), outs: make([][]int32, n),
		stands: make([]stand, n), sent: make([]uint64, len(top.Channels)),
	}
	for i := range top.Channels {
		c := &top.Channels[i]
		if c.Native {
			continue
		}
		if w.known(c.From) {
			w.outs[c.From] = append(w.outs[c.From], int32(i))
		}
		if w.known(c.To) {
			w.ins[c.To] = append(w.ins[c.To], int32(i))
		}
	}
	return w
}

func (w *Watch) known(actor int32) bool { return actor >= 0 && int(actor) < len(w.top.Actors) }

// Look takes in a frame and returns the stalls of that moment, the oldest
// first. It wants frames in their order; those in between may be missing.
//
// While a stop is pending waits end every few milliseconds for the votes to be
// asked again, which looks like life. A stall that was found before then goes on
// until one of its actors has moved a message.
func (w *Watch) Look(f *telemetry.Frame) []Stall {
	if len(f.Actors.State) != len(w.top.Actors) || len(f.Channels.Sent) != len(w.top.Channels) {
		return nil
	}
	for i := range w.stands {
		w.stand(int32(i), f)
	}
	dead := w.dead(f)
	now := w.circles(f, dead)
	now = append(now, w.hangs(f, dead)...)
	if f.Phase != telemetry.PhaseRunning {
		now = w.keep(f, now)
	}
	slices.SortStableFunc(now, func(s, t Stall) int { return int(min(max(s.Since-t.Since, -1), 1)) })
	w.found, w.marks = now, w.marks[:0]
	for i := range now {
		w.marks = append(w.marks, w.moved(&now[i], f))
	}
	b := &w.before
	b.seen, b.mono = true, f.Mono
	b.state = append(b.state[:0], f.Actors.State...)
	b.since = append(b.since[:0], f.Actors.Since...)
	return now
}

// keep adds to now what was found before and has not moved since.
func (w *Watch) keep(f *telemetry.Frame, now []Stall) []Stall {
	for i := range w.found {
		s := &w.found[i]
		again := slices.ContainsFunc(now, func(t Stall) bool { return s.Same(&t) })
		if !again && w.marks[i] == w.moved(s, f) && f.Actors.State[s.Root()] != telemetry.StateDone {
			now = append(now, *s)
		}
	}
	return now
}

// moved counts what the actors of a stall have moved.
func (w *Watch) moved(s *Stall, f *telemetry.Frame) (n uint64) {
	for _, a := range s.Actors {
		n += w.position(a, f)
	}
	return n
}

// position counts what an actor has taken and sent.
func (w *Watch) position(a int32, f *telemetry.Frame) (n uint64) {
	for _, c := range w.ins[a] {
		n += f.Channels.Taken[c]
	}
	for _, c := range w.outs[a] {
		n += f.Channels.Sent[c]
	}
	return n
}
