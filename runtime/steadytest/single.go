package steadytest

import (
	"context"
	"fmt"
	"sync"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/rig"
)

// subject is the name of the actor under test.
const subject = "actor"

// end is one that a harness holds of a channel of the actor under test.
type end struct {
	claim func(*steady.Spec)     // the other one, for the actor
	bind  func()                 // once the graph is known
	close func()                 // nothing more comes
	fails func(taken uint64) any // whether the actor is to fail; nil for outputs
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

// Input is a channel to the actor under test.
type Input[T any] struct {
	h  *Harness
	c  *steady.Chan[T]
	rx *steady.Rx[T]

	mu     sync.Mutex
	values []T
	closed bool
	more   chan struct{} // has a value when one of the above has changed
	fail   map[uint64]any
}

// Feed makes a channel that brings values to the actor under test. It stays open
// until Close or Stop.
func Feed[T any](h *Harness, values ...T) *Input[T] {
	h.tb.Helper()
	g := h.single()
	n := 0
	for _, e := range h.ends {
		if e.fails != nil {
			n++
		}
	}
	name := h.channel("in", n)
	in := &Input[T]{h: h, c: steady.NewChan[T](g.g, name, h.capacity()), values: values, more: make(chan struct{}, 1), fail: map[uint64]any{}}
	steady.Source(g.g, "feeds "+name, in.c, in.feed)
	h.ends = append(h.ends, end{
		claim: func(s *steady.Spec) { in.rx = in.c.Rx(s) }, bind: func() {}, close: in.Close, fails: in.fails,
	})
	return in
}

// feed is the body of the actor at the other end.
func (in *Input[T]) feed(a *steady.Actor, out *steady.Tx[T]) error {
	for a.Context().Err() == nil {
		in.mu.Lock()
		values, closed := in.values, in.closed
		in.values = nil
		in.mu.Unlock()
		for _, v := range values {
			if err := out.Send(v); err != nil {
				return err
			}
			a.Commit()
		}
		if closed && len(values) == 0 {
			return nil
		}
		if len(values) == 0 {
			a.Blocking(func(ctx context.Context) {
				select {
				case <-in.more:
				case <-ctx.Done():
				}
			})
		}
	}
	return nil
}

// Rx returns the receiving end, for the body of the actor.
func (in *Input[T]) Rx() *steady.Rx[T] { return in.rx }

// Send sends more values, in the time that it takes: it does not wait for room.
func (in *Input[T]) Send(values ...T) {
	in.mu.Lock()
	in.values = append(in.values, values...)
	in.mu.Unlock()
	in.wake()
}

// Close ends the channel after what was sent.
func (in *Input[T]) Close() {
	in.mu.Lock()
	in.closed = true
	in.mu.Unlock()
	in.wake()
}

func (in *Input[T]) wake() {
	select {
	case in.more <- struct{}{}:
	default: // it will look anyway
	}
}

// PanicAt makes the actor panic once, at the end of the iteration that takes the
// n-th message of this input, counted from 1: when all was done, and nothing
// stands yet.
func (in *Input[T]) PanicAt(n int) { in.failAt(n, injectedPanic{}) }

// FailAt is PanicAt for an actor that returns err instead.
func (in *Input[T]) FailAt(n int, err error) { in.failAt(n, rig.Failure{Err: err}) }

func (in *Input[T]) failAt(n int, v any) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.fail[uint64(n)] = v
}

func (in *Input[T]) fails(taken uint64) any {
	in.mu.Lock()
	defer in.mu.Unlock()
	for n, v := range in.fail {
		if n <= taken {
			delete(in.fail, n)
			return v
		}
	}
	return nil
}

// Poison sets messages of this input aside after so many failures, and returns
// what was set aside. See steady.Poison.
func (in *Input[T]) Poison(failures int) *Stream[steady.DeadLetter[T]] {
	in.h.tb.Helper()
	dead := Collect[steady.DeadLetter[T]](in.h)
	e := &in.h.ends[len(in.h.ends)-1]
	e.claim = func(*steady.Spec) { steady.Poison(in.c, failures, dead.c) } // which claims it
	return dead.Stream
}

// Output is a channel from the actor under test, and what came out of it.
type Output[T any] struct {
	*Stream[T]
	c  *steady.Chan[T]
	tx *steady.Tx[T]
}

// Collect makes a channel from the actor under test, and takes all that comes.
func Collect[T any](h *Harness) *Output[T] {
	h.tb.Helper()
	g := h.single()
	n := 0
	for _, e := range h.ends {
		if e.fails == nil {
			n++
		}
	}
	name := h.channel("out", n)
	out := &Output[T]{Stream: &Stream[T]{g: g}, c: steady.NewChan[T](g.g, name, h.capacity())}
	steady.Sink(g.g, "collects "+name, out.c, func(_ *steady.Actor, in *steady.Rx[T]) error {
		for range in.All() {
		}
		return nil
	})
	h.ends = append(h.ends, end{
		claim: func(s *steady.Spec) { out.tx = out.c.Tx(s) },
		bind:  func() { out.Stream.tap(name) },
		close: func() {},
	})
	return out
}

// Tx returns the sending end, for the body of the actor.
func (out *Output[T]) Tx() *steady.Tx[T] { return out.tx }
