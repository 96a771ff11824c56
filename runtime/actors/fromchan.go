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
// next value comes. That one value may be lost; it is logged as a warning.
func FromChan[T any](ch <-chan T) func(*steady.Actor, *steady.Tx[T]) error {
	var o owner
	return func(a *steady.Actor, tx *steady.Tx[T]) error {
		if err := o.claim(a, "FromChan", ch == nil); err != nil {
			return err
		}
		// What makes it exact: with room in tx, Send neither waits nor is it told
		// to restart, and Running commits it before it does anything else. So
		// whatever ends this incarnation, no value is in hand.
		for a.Running() {
			if !a.Wait(tx.Vacant(1)) {
				continue
			}
			var v T
			got := value
			select {
			case x, ok := <-ch:
				if v = x; !ok {
					got = closed
				}
			default:
				v, got = receive(a, ch)
			}
			switch got {
			case closed:
				return nil
			case value:
				if err := tx.Send(v); err != nil {
					a.Logger().Warn("a value from a Go channel found no receiver", "error", err)
					return err
				}
			}
		}
		return nil
	}
}

// outcome says what came of a receive.
type outcome uint8

const (
	value outcome = iota
	closed
	nothing // the actor has to look at Running
)

// receive waits for a value. It is apart since what it captures is allocated.
func receive[T any](a *steady.Actor, ch <-chan T) (v T, got outcome) {
	got = nothing
	a.Blocking(func(ctx context.Context) {
		select {
		case x, ok := <-ch:
			if v, got = x, value; !ok {
				got = closed
			}
		case <-a.Stopping():
		case <-ctx.Done():
		}
	})
	return v, got
}
