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
	workers         *steady.BundleTx[order]
	stuck           bool // takes new orders first
}

func (r route) run(a *steady.Actor) error {
	first, second := r.declined, r.fresh
	if r.stuck {
		first, second = second, first
	}
	for a.Running(first.Drained(), second.Drained()) {
		in := first
		switch a.WaitAny(first.Avail(1), second.Avail(1)) {
		case -1:
			continue
		case 1:
			in = second
		}
		o, _ := in.TryTake()
		if err := r.workers.Send(o); err != nil { // to the next who has room
			return err
		}
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
	workers *steady.BundleRx[order]
	back    *steady.Tx[order]
	out     *steady.Tx[order]
	stuck   bool // declines everything, for ever
}

func (c check) run(*steady.Actor) error {
	for _, o := range c.workers.All() {
		to := c.out
		if o.declined || c.stuck {
			o.declined, o.retried, to = false, true, c.back
		}
		if err := to.Send(o); err != nil {
			return err
		}
	}
	return nil
}
