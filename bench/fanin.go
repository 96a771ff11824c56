package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// senders of the contest in which many send to one.
const senders = 4

func fanInFamily() family {
	return family{name: "fanin", title: "Many to one", contests: []contest{{
		name: "four actors to one, 1024 u64", unit: "message",
		ours: variant{"four channels, WaitAny and Peek", fanIn},
		rivals: []rival{
			{variant{"one chan", chanFanIn}, atLeast(2, 5)},
			{variant{"four chans and a select", selectFanIn}, atLeast(2, 5)},
		},
	}}}
}

// share is how many of n messages sender k sends: 0 to share-1.
func share(n, k int) int { return (n + k) / senders }

// checkShares compares with the sum of what all senders send.
func checkShares(got uint64, n int) error {
	want := uint64(0)
	for k := range senders {
		m := uint64(share(n, k))
		want += m * (m - 1) / 2
	}
	if got != want {
		return fmt.Errorf("the sum of %d messages is %d, want %d", n, got, want)
	}
	return nil
}

func fanIn(n int) (time.Duration, error) {
	g := &steady.Graph{Name: "bench"}
	sink := g.Actor("sink")
	var ins [senders]*steady.Rx[uint64]
	var conds [senders]steady.Cond
	var drained [senders]steady.Ballot
	for k := range senders {
		c := steady.NewChan[uint64](g, fmt.Sprint(k), capacity/senders)
		steady.Source(g, fmt.Sprint("source ", k), c, source(share(n, k)))
		ins[k] = c.Rx(sink)
		conds[k], drained[k] = ins[k].Avail(1), ins[k].Drained()
	}
	total := uint64(0)
	sink.Run(func(a *steady.Actor) error {
		sum := uint64(0)
		for a.Running(drained[:]...) {
			if a.WaitAny(conds[:]...) < 0 {
				continue
			}
			for _, in := range ins {
				x, y := in.Peek()
				sum += sumOf(x) + sumOf(y)
				in.Release(len(x) + len(y))
			}
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
	return took, checkShares(total, n)
}

func chanFanIn(n int) (time.Duration, error) {
	c := make(chan uint64, capacity)
	var all sync.WaitGroup
	start := time.Now()
	for k := range senders {
		all.Go(func() {
			for i := range uint64(share(n, k)) {
				c <- i
			}
		})
	}
	go func() {
		all.Wait()
		close(c)
	}()
	sum := uint64(0)
	for v := range c {
		sum += v
	}
	return time.Since(start), checkShares(sum, n)
}

func selectFanIn(n int) (time.Duration, error) {
	var c [senders]chan uint64
	start := time.Now()
	for k := range senders {
		c[k] = make(chan uint64, capacity/senders)
		go func() {
			for i := range uint64(share(n, k)) {
				c[k] <- i
			}
			close(c[k])
		}()
	}
	sum := uint64(0)
	for open := senders; open > 0; {
		var v uint64
		var ok bool
		var k int
		select {
		case v, ok = <-c[0]:
			k = 0
		case v, ok = <-c[1]:
			k = 1
		case v, ok = <-c[2]:
			k = 2
		case v, ok = <-c[3]:
			k = 3
		}
		if !ok {
			c[k] = nil
			open--
		}
		sum += v
	}
	return time.Since(start), checkShares(sum, n)
}
