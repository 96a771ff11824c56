package main

import (
	"context"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// capacity of the channels of all contests about messages.
const capacity = 1024

func easyFamily() family {
	return family{
		name: "easy", title: "One message at a time, against channels",
		contests: []contest{
			{
				name: "two actors, 1024 u64", unit: "message",
				ours: variant{"Send and All", pipeline(0)},
				rivals: []rival{
					{variant{"chan", chanPipeline(0)}, atLeast(5, 12)},
					{variant{"chan, select with ctx.Done", selectPipeline(0)}, atLeast(12, 30)},
				},
			},
			{
				name: "three actors, 1024 u64", unit: "message",
				ours: variant{"Send and All", pipeline(1)},
				rivals: []rival{
					{variant{"two chans", chanPipeline(1)}, atLeast(6, 12)},
					{variant{"two chans, select with ctx.Done", selectPipeline(1)}, bound{}},
				},
			},
			{
				name: "two actors on threads of their own, 1024 u64", unit: "message",
				ours:   variant{"Send and All, solo", pipeline(0, steady.Solo())},
				rivals: []rival{{variant{"chan, locked threads", lockedPipeline}, atLeast(5, 12)}},
			},
			small(1, atMost(2, 1.2)), small(16, atLeast(1.6, 3)), small(64, atLeast(2, 5)),
		},
		figures: []figure{{
			name: "allocations of a message", unit: "allocations", bound: atMost(0.001, 0),
			once: true, measure: messageAllocations,
		}},
	}
}

// small is the easy path through a channel of few slots, where a message often
// makes one side wait.
func small(slots int, b bound) contest {
	return contest{
		name: fmt.Sprintf("two actors, %d u64", slots), unit: "message",
		ours: variant{"Send and All", func(n int) (time.Duration, error) {
			l := newLineOf(slots, n, 0)
			return l.run(n, 0)
		}},
		rivals: []rival{{variant{"chan", chanPipelineOf(slots, 0)}, b}},
	}
}

// source sends 0 to n-1. It is not inlined: the compiler inlines no calls into
// a body that it has copied, and few users return their bodies from functions.
//
//go:noinline
func source(n int) func(*steady.Actor, *steady.Tx[uint64]) error {
	return func(a *steady.Actor, out *steady.Tx[uint64]) error {
		for i := uint64(0); i < uint64(n) && a.Running(); i++ {
			if err := out.Send(i); err != nil {
				return err
			}
		}
		return nil
	}
}

// stage passes on what it gets, plus one.
func stage(_ *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[uint64]) error {
	for v := range in.All() {
		if err := out.Send(v + 1); err != nil {
			return err
		}
	}
	return nil
}

// line is a graph of a source, stages and a sink that adds up.
type line struct {
	graph steady.Graph
	tally tally
}

// Actors that the options put on threads of their own park as they do in a
// service.
func newLine(n, stages int, opts ...steady.Option) *line {
	return newLineOf(capacity, n, stages, opts...)
}

func newLineOf(capacity, n, stages int, opts ...steady.Option) *line {
	l := &line{graph: steady.Graph{Name: "bench", Park: steady.ParkFutex}}
	c := steady.NewChan[uint64](&l.graph, "0", capacity)
	steady.Source(&l.graph, "source", c, source(n), opts...)
	for i := range stages {
		next := steady.NewChan[uint64](&l.graph, fmt.Sprint(i+1), capacity)
		steady.Stage(&l.graph, fmt.Sprint("stage ", i), c, next, stage, opts...)
		c = next
	}
	steady.Sink(&l.graph, "sink", c, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
		t := newTally(stages)
		for v := range in.All() {
			t.add(v)
		}
		l.tally = t
		return nil
	}, opts...)
	return l
}

// pipeline is the easy path of the library, with stages between source and sink.
func pipeline(stages int, opts ...steady.Option) work {
	return func(n int) (time.Duration, error) {
		return newLine(n, stages, opts...).run(n, stages)
	}
}

// run returns how long all of it takes.
func (l *line) run(n, stages int) (time.Duration, error) {
	start := time.Now()
	err := l.graph.Serve(context.Background())
	took := time.Since(start)
	if err != nil {
		return 0, err
	}
	return took, l.tally.check(n, stages)
}

// messageAllocations returns how often a message allocates, from a run that is
// long enough for the start not to count.
func messageAllocations() (float64, error) {
	const n = 1 << 22
	l := newLine(n, 1)
	var err error
	count := allocations(func() { err = l.graph.Serve(context.Background()) })
	if err != nil {
		return 0, err
	}
	return float64(count) / n, l.tally.check(n, 1)
}
