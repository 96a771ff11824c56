package steadytest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// sender is a steady.Tx or a steady.ByteTx.
type sender[T any] interface{ Send(T) error }

// generator is what runs in the place of a source. Each message is an iteration
// of its own, and the port itself tells how many stand: so nothing has to be
// written down for each of them.
type generator[T any] struct {
	*watcher
	out  sender[T]
	next func(i uint64) T
}

func (g *generator[T]) body(a *steady.Actor) error {
	g.begin()
	err := g.drive(a, g.rig.Positions(g.self, nil)[g.port])
	if errors.Is(err, steady.ErrNoReceiver) && !g.rig.Stopping() {
		g.problem(fmt.Errorf("the receiver of %s ended before the load", g.channels[g.driven].Name))
	}
	if err == nil || errors.Is(err, steady.ErrStopped) || errors.Is(err, steady.ErrNoReceiver) {
		g.finished()
	}
	return err
}

// drive sends messages from i on.
func (g *generator[T]) drive(a *steady.Actor, i uint64) error {
	if g.rate > 0 {
		return g.onTime(a, i)
	}
	// A source of production knows the type of its output, so this one does, too.
	tx, _ := g.out.(*steady.Tx[T])
	for next, limit := g.next, g.limit; i < limit && a.Running() && !g.pace.over.Load(); i++ {
		var err error
		if v := next(i); tx != nil {
			err = tx.Send(v)
		} else {
			err = g.out.Send(v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// onTime sends each message when it is due, or as soon after that as it can. It
// ends when the one after the last would be due, so that n messages take the time
// of n. When For is over it still sends what became due in the last wait, which is
// never quite on time; whoever is behind for another reason stays behind.
func (g *generator[T]) onTime(a *steady.Actor, i uint64) error {
	now, woken := time.Since(g.pace.start), uint64(0)
	for a.Running() && (now < g.length || i < woken) {
		due := g.due(i)
		switch {
		case now < due:
			a.Wait(a.After(min(due, g.length) - now))
			now = time.Since(g.pace.start)
			woken = g.dueBefore(now)
		case i < g.limit:
			if err := g.out.Send(g.next(i)); err != nil {
				return err
			}
			now = time.Since(g.pace.start)
			g.pace.lag.add(now - due)
			i++
		default:
			return nil
		}
	}
	return nil
}

// pace is how a generator keeps its times. What is not atomic is set once, when
// it begins for the first time.
type pace struct {
	start time.Time
	timer *time.Timer  // nil with a rate, or without end
	over  atomic.Bool  // For is over
	end   atomic.Int64 // when it ended, since start; 0 if it has not
	lag   lags
}
