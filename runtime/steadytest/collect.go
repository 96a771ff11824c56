package steadytest

import steady "github.com/steadytop/steadytop/runtime"

// Output is a channel from the actor under test, and what came out of it.
type Output[T any] struct {
	*Stream[T]
	c  *steady.Chan[T]
	tx *steady.Tx[T]
}

// Collect makes a channel from the actor under test, and takes all that comes.
func Collect[T any](h *Harness) *Output[T] {
	h.tb.Helper()
	h.single()
	return CollectFrom[T](h, h.channel("out", h.count(false)))
}

// CollectFrom is Collect with a name for the channel, which reports call it by.
func CollectFrom[T any](h *Harness, name string) *Output[T] {
	h.tb.Helper()
	g := h.single()
	out := newOutput(h, steady.NewChan[T](g.g, name, h.capacity()), name)
	h.ends[len(h.ends)-1].claim = func(s *steady.Spec) { out.tx = out.c.Tx(s) }
	return out
}

// newOutput collects what comes out of c. Who sends to it is still to be said.
func newOutput[T any](h *Harness, c *steady.Chan[T], name string) *Output[T] {
	out := &Output[T]{Stream: &Stream[T]{g: h.graph}, c: c}
	steady.Sink(h.graph.g, "collects "+name, c, func(_ *steady.Actor, in *steady.Rx[T]) error {
		for range in.All() {
		}
		return nil
	})
	h.ends = append(h.ends, end{claim: func(*steady.Spec) {}, bind: func() { out.Stream.tap(c.Name()) }, close: func() {}})
	return out
}

// Tx returns the sending end, in the body of the actor. It is nil before that.
func (out *Output[T]) Tx() *steady.Tx[T] { return out.tx }
