package main

import (
	"context"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// event is a message of 64 bytes, a cache line.
type event struct {
	number uint64
	_      [7]float64
}

func structFamily() family {
	return family{name: "structs", title: "Larger messages", contests: []contest{{
		name: "two actors, 1024 structs of 64 bytes", unit: "message",
		ours: variant{"Send and All", events},
		rivals: []rival{
			{variant{"chan of structs", chanEvents}, atLeast(1, 5)},
			{variant{"chan of pointers to new structs", chanPointers}, atLeast(1, 5)},
		},
	}}}
}

func events(n int) (time.Duration, error) {
	g := &steady.Graph{Name: "bench"}
	c := steady.NewChan[event](g, "events", capacity)
	steady.Source(g, "source", c, func(a *steady.Actor, out *steady.Tx[event]) error {
		for i := uint64(0); i < uint64(n) && a.Running(); i++ {
			if err := out.Send(event{number: i}); err != nil {
				return err
			}
		}
		return nil
	})
	var t tally
	steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[event]) error {
		sum := newTally(0)
		for v := range in.All() {
			sum.add(v.number)
		}
		t = sum
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

func chanEvents(n int) (time.Duration, error) {
	c := make(chan event, capacity)
	start := time.Now()
	go func() {
		for i := range uint64(n) {
			c <- event{number: i}
		}
		close(c)
	}()
	t := newTally(0)
	for v := range c {
		t.add(v.number)
	}
	return time.Since(start), t.check(n, 0)
}

func chanPointers(n int) (time.Duration, error) {
	c := make(chan *event, capacity)
	start := time.Now()
	go func() {
		for i := range uint64(n) {
			c <- &event{number: i}
		}
		close(c)
	}()
	t := newTally(0)
	for v := range c {
		t.add(v.number)
	}
	return time.Since(start), t.check(n, 0)
}
