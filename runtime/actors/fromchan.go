package actors

import (
	"context"

	steady "github.com/steadytop/steadytop/runtime"
)

// FromChan returns the body of a [steady.Source] that sends what comes out of
// ch. It ends when ch is closed and empty, when a stop is requested, and when
// the receiver is done for good. What is in ch then stays there; it was never
// part of the graph and is not counted as left over.
//
// It takes a value only once there is room for it, so a full graph leaves its
// load in ch, where the Go code that sends feels it. While ch is empty the
// dashboard shows the actor as "in a call", and a member of a troupe does not
// keep the thread from the others.
//
// An actor that waits for ch does not see that its receiver has ended before the
// next value comes. That value is then counted as left over.
func FromChan[T any](ch <-chan T) func(*steady.Actor, *steady.Tx[T]) error {
	var o owner
	return func(a *steady.Actor, tx *steady.Tx[T]) error {
		if err := o.claim(a, "FromChan", ch == nil); err != nil {
			return err
		}
		// What makes it exact: a value is taken only into room that was reserved,
		// so that Publish neither waits nor fails, and Running commits what was
		// published before it does anything else. Whatever ends this incarnation,
		// no value is in hand.
		for a.Running() {
			room, _ := tx.Reserve()
			if len(room) == 0 {
				a.Wait(tx.Vacant(1))
				continue
			}
			n, closed := fill(a, room[:min(len(room), batch)], ch)
			if closed {
				return nil
			}
			tx.Publish(n)
		}
		return nil
	}
}

// batch bounds what is taken in one iteration, so that a stop is seen soon.
const batch = 64

// fill takes what ch has, and waits for one value if it has none. It may take
// none when the actor has to look at Running.
func fill[T any](a *steady.Actor, room []T, ch <-chan T) (n int, closed bool) {
	for n < len(room) {
		select {
		case v, ok := <-ch:
			if !ok {
				return n, n == 0 // else the next call says so
			}
			room[n] = v
			n++
			continue
		default:
		}
		if n > 0 {
			return n, false
		}
		return receive(a, room, ch)
	}
	return n, false
}

// receive waits for a value. It is apart since what it captures is allocated.
func receive[T any](a *steady.Actor, room []T, ch <-chan T) (n int, closed bool) {
	a.Blocking(func(ctx context.Context) {
		select {
		case v, ok := <-ch:
			if closed = !ok; ok {
				room[0], n = v, 1
			}
		case <-a.Stopping():
		case <-ctx.Done():
		}
	})
	return n, closed
}
