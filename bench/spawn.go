package main

import (
	"context"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func spawnFamily() family {
	return family{name: "spawn", title: "Start and end", contests: []contest{{
		name: "build, start and end a row of actors, 64 u64 each", unit: "actor",
		ours:   variant{"Stage and Serve", spawn},
		rivals: []rival{{variant{"goroutines and chans", chanSpawn}, bound{}}},
	}}}
}

// slots of the channels of actors of whom there are many.
const slots = 64

// spawn starts n actors in a row and sends one message through.
func spawn(n int) (time.Duration, error) {
	start := time.Now()
	g := &steady.Graph{Name: "bench"}
	c := steady.NewChan[uint64](g, "0", slots)
	steady.Source(g, "source", c, source(1))
	for i := range n {
		next := steady.NewChan[uint64](g, fmt.Sprint(i+1), slots)
		steady.Stage(g, fmt.Sprint("stage ", i), c, next, stage)
		c = next
	}
	got := uint64(0)
	steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
		for v := range in.All() {
			got = v
		}
		return nil
	})
	err := g.Serve(context.Background())
	took := time.Since(start)
	if err != nil {
		return 0, err
	}
	return took, checkSum(got, 1, n)
}

func chanSpawn(n int) (time.Duration, error) {
	start := time.Now()
	first := make(chan uint64, slots)
	c := first
	for range n {
		in, out := c, make(chan uint64, slots)
		go func() {
			for v := range in {
				out <- v + 1
			}
			close(out)
		}()
		c = out
	}
	first <- 0
	close(first)
	got := uint64(0)
	for v := range c {
		got = v
	}
	return time.Since(start), checkSum(got, 1, n)
}
