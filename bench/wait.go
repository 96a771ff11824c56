package main

import (
	"context"
	"errors"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func waitFamily() family {
	return family{name: "wait", title: "A wait that is satisfied", figures: []figure{
		{
			name: "satisfied wait for two conditions", unit: "ns", bound: atMost(25, 10),
			measure: func() (float64, error) {
				const n = 1 << 22
				took, _, err := satisfiedWaits(n)
				return float64(took.Nanoseconds()) / n, err
			},
		},
		{
			name: "allocations of such a wait", unit: "allocations", bound: atMost(0, 0), once: true,
			measure: func() (float64, error) {
				const n = 1 << 16
				_, count, err := satisfiedWaits(n)
				return float64(count) / n, err
			},
		},
	}}
}

// satisfiedWaits waits n times for a message that is there and for room that
// is there. It returns the time and the allocations of the waits alone.
func satisfiedWaits(n int) (took time.Duration, count uint64, err error) {
	g := &steady.Graph{Name: "bench"}
	in, out := steady.NewChan[uint64](g, "in", capacity), steady.NewChan[uint64](g, "out", capacity)
	steady.Source(g, "source", in, func(_ *steady.Actor, out *steady.Tx[uint64]) error { return out.Send(1) })
	steady.Stage(g, "waiter", in, out, func(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[uint64]) error {
		if !a.Wait(in.Avail(1)) {
			return errors.New("the first wait was not satisfied")
		}
		held := 0
		count = allocations(func() {
			start := time.Now()
			for range n {
				if a.Wait(in.Avail(1), out.Vacant(1)) {
					held++
				}
			}
			took = time.Since(start)
		})
		if held != n {
			return errors.New("a wait was not satisfied")
		}
		v, _ := in.TryTake()
		return out.Send(v)
	}, steady.Restart{Never: true})
	steady.Sink(g, "sink", out, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
		for range in.All() {
		}
		return nil
	})
	err = g.Serve(context.Background())
	return took, count, err
}
