package main

import steady "github.com/steadytop/steadytop/runtime"

// In batches: the loop over single messages moves into the actor, where it is a
// plain loop over a slice. A batch is one iteration: it stands or falls as a
// whole.

func generateBatch(a *steady.Actor, out *steady.Tx[uint64], size int, sent *steady.State[uint64]) error {
	numbers := make([]uint64, size)
	for a.Running() {
		n := sent.Get()
		for i := range numbers {
			numbers[i] = n + uint64(i)
		}
		if err := out.SendSlice(numbers); err != nil {
			return err
		}
		sent.Set(n + uint64(size))
	}
	return nil
}

func workBatch(_ *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[kinded], size int) error {
	results := make([]kinded, size)
	for numbers := range in.Batches(size) {
		results = results[:len(numbers)]
		for i, n := range numbers {
			results[i] = classify(n)
		}
		if err := out.SendSlice(results); err != nil {
			return err
		}
	}
	return nil
}

func sumBatch(_ *steady.Actor, in *steady.Rx[kinded], size int, sum *steady.State[total]) error {
	for results := range in.Batches(size) {
		t := sum.Get() // the compiler keeps a local in registers
		for _, k := range results {
			t = t.plus(k)
		}
		sum.Set(t)
	}
	return nil
}
