package main

import steady "github.com/steadytop/steadytop/runtime"

// One by one: what one would write first. Every message is a transaction of its
// own, and the compiler inlines Send into the loops.

func generateOne(a *steady.Actor, out *steady.Tx[uint64], _ int, sent *uint64) error {
	for a.Running() {
		if err := out.Send(*sent); err != nil {
			return err
		}
		*sent++
	}
	return nil
}

func workOne(_ *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[kinded], _ int) error {
	for n := range in.All() {
		if err := out.Send(classify(n)); err != nil {
			return err
		}
	}
	return nil
}

func sumOne(_ *steady.Actor, in *steady.Rx[kinded], _ int, t *total) error {
	for k := range in.All() {
		t.add(k)
	}
	return nil
}
