package main

import steady "github.com/steadytop/steadytop/runtime"

// In place: nothing is copied. The generator writes into the free room of its
// channel, and the worker reads where the numbers lie and writes where the
// results will lie.

func generateInPlace(a *steady.Actor, out *steady.Tx[uint64], size int, sent *steady.State[uint64]) error {
	for a.Running() {
		if !a.Wait(out.Vacant(size)) {
			continue
		}
		room, _ := out.Reserve()
		room = room[:min(len(room), size)]
		n := sent.Get()
		for i := range room {
			room[i] = n + uint64(i)
		}
		out.Publish(len(room))
		sent.Set(n + uint64(len(room)))
	}
	return nil
}

func workInPlace(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[kinded], size int) error {
	for a.Running(in.Drained()) {
		if !a.Wait(in.Avail(size), out.Vacant(size)) {
			continue
		}
		numbers, _ := in.Peek() // the second part begins where the storage does: it comes next time
		room, _ := out.Reserve()
		n := min(len(numbers), len(room), size)
		for i, v := range numbers[:n] {
			room[i] = classify(v)
		}
		in.Release(n)
		out.Publish(n)
	}
	return nil
}
