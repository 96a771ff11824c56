package actors

import (
	"errors"
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// ErrGap is the failure of a Gather whose next position can not come any more.
var ErrGap = errors.New("a position is missing")

// Gather returns the body of an actor that takes from all lanes of a bundle and
// sends on in the order of their positions what one source has spread over several
// workers:
//
//	next := steady.NewState(g, "next", uint64(0))
//	s := g.Actor("in order", next)
//	s.Run(actors.Gather(lanes.Rx(s), out.Tx(s), position, next))
//
// span tells the positions of a message, and next is the first position that was
// not sent on, at the start the first one of the source. Positions have no gap,
// and within a lane they rise: that is so when the source sends in order, to
// whichever lane, and each lane comes from a worker that handles its messages one
// after another, restarts and all. A message whose positions were all sent on is
// left out; so what a torn iteration has doubled comes once.
//
// It holds nothing back but in the lanes, whose capacities bound how far one worker
// can be ahead of another; then those ahead wait. A position that is missing though
// all lanes are beyond it, or have ended, is a failure with [ErrGap]: a worker has
// left it out. A worker with Poison needs a second lane, from the actor that handles
// its dead letters.
//
// After a failure of the actor, each message still comes once and in order. After a
// crash of the process nothing is known of what was sent on, and it may not have been
// handled: do not persist next, but the position in the actor behind, and begin with
// its AtStart. Where the order does not matter, [Mark] lets no worker wait.
func Gather[T any](
	in *steady.BundleRx[T], out *steady.Tx[T], span func(T) Span, next *steady.State[uint64],
) func(*steady.Actor) error {
	return func(a *steady.Actor) error {
		o := newOrder(in, span)
		for a.Running(o.votes...) {
			lane, err := o.find(next.Get())
			switch {
			case err != nil:
				return err
			case lane < 0:
				a.WaitAny(o.empty...)
				continue
			}
			h := &o.heads[lane]
			v, _ := in.Lane(lane).TryTake()
			h.there = false
			if h.span.From < next.Get() {
				continue // it comes again
			}
			if err := out.Send(v); err != nil {
				return err
			}
			next.Set(h.span.To)
		}
		return nil
	}
}

// order knows the first message of each lane.
type order[T any] struct {
	in    *steady.BundleRx[T]
	span  func(T) Span
	heads []head
	turn  int // the lane to look at first

	// What the last find saw. Running asks the votes when a lane has ended: whether
	// each lane that was empty is so for good, and then the last one.
	empty  []steady.Cond // that a lane has a message which had none
	lowest int           // of the lanes with a message, the one with the lowest; -1 if none has
	votes  []steady.Ballot
	found  steady.Ballot // the last vote when it found what is next
	none   steady.Ballot // when it did not
	ended  bool          // that was asked: no lane that was empty gets any more
}

type head struct {
	there bool
	span  Span
}

func newOrder[T any](in *steady.BundleRx[T], span func(T) Span) *order[T] {
	o := &order[T]{in: in, span: span, heads: make([]head, in.Len()), votes: []steady.Ballot{in.Drained()}}
	o.found = steady.Vote("a message is at hand", func() bool { return false })
	o.none = steady.Vote("all positions in their turn", func() bool { o.ended = true; return o.lowest < 0 })
	return o
}

// find returns the lane whose first message begins at next, or comes again. When
// there is none, it is -1, and empty says what to wait for.
func (o *order[T]) find(next uint64) (lane int, err error) {
	o.empty, o.votes, o.lowest = o.empty[:0], o.votes[:0], -1
	for range o.heads {
		i := o.turn
		if o.turn++; o.turn == len(o.heads) {
			o.turn = 0
		}
		if !o.heads[i].there && !o.peek(i) {
			continue
		}
		switch s := o.heads[i].span; {
		case s.From >= s.To || s.From < next && s.To > next:
			return 0, fmt.Errorf("actors: Gather: lane %d has positions %d to %d, want some that begin at %d",
				i, s.From, s.To, next)
		case s.From <= next:
			o.votes = append(o.votes, o.found)
			return i, nil
		case o.lowest < 0 || s.From < o.heads[o.lowest].span.From:
			o.lowest = i
		}
	}
	if o.lowest >= 0 && (o.ended || len(o.empty) == 0) {
		return 0, fmt.Errorf("actors: Gather: %w: %d; the lowest one that is there is %d, in lane %d",
			ErrGap, next, o.heads[o.lowest].span.From, o.lowest)
	}
	o.votes = append(o.votes, o.none)
	return -1, nil
}

// peek looks at the first message of a lane, and reports whether there is one.
func (o *order[T]) peek(i int) bool {
	rx, h := o.in.Lane(i), &o.heads[i]
	v, ok := rx.TryPeek()
	if !ok {
		o.empty = append(o.empty, rx.Avail(1))
		o.votes = append(o.votes, rx.Drained())
		return false
	}
	h.there, h.span = true, o.span(v)
	return true
}
