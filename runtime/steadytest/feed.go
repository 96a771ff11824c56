package steadytest

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/rig"
)

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
// until Close or Stop, or until the actor has ended.
func Feed[T any](h *Harness, values ...T) *Input[T] {
	h.tb.Helper()
	h.single()
	return FeedTo(h, h.channel("in", h.count(true)), values...)
}

// FeedTo is Feed with a name for the channel, which reports call it by.
func FeedTo[T any](h *Harness, name string, values ...T) *Input[T] {
	h.tb.Helper()
	g := h.single()
	in := newInput(h, steady.NewChan[T](g.g, name, h.capacity()), name)
	in.values = slices.Clone(values)
	h.ends[len(h.ends)-1].claim = func(s *steady.Spec) { in.rx = in.c.Rx(s) }
	return in
}

// newInput feeds c. Who takes from it is still to be said.
func newInput[T any](h *Harness, c *steady.Chan[T], name string) *Input[T] {
	in := &Input[T]{h: h, c: c, more: make(chan struct{}, 1), fail: map[uint64]any{}}
	steady.Source(h.graph.g, "feeds "+name, c, in.feed)
	h.ends = append(h.ends, end{claim: func(*steady.Spec) {}, bind: func() {}, close: in.Close, fails: in.fails, never: in.never})
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

// Rx returns the receiving end, in the body of the actor. It is nil before that.
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
	least := uint64(math.MaxUint64)
	for n := range in.fail {
		least = min(least, n)
	}
	if least > taken {
		return nil
	}
	v := in.fail[least]
	delete(in.fail, least)
	return v
}

// never says which failures did not come.
func (in *Input[T]) never() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.fail) > 0 {
		return fmt.Errorf("channel %q: the actor never took message %d, at which it was to fail", in.c.Name(), slices.Min(slices.Collect(maps.Keys(in.fail))))
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
