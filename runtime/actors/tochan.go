package actors

import (
	"context"

	steady "github.com/steadytop/steadytop/runtime"
)

// ToChan returns the body of a [steady.Sink] that sends each message into ch,
// and waits while ch is full. Its reader sees each message once, in order.
//
// It closes ch when its input has ended for good and every message was put into
// ch: a closed ch means that it has had all there was. It does not close ch when
// it starts again, nor when the graph gives up: at the deadline of a stop, when
// a deadlock was found, or when the actor has failed too often. Messages that ch
// did not take by then stay in the graph, and [steady.LeftoverError] counts them.
// A reader that ranges over ch should therefore end with Run as well.
//
// A request to stop does not end it: what is under way is still delivered, so
// ch has to be read until it is closed. While it waits for ch the dashboard
// shows the actor as "in a call", and a member of a troupe does not keep the
// thread from the others. Nobody else may close ch: the actor would fail.
func ToChan[T any](ch chan<- T) func(*steady.Actor, *steady.Rx[T]) error {
	var o owner
	done := false
	return func(a *steady.Actor, rx *steady.Rx[T]) error {
		if err := o.claim(a, "ToChan", ch == nil); err != nil {
			return err
		}
		// What makes it exact: the end of the body of All is the boundary, and
		// between the send to ch and that nothing can fail.
		for v := range rx.All() {
			select {
			case ch <- v:
				continue
			default:
			}
			if !deliver(a, ch, v) {
				return steady.ErrStopped // takes v back
			}
		}
		if !done && drained(a, rx) {
			close(ch)
			done = true // the rest of a group may make it start once more
		}
		return nil
	}
}

// deliver waits until ch has taken v. False means that the graph gives up or
// that the actor is to start again, and that ch does not have v.
func deliver[T any](a *steady.Actor, ch chan<- T, v T) (ok bool) {
	a.Blocking(func(ctx context.Context) {
		select {
		case ch <- v:
			ok = true
		case <-ctx.Done():
		}
	})
	return ok
}

// drained reports whether the input is closed and empty, rather than that the
// graph has given up or the group starts again, which also ends a range. Running
// asks its second vote only if the first agrees and none of the others holds.
func drained[T any](a *steady.Actor, rx *steady.Rx[T]) (yes bool) {
	last := steady.Vote("nothing is left to deliver", func() bool { yes = true; return true })
	for a.Running(rx.Drained(), last) {
		a.Wait(rx.Avail(1))
	}
	return yes
}
