package main

import (
	"context"
	"runtime"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func tryFamily() family {
	return family{name: "try", title: "Polling", contests: []contest{{
		name: "two actors that never wait, 1024 u64", unit: "message",
		ours:   variant{"TrySend and TryTake", tryPorts},
		rivals: []rival{{variant{"chan, select with default", tryChan}, atLeast(2, 4)}},
	}}}
}

// tryPorts polls: who finds no room or no message lets others run.
func tryPorts(n int) (time.Duration, error) {
	g := &steady.Graph{Name: "bench"}
	c := steady.NewChan[uint64](g, "numbers", capacity)
	steady.Source(g, "source", c, func(a *steady.Actor, out *steady.Tx[uint64]) error {
		for i := uint64(0); i < uint64(n) && a.Running(); {
			if out.TrySend(i) {
				i++
			} else {
				runtime.Gosched()
			}
		}
		return nil
	})
	t := newTally(0)
	steady.Sink(g, "sink", c, func(a *steady.Actor, in *steady.Rx[uint64]) error {
		for got := 0; got < n && a.Running(); {
			if v, ok := in.TryTake(); ok {
				t.add(v)
				got++
			} else {
				runtime.Gosched()
			}
		}
		return nil
	})
	start := time.Now()
	err := g.Serve(context.Background())
	took := time.Since(start)
	if err != nil {
		return 0, err
	}
	return took, t.check(n, 0)
}

func tryChan(n int) (time.Duration, error) {
	c := make(chan uint64, capacity)
	start := time.Now()
	go func() {
		for i := uint64(0); i < uint64(n); {
			select {
			case c <- i:
				i++
			default:
				runtime.Gosched()
			}
		}
	}()
	t := newTally(0)
	for got := 0; got < n; {
		select {
		case v := <-c:
			t.add(v)
			got++
		default:
			runtime.Gosched()
		}
	}
	return time.Since(start), t.check(n, 0)
}
