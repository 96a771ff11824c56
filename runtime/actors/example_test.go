package actors_test

import (
	"context"
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// How do I put a graph between two goroutines that already talk over Go
// channels? With a Source that takes from the one and a Sink that fills the
// other. Closing the first ends the graph, which closes the second.
func Example() {
	requests, replies := make(chan int, 16), make(chan string, 16)
	go func() { // the pipeline that was there before: its start
		defer close(requests)
		for i := range 3 {
			requests <- i
		}
	}()

	var g steady.Graph
	work, done := steady.NewChan[int](&g, "work", 64), steady.NewChan[string](&g, "done", 64)
	steady.Source(&g, "intake", work, actors.FromChan(requests))
	steady.Stage(&g, "square", work, done, func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[string]) error {
		for n := range in.All() {
			if err := out.Send(fmt.Sprint(n, " squared is ", n*n)); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Sink(&g, "reply", done, actors.ToChan(replies))

	ended := make(chan error, 1)
	go func() { ended <- g.Serve(context.Background()) }() // Run in a program

	for text := range replies { // and its end
		fmt.Println(text)
	}
	fmt.Println("error:", <-ended)
	// Output:
	// 0 squared is 0
	// 1 squared is 1
	// 2 squared is 4
	// error: <nil>
}

// How do I end a graph that is fed by a Go channel nobody closes? By a stop:
// what nobody has taken yet stays in the Go channel.
func ExampleFromChan() {
	events := make(chan int, 8)
	for i := range 5 {
		events <- i
	}
	var g steady.Graph
	work := steady.NewChan[int](&g, "work", 1)
	steady.Source(&g, "intake", work, actors.FromChan(events))
	sum := 0
	steady.Sink(&g, "add", work, func(a *steady.Actor, in *steady.Rx[int]) error {
		for n := range in.All() {
			if sum++; n == 4 {
				a.RequestShutdown("that was the last one we wanted")
			}
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()), sum, len(events))
	// Output: <nil> 5 0
}

// How do I read the results of a graph in code that is no actor? From a Go
// channel, until it is closed. If the graph may give up, look at its end, too.
func ExampleToChan() {
	var g steady.Graph
	results, out := steady.NewChan[int](&g, "results", 8), make(chan int)
	steady.Source(&g, "count", results, func(a *steady.Actor, tx *steady.Tx[int]) error {
		for i := range 3 {
			if err := tx.Send(i); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Sink(&g, "export", results, actors.ToChan(out))
	ended := make(chan error, 1)
	go func() { ended <- g.Serve(context.Background()) }()
	for more := true; more; {
		select {
		case n, ok := <-out:
			if ok {
				fmt.Println(n)
			} else {
				out = nil // that was all; its end is near
			}
		case err := <-ended:
			fmt.Println("error:", err)
			more = false
		}
	}
	// Output:
	// 0
	// 1
	// 2
	// error: <nil>
}
