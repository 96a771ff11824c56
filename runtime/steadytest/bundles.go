package steadytest

import (
	"strconv"

	steady "github.com/steadytop/steadytop/runtime"
)

// InputBundle is a bundle to the actor under test.
type InputBundle[T any] struct {
	lanes []*Input[T]
	rx    *steady.BundleRx[T]
}

// FeedBundle makes a bundle of so many lanes, at least one, to the actor under
// test. The lanes stay open until Close or Stop.
func FeedBundle[T any](h *Harness, lanes int) *InputBundle[T] {
	h.tb.Helper()
	g := h.single()
	name := h.channel("in", h.count(true))
	b := steady.NewBundle[T](g.g, name, lanes, h.capacity())
	in := new(InputBundle[T])
	for i := range b.Lanes() {
		in.lanes = append(in.lanes, newInput(h, b.Lane(i), name+" "+strconv.Itoa(i)))
	}
	h.ends[len(h.ends)-b.Lanes()].claim = func(s *steady.Spec) { in.rx = b.Rx(s) } // of all lanes
	return in
}

// Rx returns the receiving end, in the body of the actor.
func (in *InputBundle[T]) Rx() *steady.BundleRx[T] { return in.rx }

// Lane returns one of the lanes, to be fed. It panics when there is no lane i.
func (in *InputBundle[T]) Lane(i int) *Input[T] { return in.lanes[i] }

// Close ends all lanes after what was sent.
func (in *InputBundle[T]) Close() {
	for _, l := range in.lanes {
		l.Close()
	}
}

// OutputBundle is a bundle from the actor under test, and what came out of it.
type OutputBundle[T any] struct {
	lanes []*Output[T]
	tx    *steady.BundleTx[T]
}

// CollectBundle makes a bundle of so many lanes, at least one, from the actor
// under test, and takes all that comes.
func CollectBundle[T any](h *Harness, lanes int) *OutputBundle[T] {
	h.tb.Helper()
	g := h.single()
	name := h.channel("out", h.count(false))
	b := steady.NewBundle[T](g.g, name, lanes, h.capacity())
	out := new(OutputBundle[T])
	for i := range b.Lanes() {
		out.lanes = append(out.lanes, newOutput(h, b.Lane(i), name+" "+strconv.Itoa(i)))
	}
	h.ends[len(h.ends)-b.Lanes()].claim = func(s *steady.Spec) { out.tx = b.Tx(s) }
	return out
}

// Tx returns the sending end, in the body of the actor.
func (out *OutputBundle[T]) Tx() *steady.BundleTx[T] { return out.tx }

// Lane returns what came out of one lane. It panics when there is no lane i.
func (out *OutputBundle[T]) Lane(i int) *Output[T] { return out.lanes[i] }
