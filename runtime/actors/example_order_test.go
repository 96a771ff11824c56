package actors_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// How do I get the results of several workers in the order in which the work came?
// By numbers that the source gives out, and a Gather behind the workers.
func ExampleGather() {
	const workers = 3
	type job struct{ number, value int }
	g := &steady.Graph{}
	jobs, results := steady.NewBundle[job](g, "jobs", workers, 4), steady.NewBundle[job](g, "results", workers, 4)
	sorted := steady.NewChan[job](g, "sorted", 4)

	s := g.Actor("source")
	out := jobs.Tx(s)
	s.Run(func(*steady.Actor) error {
		for n, v := range []int{2, 3, 5, 7, 11, 13} {
			if err := out.Send(job{n, v}); err != nil { // to whoever has room
				return err
			}
		}
		return nil
	})
	for i := range workers {
		steady.Stage(g, fmt.Sprint("worker ", i), jobs.Lane(i), results.Lane(i),
			func(_ *steady.Actor, in *steady.Rx[job], out *steady.Tx[job]) error {
				for j := range in.All() {
					if err := out.Send(job{j.number, j.value * j.value}); err != nil {
						return err
					}
				}
				return nil
			})
	}
	next := steady.NewState(g, "next", uint64(0))
	s = g.Actor("in order", next)
	number := func(j job) actors.Span { return actors.At(uint64(j.number)) }
	s.Run(actors.Gather(results.Rx(s), sorted.Tx(s), number, next))
	steady.Sink(g, "print", sorted, func(_ *steady.Actor, in *steady.Rx[job]) error {
		for j := range in.All() {
			fmt.Println(j.value)
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// 4
	// 9
	// 25
	// 49
	// 121
	// 169
	// <nil>
}

// How does a source with several workers go on after a crash, and leave nothing
// out? At the low-water mark of what the workers say that they have done.
func ExampleMark() {
	dir, err := os.MkdirTemp("", "mark")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()

	service := func(crash bool) {
		g := &steady.Graph{}
		mark := steady.NewState(g, "mark", actors.Mark{}, steady.Persist(filepath.Join(dir, "mark.state")))
		fmt.Println("starts at", mark.AtStart().Low)
		done := steady.NewBundle[actors.Span](g, "done", 2, 4)
		for i, spans := range [][]actors.Span{{{From: 0, To: 10}, {From: 20, To: 30}}, {{From: 10, To: 20}}} {
			steady.Source(g, fmt.Sprint("worker ", i), done.Lane(i), func(_ *steady.Actor, out *steady.Tx[actors.Span]) error {
				for _, s := range spans {
					if crash && s.From == 10 {
						continue // it does not come to this one
					}
					if err := out.Send(s); err != nil {
						return err
					}
				}
				return nil
			})
		}
		s := g.Actor("keeper", mark)
		in := done.Rx(s)
		s.Run(func(*steady.Actor) error {
			for _, span := range in.All() {
				mark.Set(mark.Get().Done(span))
			}
			return nil
		})
		fmt.Println(g.Serve(context.Background()), mark.Get())
	}
	service(true)
	service(false)
	service(false)
	// Output:
	// starts at 0
	// <nil> {10 [{20 30}]}
	// starts at 10
	// <nil> {30 []}
	// starts at 30
	// <nil> {30 []}
}
