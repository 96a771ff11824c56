package steady

import (
	"fmt"
	"math"
	"reflect"
	"unsafe"

	"github.com/steadytop/steadytop/runtime/internal/ring"
)

// maxBytes keeps the storage of a channel within what can be asked for without
// ending the process: a terabyte, less on 32-bit machines.
const maxBytes = min(1<<40, math.MaxInt>>1)

// Chan is a bounded, typed channel from one actor to one other. It never
// drops: a sender without room waits. Claim its ends with Tx and Rx, or let
// Source, Stage and Sink do it.
type Chan[T any] struct {
	e    *edge
	ring *ring.Ring[T]
	tx   *Tx[T] // once it is claimed
	rx   *Rx[T]
	set  func() // wires what was set before the receiver was known
}

// edge is the untyped part of a channel.
type edge struct {
	g        *Graph
	id       int
	name     string
	typ      string
	capacity int
	bytes    int // of a ByteChan; 0 elsewhere
	core     *ring.Core
	ends     ends    // the Chan
	bundle   *bundle // nil unless it is a lane of one
	lane     int
	gathered *laneSet // nil unless it is a lane of a BundleRx
	from, to *Actor
	sender   *ring.Sender // of the claimed Tx
	poison   *poison      // nil without Poison
	letters  bool         // it takes dead letters
	shared   bool         // its sender has it for those, and may claim it for its body
	feedback bool         // ended by the runtime when its loop comes to rest
}

// NewChan adds a channel to g that holds at most capacity messages, at least
// one. The name must be unique within the graph. Like all that adds to a graph, it
// panics when that was started before.
func NewChan[T any](g *Graph, name string, capacity int) *Chan[T] {
	g.build("NewChan", name)
	if name == "" {
		g.mistake("channel %d has no name", len(g.edges))
	}
	var message T
	capacity = g.checkCapacity(fmt.Sprintf("channel %q", name), capacity, int(unsafe.Sizeof(message)), 1)
	return newChan[T](g, name, capacity)
}

// checkCapacity notes a mistake, and returns 1, if the capacity of so many
// channels with messages of size bytes is out of range.
func (g *Graph) checkCapacity(what string, capacity, size, channels int) int {
	if largest := maxBytes / max(1, size) / channels; capacity < 1 {
		g.mistake("%s: capacity %d: want 1 or more", what, capacity)
	} else if capacity > largest {
		g.mistake("%s: capacity %d: want %d or less", what, capacity, largest)
	} else {
		return capacity
	}
	return 1
}

func newChan[T any](g *Graph, name string, capacity int) *Chan[T] {
	r := ring.New[T](capacity)
	e := &edge{g: g, id: len(g.edges), name: name, typ: reflect.TypeFor[T]().String(), capacity: capacity, core: r.Core}
	g.edges = append(g.edges, e)
	c := &Chan[T]{e: e, ring: r}
	e.ends = c
	return c
}

// Name returns the name of the channel.
func (c *Chan[T]) Name() string { return c.e.name }

// Tx claims the sending end for the actor. A second claim is a wiring mistake
// that Run returns.
func (c *Chan[T]) Tx(s *Spec) *Tx[T] {
	c, a := c.claimed("Tx", s)
	if c.e.shared && c.e.from == a {
		c.e.shared = false
		return c.tx
	}
	if c.e.from != nil {
		a.g.mistake("channel %q has two senders: %q and %q", c.e.name, c.e.from.name, a.name)
	}
	c.e.belongs(a)
	return c.claimTx(a)
}

func (c *Chan[T]) claimTx(a *Actor) *Tx[T] {
	c.e.from = a
	t := &Tx[T]{slots: c.ring.Slots()}
	t.p = outPort{Sender: ring.NewSender(c.ring.Core, c.ring.Clearer(), func() { t.window = nil }), a: a, e: c.e}
	c.tx, c.e.sender = t, &t.p.Sender
	a.outs = append(a.outs, &t.p)
	return t
}

// Rx claims the receiving end for the actor. A second claim is a wiring
// mistake that Run returns.
func (c *Chan[T]) Rx(s *Spec) *Rx[T] {
	c, a := c.claimed("Rx", s)
	if c.e.to != nil {
		a.g.mistake("channel %q has two receivers: %q and %q", c.e.name, c.e.to.name, a.name)
	}
	c.e.belongs(a)
	return c.claimRx(a)
}

func (c *Chan[T]) claimRx(a *Actor) *Rx[T] {
	c.e.to = a
	r := &Rx[T]{slots: c.ring.Slots()}
	r.p = inPort{Receiver: ring.NewReceiver(c.ring.Core, c.ring.Clearer(), func() { r.window = nil }), a: a, e: c.e}
	a.ins = append(a.ins, &r.p)
	if c.rx = r; c.set != nil {
		c.set()
	}
	return r
}

// belongs notes a mistake, with both graphs, if the actor is part of another one.
func (e *edge) belongs(a *Actor) {
	if a.g != e.g {
		a.g.mistake("actor %q uses %s of another graph", a.name, e.title())
		e.g.mistake("%s is used by actor %q of another graph", e.title(), a.name)
	}
}

// title names what was declared: the channel, or the bundle it is a lane of.
func (e *edge) title() string {
	if e.bundle != nil {
		return fmt.Sprintf("bundle %q", e.bundle.name)
	}
	return fmt.Sprintf("channel %q", e.name)
}
