package main

import steady "github.com/steadytop/steadytop/runtime"

// One by one: what one would write first. Every message is a transaction of its
// own, and the compiler inlines Send into the loops.

func generateOne(a *steady.Actor, out *steady.Tx[uint64], _ int, sent *steady.State[uint64]) error {
	for a.Running() {
		n := sent.Get()
		if err := out.Send(n); err != nil {
			return err
		}
		sent.Set(n + 1)
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

func sumOne(_ *steady.Actor, in *steady.Rx[kinded], _ int, sum *steady.State[total]) error {
	for k := range in.All() {
		sum.Set(sum.Get().plus(k))
	}
	return nil
}
