package main

import (
	"context"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// lanesFamily is about what an actor pays for the channels that it owns and does
// not use at the moment.
func lanesFamily() family {
	f := family{name: "lanes", title: "One actor, many lanes"}
	for _, n := range []struct {
		lanes int
		bound bound
	}{{8, bound{}}, {64, atMost(1200, 800)}, {512, atMost(1600, 1000)}, {10_000, bound{}}} {
		f.figures = append(f.figures, figure{
			name: fmt.Sprintf("round trip of a hub with one of %d workers", n.lanes), unit: "ns", bound: n.bound,
			measure: func() (float64, error) { return hub(n.lanes, 50_000) },
		})
	}
	f.figures = append(f.figures, figure{
		name: "message by one of 10000 lanes, each in turn", unit: "ns", bound: atMost(1000, 500),
		measure: func() (float64, error) { return manyLanes(10_000, 20) },
	})
	return f
}

// hub asks one worker after another, n times, and waits for the answer. It returns
// the nanoseconds of a round trip.
func hub(lanes, n int) (float64, error) {
	g := &steady.Graph{Name: "bench"}
	asks, answers := steady.NewBundle[int](g, "asks", lanes, 4), steady.NewBundle[int](g, "answers", lanes, 4)
	s := g.Actor("hub")
	out, in := asks.Tx(s), answers.Rx(s)
	var took time.Duration
	sum := 0
	s.Run(func(a *steady.Actor) error {
		start := time.Now()
		for i := 0; i < lanes+n && a.Running(); i++ {
			if i == lanes {
				start = time.Now() // all workers have begun
			}
			if err := out.Send(i); err != nil {
				return err
			}
			for _, v := range in.All() {
				sum += v - i
				break
			}
		}
		took = time.Since(start)
		return nil
	})
	for i := range lanes {
		steady.Stage(g, fmt.Sprint("worker ", i), asks.Lane(i), answers.Lane(i),
			func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
				for v := range in.All() {
					if err := out.Send(v + 1); err != nil {
						return err
					}
				}
				return nil
			})
	}
	err := g.Serve(context.Background())
	if err == nil && sum != lanes+n {
		err = fmt.Errorf("%d of %d answers", sum, lanes+n)
	}
	return float64(took) / float64(n), err
}

// manyLanes has one actor pass n rounds of messages through each of its lanes to
// the actor at the other end of all of them. It returns the nanoseconds of a
// message, both sides together.
func manyLanes(lanes, n int) (float64, error) {
	g := &steady.Graph{Name: "bench"}
	b := steady.NewBundle[int](g, "b", lanes, 4)
	s := g.Actor("source")
	out := b.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for i := 0; i < n*lanes && a.Running(); i++ {
			if err := out.Lane(i % lanes).Send(1); err != nil {
				return err
			}
		}
		return nil
	})
	s = g.Actor("sink")
	in := b.Rx(s)
	got := 0
	s.Run(func(*steady.Actor) error {
		for _, v := range in.All() {
			got += v
		}
		return nil
	})
	start := time.Now()
	err := g.Serve(context.Background())
	if err == nil && got != n*lanes {
		err = fmt.Errorf("%d of %d messages", got, n*lanes)
	}
	return float64(time.Since(start)) / float64(n*lanes), err
}
