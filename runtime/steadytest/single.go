package steadytest

import (
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// subject is the name of the actor under test.
const subject = "actor"

// end is one that a harness holds of a channel of the actor under test.
type end struct {
	claim func(*steady.Spec)     // the other one, for the actor
	bind  func()                 // once the graph is known
	close func()                 // nothing more comes
	fails func(taken uint64) any // whether the actor is to fail; nil for outputs
	never func() error           // which failures did not come; nil for outputs
}

// single returns the graph around one actor.
func (h *Harness) single() *Graph {
	h.tb.Helper()
	switch {
	case h.graph == nil:
		h.graph = &Graph{tb: h.tb, h: h, g: &steady.Graph{Name: "test"}}
	case h.self >= 0:
		h.tb.Fatalf("steadytest: Feed, Collect and Steady come before the actor, and there is one actor")
	case h.whole:
		h.tb.Fatalf("steadytest: a harness has one graph, or one actor")
	}
	return h.graph
}

// Steady returns the graph that the actor under test is to be part of, for what
// it needs besides ports, such as a steady.State.
func (h *Harness) Steady() *steady.Graph {
	h.tb.Helper()
	return h.single().g
}

func (h *Harness) channel(kind string, n int) string {
	if n == 0 {
		return kind
	}
	return fmt.Sprintf("%s %d", kind, n+1)
}

// count returns how many channels of a kind there are.
func (h *Harness) count(inputs bool) (n int) {
	for _, e := range h.ends {
		if (e.fails != nil) == inputs {
			n++
		}
	}
	return n
}

func (h *Harness) capacity() int {
	if h.Capacity == 0 {
		return 64
	}
	return h.Capacity
}

// Actor adds the actor under test, with a body that uses the ports of what Feed
// and Collect have returned. It is called "actor".
func (h *Harness) Actor(body func(*steady.Actor) error, opts ...steady.Option) {
	h.tb.Helper()
	g := h.single()
	spec := g.g.Actor(subject, opts...)
	for _, e := range h.ends {
		e.claim(spec)
	}
	spec.Run(body)
	if err := g.g.Err(); err != nil {
		h.tb.Fatalf("steadytest: the actor can not start: %v", err)
	}
	g.look()
	h.self = g.actor(subject)
	for _, e := range h.ends {
		e.bind()
	}
}

// Source runs the body of a steady.Source.
func Source[T any](h *Harness, out *Output[T], body func(*steady.Actor, *steady.Tx[T]) error, opts ...steady.Option) {
	h.tb.Helper()
	h.Actor(func(a *steady.Actor) error { return body(a, out.Tx()) }, opts...)
}

// Stage runs the body of a steady.Stage.
func Stage[In, Out any](h *Harness, in *Input[In], out *Output[Out], body func(*steady.Actor, *steady.Rx[In], *steady.Tx[Out]) error, opts ...steady.Option) {
	h.tb.Helper()
	h.Actor(func(a *steady.Actor) error { return body(a, in.Rx(), out.Tx()) }, opts...)
}

// Sink runs the body of a steady.Sink.
func Sink[T any](h *Harness, in *Input[T], body func(*steady.Actor, *steady.Rx[T]) error, opts ...steady.Option) {
	h.tb.Helper()
	h.Actor(func(a *steady.Actor) error { return body(a, in.Rx()) }, opts...)
}
