package main

import (
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// gate makes one stream of the orders of many shops.
type gate struct {
	shops []*steady.Rx[order]
	out   *steady.Tx[order]
}

func (g gate) run(a *steady.Actor) error {
	conds, drained := lanesOf(g.shops)
	for a.Running(drained...) {
		if a.WaitAny(conds...) < 0 {
			continue
		}
		for _, in := range g.shops {
			if o, ok := in.TryTake(); ok {
				if err := g.out.Send(o); err != nil {
					return err
				}
				a.Commit() // each order is an iteration of its own
			}
		}
	}
	return nil
}

// parse fails on an order that nobody can read, and is started again with the
// same order. Poison sets that aside after the second failure.
func parse(a *steady.Actor, in *steady.Rx[order], out *steady.Tx[order]) error {
	for o := range in.All() {
		if o.unreadable() {
			return fmt.Errorf("order %d is not readable", o.id)
		}
		if err := out.Send(o); err != nil {
			return err
		}
	}
	return nil
}
