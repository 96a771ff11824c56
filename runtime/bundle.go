package steady

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// maxLanes is the greatest number of lanes of a bundle.
const maxLanes = 1 << 16

// Bundle is a set of channels of one type that belong together, its lanes: the
// way to several workers, or the way back from them. One end of it belongs to
// one actor, which claims it with Tx or Rx; at the other end there is usually
// one actor for each lane, which claims its own with Lane. Each lane is a
// channel of its own, with its own capacity and order; there is no order among
// the lanes.
type Bundle[T any] struct {
	b     *bundle
	lanes []*Chan[T]
}

// bundle is the untyped part of a Bundle.
type bundle struct {
	name  string
	edges []*edge
}

// NewBundle adds a bundle to g: so many channels, at least one and at most
// 65,536, called name[0], name[1] and so on, each of which holds at most
// capacity messages, at least one. The name must be unique among the bundles
// and channels of the graph.
func NewBundle[T any](g *Graph, name string, lanes, capacity int) *Bundle[T] {
	g.build("NewBundle", name)
	if name == "" {
		g.mistake("bundle of channels %d to %d has no name", len(g.edges), len(g.edges)+lanes-1)
	}
	if lanes < 1 || lanes > maxLanes {
		g.mistake("bundle %q: %d lanes: want 1 to %d", name, lanes, maxLanes)
		lanes = 1
	}
	var message T
	if c := g.checkCapacity(fmt.Sprintf("bundle %q", name), capacity, int(unsafe.Sizeof(message)), lanes); c != capacity {
		capacity, lanes = c, 1
	}
	b := &Bundle[T]{b: &bundle{name: name}}
	for i := range lanes {
		c := newChan[T](g, name+"["+strconv.Itoa(i)+"]", capacity)
		c.e.bundle, c.e.lane = b.b, i
		b.lanes = append(b.lanes, c)
		b.b.edges = append(b.b.edges, c.e)
	}
	return b
}

// Name returns the name of the bundle.
func (b *Bundle[T]) Name() string { return b.b.name }

// Lanes returns the number of lanes.
func (b *Bundle[T]) Lanes() int { return len(b.lanes) }

// Lane returns one of the channels, for an actor that has this lane alone. It
// panics when there is no lane i.
func (b *Bundle[T]) Lane(i int) *Chan[T] {
	if b == nil {
		return nil // whose claim is a wiring mistake
	}
	return b.lanes[i]
}

// Tx claims the sending end of all lanes for the actor. A lane that has a
// sender already is a wiring mistake that Run returns.
func (b *Bundle[T]) Tx(s *Spec) *BundleTx[T] {
	b, a := b.claimed("Tx", s)
	b.b.claim(a, "some have senders", func(e *edge) bool { return e.from != nil })
	t := &BundleTx[T]{set: laneSet{rota: newRota(len(b.lanes)), a: a, b: b.b}}
	for _, c := range b.lanes {
		tx := c.claimTx(a)
		t.lanes = append(t.lanes, tx)
		t.set.outs = append(t.set.outs, &tx.p)
		tx.p.set = &t.set
	}
	return t
}

// Rx claims the receiving end of all lanes for the actor. A lane that has a
// receiver already is a wiring mistake that Run returns.
func (b *Bundle[T]) Rx(s *Spec) *BundleRx[T] {
	b, a := b.claimed("Rx", s)
	b.b.claim(a, "some have receivers", func(e *edge) bool { return e.to != nil })
	n := len(b.lanes)
	r := &BundleRx[T]{set: laneSet{rota: newRota(n), standing: newStanding(n), a: a, b: b.b}}
	for _, c := range b.lanes {
		rx := c.claimRx(a)
		r.lanes = append(r.lanes, rx)
		r.set.ins = append(r.set.ins, &rx.p)
		rx.p.set, c.e.gathered = &r.set, &r.set
	}
	return r
}

// claim notes a mistake if lanes are taken, all of them in one.
func (b *bundle) claim(a *Actor, who string, taken func(*edge) bool) {
	if lanes := b.where(taken); len(lanes) > 0 {
		a.g.mistake("bundle %q: %q claims all lanes, but %s already: %s", b.name, a.name, who, laneList(lanes))
	}
	b.edges[0].belongs(a)
}

// where returns the lanes of which is is true.
func (b *bundle) where(is func(*edge) bool) (lanes []int) {
	for i, e := range b.edges {
		if is(e) {
			lanes = append(lanes, i)
		}
	}
	return lanes
}

// laneList puts lanes into words, the first eight of them by number.
func laneList(lanes []int) string {
	var w strings.Builder
	w.WriteString("lane")
	if len(lanes) > 1 {
		w.WriteByte('s')
	}
	for i, n := range lanes {
		switch {
		case i == most:
			fmt.Fprintf(&w, " and %d more", len(lanes)-most)
			return w.String()
		case i > 0:
			w.WriteByte(',')
		}
		w.WriteByte(' ')
		w.WriteString(strconv.Itoa(n))
	}
	return w.String()
}

// mistakes returns what is wrong with the ends of the lanes, one error for
// each kind.
func (b *bundle) mistakes() (errs []error) {
	for _, end := range []struct {
		who  string
		none func(*edge) bool
	}{
		{"sender", func(e *edge) bool { return e.from == nil }},
		{"receiver", func(e *edge) bool { return e.to == nil }},
	} {
		switch lanes := b.where(end.none); len(lanes) {
		case 0:
		case len(b.edges):
			errs = append(errs, fmt.Errorf("steady: bundle %q has no %s", b.name, end.who))
		case 1:
			errs = append(errs, fmt.Errorf("steady: bundle %q: lane %d has no %s", b.name, lanes[0], end.who))
		default:
			errs = append(errs, fmt.Errorf("steady: bundle %q: %s have no %s", b.name, laneList(lanes), end.who))
		}
	}
	return errs
}

// channelMistakes returns what is wrong with the names and ends of the channels.
func (g *Graph) channelMistakes() (errs []error) {
	names := map[string]bool{}
	twice := func(kind, name string) bool {
		was := names[name]
		if was {
			errs = append(errs, fmt.Errorf("steady: %s %q is declared twice", kind, name))
		}
		names[name] = true
		return was
	}
	skip := map[*bundle]bool{} // its name stands for those of its lanes
	for _, e := range g.edges {
		switch {
		case e.bundle == nil:
			twice("channel", e.name)
			if e.from == nil {
				errs = append(errs, fmt.Errorf("steady: channel %q has no sender", e.name))
			}
			if e.to == nil {
				errs = append(errs, fmt.Errorf("steady: channel %q has no receiver", e.name))
			}
			continue
		case e.lane == 0:
			skip[e.bundle] = twice("bundle", e.bundle.name)
			errs = slices.Concat(errs, e.bundle.mistakes())
		}
		if !skip[e.bundle] {
			twice("channel", e.name)
		}
	}
	for _, w := range g.watched {
		twice("channel", w.name)
	}
	return append(errs, g.watchMistakes()...)
}

// left says what is still in the lanes and who may still send, in words. It may
// be called from anywhere.
func (b *bundle) left() string {
	var left uint64
	full := b.where(func(e *edge) bool {
		sent, taken := e.core.Counters()
		left += sent - taken
		return sent > taken
	})
	open := b.where(func(e *edge) bool { return !e.core.Closed() })
	in, senders := "", "senders done"
	if len(full) > 0 {
		in = " in " + laneList(full)
	}
	switch len(open) {
	case 0:
	case 1:
		senders = "sender of " + laneList(open) + " running"
	default:
		senders = "senders of " + laneList(open) + " running"
	}
	return fmt.Sprintf("%s: %d left%s, %s", b.name, left, in, senders)
}
