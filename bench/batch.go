package main

import (
	"context"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func batchFamily() family {
	f := family{name: "batch", title: "Batches", contests: []contest{
		{
			name: "two actors, 1024 u64, in place", unit: "message",
			ours: variant{"Reserve and Batches, a loop over single messages", inPlace(capacity, capacity/2)},
			rivals: []rival{
				{variant{"chan", chanPipeline(0)}, atLeast(15, 30)},
				{variant{"one core, nothing handed over", floor}, bound{}},
			},
		},
		{
			name: "two actors, 1024 u64, copied", unit: "message",
			ours:   variant{"SendSlice of 256 and Batches", copied(capacity, 256)},
			rivals: []rival{{variant{"chan", chanPipeline(0)}, atLeast(15, 30)}},
		},
		{
			name: "single messages against slices", unit: "message",
			ours: variant{"Send and All, 1024", pipeline(0)},
			rivals: []rival{
				{variant{"chan of slices of 64, made anew", freshSlices(64)}, bound{}},
				{variant{"chan of slices of 64, pooled", pooledSlices(64)}, bound{}},
				{variant{"chan of slices of 1024, pooled", pooledSlices(1024)}, bound{}},
			},
		},
	}}
	for _, size := range []int{64, 1024, 16384} {
		againstSlices, againstFloor := atLeast(0.9, 1.3), atLeast(0.6, 0.95)
		if size < 1024 {
			againstSlices, againstFloor = atLeast(1.3, 2), bound{}
		}
		f.contests = append(f.contests, contest{
			name: fmt.Sprintf("two actors, batches of %d u64", size), unit: "message",
			ours: variant{"Reserve and Batches", inPlace(size*slicesOf(size), size)},
			rivals: []rival{
				{variant{"chan of slices, pooled", pooledSlices(size)}, againstSlices},
				{variant{"chan of slices, made anew", freshSlices(size)}, bound{}},
				{variant{"one core, nothing handed over", floor}, againstFloor},
			},
		})
	}
	f.figures = []figure{{
		name: "floor: to copy a u64 on one core", unit: "ns", measure: func() (float64, error) {
			const n = 1 << 26
			took, err := copies(n)
			return float64(took.Nanoseconds()) / n, err
		},
	}}
	return f
}

// inPlace writes batches where they lie in the channel, and reads them there.
func inPlace(slots, size int) work {
	return batches(slots, size, func(a *steady.Actor, out *steady.Tx[uint64], n int) error {
		for i := uint64(0); i < uint64(n) && a.Running(); {
			free, _ := out.Reserve() // the end of the storage ends a batch, too
			if len(free) < size {
				a.Wait(out.Vacant(size))
				free, _ = out.Reserve()
			}
			free = free[:min(uint64(len(free)), uint64(size), uint64(n)-i)]
			i = fill(free, i)
			out.Publish(len(free))
		}
		return nil
	})
}

// copied sends slices and reads them in the channel.
func copied(slots, size int) work {
	return batches(slots, size, func(a *steady.Actor, out *steady.Tx[uint64], n int) error {
		vs := make([]uint64, size)
		for i := uint64(0); i < uint64(n) && a.Running(); {
			vs = vs[:min(uint64(size), uint64(n)-i)]
			i = fill(vs, i)
			if err := out.SendSlice(vs); err != nil {
				return err
			}
		}
		return nil
	})
}

// batches adds up in place, at most size messages at a time, what send sends.
func batches(slots, size int, send func(*steady.Actor, *steady.Tx[uint64], int) error) work {
	return func(n int) (time.Duration, error) {
		g := &steady.Graph{Name: "bench"}
		c := steady.NewChan[uint64](g, "numbers", slots)
		steady.Source(g, "source", c, func(a *steady.Actor, out *steady.Tx[uint64]) error { return send(a, out, n) })
		total := uint64(0)
		steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
			sum := uint64(0)
			for vs := range in.Batches(size) {
				sum += sumOf(vs)
			}
			total = sum
			return nil
		})
		start := time.Now()
		err := g.Serve(context.Background())
		took := time.Since(start)
		if err != nil {
			return 0, err
		}
		return took, checkSum(total, n, 0)
	}
}
