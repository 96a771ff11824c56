package main

import (
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// gate makes one stream of the orders of all shops, which take turns.
type gate struct {
	shops *steady.BundleRx[order]
	out   *steady.Tx[order]
}

func (g gate) run(*steady.Actor) error {
	for _, o := range g.shops.All() {
		if err := g.out.Send(o); err != nil {
			return err
		}
	}
	return nil
}

// parse fails on an order that nobody can read, and is started again with the
// same order. Poison sets that aside after the second failure.
type parse struct{ unreadable uint64 } // one of so many

func (p parse) run(a *steady.Actor, in *steady.Rx[order], out *steady.Tx[order]) error {
	for o := range in.All() {
		if o.id%p.unreadable == 0 {
			return fmt.Errorf("order %d is not readable", o.id)
		}
		if err := out.Send(o); err != nil {
			return err
		}
	}
	return nil
}
