package steady

import (
	"fmt"
	"slices"
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
// receiver like any other channel; while it is full the actor waits. Several
// inputs of an actor may share one channel of dead letters, all lanes of a bundle
// for example, and its body may send letters of its own there.
//
// Failures are counted for the message that the iteration had taken, or, if it had
// taken none of any input, for the one that it had looked at: by TryPeek, Peek or
// a wait for Avail. If it had taken several, they come again one by one, in every
// way of taking, so that the one at fault is found; a body that waits for several
// then gets one, as at the end of the channel. Only who waits for another one in
// the middle of the iteration gets more, and has the first one blamed.
//
// Setting aside is one step with taking the message. A failure that counts for a
// message does not count for Restart, and costs no back-off unless Restart names
// one: then each try costs that, without doubling. Without Poison the limit of
// Restart decides, and so it does for what is no fault of a message: a State that
// could not be saved, an ErrOutage, a failure before the first look at a message.
func Poison[T any](c *Chan[T], failures int, dead *Chan[DeadLetter[T]]) {
	poisoned(c, failures, dead, func(v T) T { return v })
}

// PoisonBytes is [Poison] for a ByteChan. The messages of its dead letters are
// copies.
func PoisonBytes(c *ByteChan, failures int, dead *Chan[DeadLetter[[]byte]]) {
	poisoned(c.messages(), failures, dead, func(s span) []byte { return slices.Clone(c.rx.view(s)) })
}

// poisoned sets messages of type T aside as letters about what they mean.
func poisoned[T, M any](c *Chan[T], failures int, dead *Chan[DeadLetter[M]], means func(T) M) {
	if c == nil {
		if dead == nil {
			panic("steady: Poison: both channels are nil")
		}
		dead.e.g.build("Poison", "nil")
		dead.e.g.mistake("Poison of a channel that is nil, with %q for what is set aside", dead.e.name)
		return
	}
	g := c.e.g
	g.build("Poison", c.e.name)
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
	c.set = func() { p.aside = asider(p, c.rx, dead, means) }
	if c.rx != nil {
		c.set()
	}
}

// asider makes the actor of rx the sender of dead, and returns what moves the
// next message there.
func asider[T, M any](p *poison, rx *Rx[T], dead *Chan[DeadLetter[M]], means func(T) M) func(error) error {
	a := rx.p.a
	tx := dead.letters(a)
	return func(err error) error {
		index := rx.p.Next()
		v, ok := rx.TryTake()
		if !ok {
			return fmt.Errorf("steady: channel %q: the message to set aside is gone", rx.p.e.name)
		}
		return tx.Send(DeadLetter[M]{
			Message: means(v), Channel: rx.p.e.name, Actor: a.name, Index: index, Failures: p.count, Err: err,
		})
	}
}

// letters claims the sending end for dead letters of the actor, which may have
// it already.
func (c *Chan[T]) letters(a *Actor) *Tx[T] {
	if c.e.from == a {
		return c.tx
	}
	c.e.letters, c.e.shared = true, c.e.from == nil
	return c.Tx(&Spec{a: a})
}

// letterMistakes returns what is wrong with what the actor sets aside.
func (a *Actor) letterMistakes() (errs []error) {
	for _, i := range a.ins {
		if i.e.poison != nil && a.limits.Outside {
			errs = append(errs, fmt.Errorf("steady: channel %q: Poison blames messages, but to actor %q with Restart.Outside "+
				"each failure is an outage: return ErrOutage for those, and leave Outside away", i.e.name, a.name))
		}
	}
	for _, o := range a.outs {
		if o.e.to == a && o.e.letters {
			errs = append(errs, fmt.Errorf("steady: channel %q: actor %q would wait for itself to take its dead letters",
				o.e.name, a.name))
		}
	}
	return errs
}
