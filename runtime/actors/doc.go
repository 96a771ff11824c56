// Package actors has ready parts for graphs. [FromChan] and [ToChan] are bodies
// for actors at the border, where values come out of a native Go channel, or go
// into one. [Gather] is a body for the actor behind several workers that brings
// what they did into order again, and [Mark] is what such an actor keeps in a
// State when the order does not matter and nothing may be left out after a crash.
//
//	steady.Source(g, "intake", work, actors.FromChan(requests))
//	steady.Sink(g, "reply", done, actors.ToChan(replies))
//
// A body of FromChan or ToChan is made for one actor. It may fail and start again as often as it
// likes, also with the rest of its [steady.Group]: no value is lost or doubled
// on the way between the graph and the Go channel. A second actor with the same
// body fails with [ErrShared], one without a channel with [ErrNilChan].
//
// [steady.Watch] shows the Go channel itself on the dashboard.
package actors

import (
	"errors"
	"fmt"
	"sync/atomic"

	steady "github.com/steadytop/steadytop/runtime"
)

// ErrShared is the failure of an actor whose body is that of another actor.
var ErrShared = errors.New("the body belongs to another actor")

// ErrNilChan is the failure of an actor whose Go channel is nil.
var ErrNilChan = errors.New("the channel is nil")

// owner is the one actor that uses a body.
type owner struct{ actor atomic.Pointer[steady.Actor] }

// claim is called at the start of each incarnation. The handle of an actor is
// the same in all of them.
func (o *owner) claim(a *steady.Actor, body string, isNil bool) error {
	if isNil {
		return fmt.Errorf("actors: %s: %w", body, ErrNilChan)
	}
	if !o.actor.CompareAndSwap(nil, a) && o.actor.Load() != a {
		return fmt.Errorf("actors: %s: %w, %q", body, ErrShared, o.actor.Load().Name())
	}
	return nil
}
