package main

import (
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// route spreads orders over the workers of its region, and takes back those
// that were declined. It takes all of these before it takes a new one: so new
// ones enter the loop only while the lanes hold all that goes round, and the
// channel back has room for that. A loop needs such an argument, or it fills up.
type route struct {
	fresh, declined *steady.Rx[order]
	workers         []*steady.Tx[order]
}

func (r route) run(a *steady.Actor) error {
	for next := 0; a.Running(r.fresh.Drained(), r.declined.Drained()); {
		in := r.declined
		switch a.WaitAny(r.declined.Avail(1), r.fresh.Avail(1)) {
		case -1:
			continue
		case 1:
			in = r.fresh
		}
		o, _ := in.TryTake()
		if err := r.workers[next].Send(o); err != nil {
			return err
		}
		next = (next + 1) % len(r.workers)
	}
	return nil
}

// work decides about orders. It shares its thread with the other workers of
// its region. A hog blocks in its body, and all of them wait.
type work struct{ hog bool }

func (w work) run(a *steady.Actor, in *steady.Rx[order], out *steady.Tx[order]) error {
	var nap time.Time
	for o := range in.All() {
		if w.hog && time.Since(nap) > time.Second {
			nap = time.Now()
			select { // this belongs into Actor.Blocking
			case <-time.After(700 * time.Millisecond):
			case <-a.Stopping():
			}
		}
		o.declined = !o.retried && o.id%16 == 0
		if err := out.Send(o); err != nil {
			return err
		}
	}
	return nil
}

// check sends what was declined back to be routed again, and the rest on to the
// bank.
type check struct {
	workers []*steady.Rx[order]
	back    *steady.Tx[order]
	out     *steady.Tx[order]
	stuck   bool // declines everything, for ever
}

func (c check) run(a *steady.Actor) error {
	conds, drained := lanesOf(c.workers)
	for a.Running(drained...) {
		if a.WaitAny(conds...) < 0 {
			continue
		}
		for _, in := range c.workers {
			if o, ok := in.TryTake(); ok {
				to := c.out
				if o.declined || c.stuck {
					o.declined, o.retried, to = false, true, c.back
				}
				if err := to.Send(o); err != nil {
					return err
				}
				a.Commit()
			}
		}
	}
	return nil
}
