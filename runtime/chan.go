package steady

import (
	"reflect"

	"github.com/steadytop/steadytop/runtime/internal/ring"
)

// maxCapacity keeps the storage of a channel within what an int can index.
const maxCapacity = 1 << 40

// Chan is a bounded, typed channel from one actor to one other. It never
// drops: a sender without room waits. Claim its ends with Tx and Rx, or let
// Source, Stage and Sink do it.
type Chan[T any] struct {
	e    *edge
	ring *ring.Ring[T]
}

// edge is the untyped part of a channel.
type edge struct {
	id       int
	name     string
	typ      string
	capacity int
	core     *ring.Core
	from, to *Actor
	sender   *ring.Sender // of the claimed Tx
	feedback bool         // ended by the runtime when its loop comes to rest
}

// NewChan adds a channel to g that holds at most capacity messages, at least
// one. The name must be unique within the graph.
func NewChan[T any](g *Graph, name string, capacity int) *Chan[T] {
	g.setup()
	if name == "" {
		g.mistake("channel %d has no name", len(g.edges))
	}
	if capacity < 1 || capacity > maxCapacity {
		g.mistake("channel %q: capacity %d: want 1 or more", name, capacity)
		capacity = 1
	}
	r := ring.New[T](capacity)
	e := &edge{id: len(g.edges), name: name, typ: reflect.TypeFor[T]().String(), capacity: capacity, core: r.Core}
	g.edges = append(g.edges, e)
	return &Chan[T]{e: e, ring: r}
}

// Name returns the name of the channel.
func (c *Chan[T]) Name() string { return c.e.name }

// Tx claims the sending end for the actor. A second claim is a wiring mistake
// that Run returns.
func (c *Chan[T]) Tx(s *Spec) *Tx[T] {
	a := s.a
	if c.e.from != nil {
		a.g.mistake("channel %q has two senders: %q and %q", c.e.name, c.e.from.name, a.name)
	}
	c.e.from = a
	t := &Tx[T]{slots: c.ring.Slots()}
	t.outPort = outPort{Sender: ring.NewSender(c.ring.Core, func() { t.window = nil }), a: a, e: c.e}
	c.e.sender = &t.Sender
	a.outs = append(a.outs, &t.outPort)
	return t
}

// Rx claims the receiving end for the actor. A second claim is a wiring
// mistake that Run returns.
func (c *Chan[T]) Rx(s *Spec) *Rx[T] {
	a := s.a
	if c.e.to != nil {
		a.g.mistake("channel %q has two receivers: %q and %q", c.e.name, c.e.to.name, a.name)
	}
	c.e.to = a
	r := &Rx[T]{slots: c.ring.Slots()}
	r.inPort = inPort{Receiver: ring.NewReceiver(c.ring.Core, c.ring.Clearer(), func() { r.window = nil }), a: a, e: c.e}
	a.ins = append(a.ins, &r.inPort)
	return r
}
