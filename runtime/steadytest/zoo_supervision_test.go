package steadytest

import (
	"errors"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

var errArchive = errors.New("the archive is down")

// lettered is a group of an actor that sets messages aside and of the one that
// takes them, both of which fail on their own, too: one fails while the other
// sets aside, or is called, or comes up again.
type lettered struct {
	strategy          steady.Strategy
	two               bool // the actor takes two messages at once
	sent, took, filed *steady.State[int]
}

func (l *lettered) scenario(name string) scenario {
	return scenario{name, l.build, Options{Setup: func(g *Graph) { g.Ensure(l.allThere) }}}
}

// allThere says whether each message was either taken or set aside.
func (l *lettered) allThere() error {
	if sent, took, filed := l.sent.Get(), l.took.Get(), l.filed.Get(); sent != took+filed {
		return fmt.Errorf("%d were sent, %d taken, %d set aside", sent, took, filed)
	}
	return nil
}

func (l *lettered) build(g *steady.Graph) {
	l.sent, l.took, l.filed = steady.NewState(g, "sent", 0), steady.NewState(g, "took", 0), steady.NewState(g, "filed", 0)
	last, letter := steady.NewState(g, "last", -1), steady.NewState(g, "letter", -1)
	in, dead := steady.NewChan[int](g, "in", 6), steady.NewChan[steady.DeadLetter[int]](g, "dead", 1)
	session, more := steady.Group("session", l.strategy), steady.Restart{Max: -1, Backoff: time.Millisecond}
	steady.Poison(in, 1, dead)
	steady.Source(g, "source", in, count(l.sent), l.sent)
	take := func(v int) error {
		if v <= last.Get() {
			return fmt.Errorf("%d after %d", v, last.Get())
		}
		if v%4 != 3 {
			return errBad
		}
		last.Set(v)
		l.took.Set(l.took.Get() + 1)
		return nil
	}
	steady.Sink(g, "picky", in, func(a *steady.Actor, in *steady.Rx[int]) error {
		if l.two {
			return pairs(a, in, take)
		}
		for v := range in.All() {
			if err := take(v); err != nil {
				return err
			}
		}
		return nil
	}, last, l.took, session, more)
	tries := 0
	steady.Sink(g, "archive", dead, func(_ *steady.Actor, in *steady.Rx[steady.DeadLetter[int]]) error {
		for d := range in.All() {
			if tries++; tries%5 == 4 {
				return errArchive
			}
			if d.Message <= letter.Get() {
				return fmt.Errorf("letter %d after %d", d.Message, letter.Get())
			}
			letter.Set(d.Message)
			l.filed.Set(l.filed.Get() + 1)
		}
		return nil
	}, letter, l.filed, session, more)
}

// pairs takes two messages an iteration, if it gets as many, and looks at the
// first before.
func pairs(a *steady.Actor, in *steady.Rx[int], take func(int) error) error {
	for a.Running(in.Drained()) {
		if !a.Wait(in.Avail(2)) {
			continue
		}
		if first, ok := in.TryPeek(); !ok || first < 0 {
			return errors.New("the wait was not true")
		}
		for range 2 {
			if v, ok := in.TryTake(); ok {
				if err := take(v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
