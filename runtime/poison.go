package steady

import (
	"errors"
	"fmt"
)

// DeadLetter is a message that was set aside because the actor that takes it
// failed again and again; see [Poison].
type DeadLetter[T any] struct {
	Message  T
	Channel  string
	Actor    string // that failed
	Index    uint64 // of the message in its channel, from 0
	Failures int
	Err      error // the last failure
}

// Poison sets messages aside that the receiver of c fails on: after so many
// failures, at least one, a message goes to dead instead of to the receiver
// again. The receiver's actor becomes the sender of dead, which needs a
// receiver like any other channel; while it is full the actor waits.
//
// Failures are counted for the first message of the iteration that failed.
// After one of Batches has, its messages come again one by one, so that the one
// at fault is found. Setting aside is one step with taking the message, and the
// failures that led to it do not count for Restart, which has to allow failures
// less one of them. Without Poison the limit of Restart decides, and so it does
// for a State that could not be saved, which is no fault of a message.
func Poison[T any](c *Chan[T], failures int, dead *Chan[DeadLetter[T]]) {
	g := c.e.g
	switch {
	case failures < 1:
		g.mistake("channel %q: Poison after %d failures: want 1 or more", c.e.name, failures)
		return
	case dead == nil:
		g.mistake("channel %q: Poison without a channel for what is set aside", c.e.name)
		return
	case c.e.poison != nil:
		g.mistake("channel %q: Poison is set twice", c.e.name)
		return
	}
	p := &poison{failures: failures}
	c.e.poison = p
	c.set = func() { p.aside = asider(p, c.rx, dead) }
	if c.rx != nil {
		c.set()
	}
}

// asider makes the actor of rx the sender of dead, and returns what moves the
// next message there.
func asider[T any](p *poison, rx *Rx[T], dead *Chan[DeadLetter[T]]) func(error) error {
	a := rx.p.a
	tx := dead.Tx(&Spec{a: a})
	return func(err error) error {
		index := rx.p.Next()
		v, ok := rx.TryTake()
		if !ok {
			return fmt.Errorf("steady: channel %q: the message to set aside is gone", rx.p.e.name)
		}
		return tx.Send(DeadLetter[T]{
			Message: v, Channel: rx.p.e.name, Actor: a.name, Index: index, Failures: p.count, Err: err,
		})
	}
}

// poison counts the failures of one channel's messages. Only the flow of the
// receiver uses it.
type poison struct {
	failures int
	aside    func(err error) error

	index   uint64 // the message that count is about
	count   int
	suspect uint64 // below this index batches are of one message
	first   uint64 // what the last iteration that was rolled back had taken
	taken   uint64
}

// limit returns how long a batch from next on may be.
func (p *poison) limit(next, limit uint64) uint64 {
	if p != nil && int64(p.suspect-next) > 0 {
		return 1
	}
	return limit
}

// note remembers what an iteration had taken when it was rolled back.
func (p *poison) note(first, taken uint64) {
	if taken > 0 {
		p.first, p.taken = first, taken
	}
}

// failed counts a failure of the actor while next is the next message, and
// reports whether that one is to be set aside. An iteration of several messages
// gets one failure more, so that it can come again one by one.
func (p *poison) failed(next uint64) bool {
	if p.taken == 0 || p.first != next {
		return false // it failed on something else
	}
	if p.index != next || p.count == 0 {
		p.index, p.count = next, 0
		if int64(p.suspect-next) > 0 {
			p.count = 1 // it was in the batch that failed
		}
	}
	p.count++
	if p.taken > 1 {
		p.suspect = next + p.taken
		p.taken = 0
		return p.count > p.failures
	}
	p.taken = 0
	return p.count >= p.failures
}

// setAside counts the failure for the messages that the actor had taken, and
// sets those aside that have caused enough of them. It reports whether any was:
// then the cause of the failure is out of the way.
func (a *Actor) setAside(failure error) (any bool) {
	if noFaultOfAMessage(failure) {
		return false
	}
	for _, i := range a.ins {
		p := i.e.poison
		if p == nil || !p.failed(i.Next()) {
			continue
		}
		if err := p.aside(failure); err != nil {
			a.rollback()
			a.g.logger().Warn("message not set aside", "actor", a.name, "channel", i.e.name, "error", err)
			continue
		}
		a.tick++ // it is one iteration
		a.g.logger().Warn("message set aside", "actor", a.name, "channel", i.e.name, "index", p.index, "failures", p.count)
		a.failedAt = a.failedAt[:max(0, len(a.failedAt)-p.count)]
		p.count, any = 0, true
	}
	if any {
		a.flush()
	}
	return any
}

// noFaultOfAMessage reports whether a failure would have come with any message: a
// state could not be saved.
func noFaultOfAMessage(failure error) bool {
	var e *StateError
	return errors.As(failure, &e)
}

// tooPatient notes a mistake if Restart gives up before a message is set aside.
func (a *Actor) tooPatient() error {
	for _, i := range a.ins {
		if p := i.e.poison; p != nil && a.limits.max() >= 0 && p.failures > a.limits.max()+1 {
			return fmt.Errorf("steady: channel %q: Poison after %d failures, but Restart gives actor %q up after %d: raise Max",
				i.e.name, p.failures, a.name, a.limits.max()+1)
		}
	}
	return nil
}
