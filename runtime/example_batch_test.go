package steady_test

import (
	"context"
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// How do I handle many messages at once? Each batch is one iteration: here it
// would be one statement to a database.
func ExampleRx_Batches() {
	g := &steady.Graph{}
	rows := steady.NewChan[int](g, "rows", 256)
	steady.Source(g, "reader", rows, func(a *steady.Actor, out *steady.Tx[int]) error {
		page := make([]int, 100)
		for range 10 {
			if err := out.SendSlice(page); err != nil {
				return err
			}
		}
		return nil
	})
	inserted := 0
	steady.Sink(g, "database", rows, func(a *steady.Actor, in *steady.Rx[int]) error {
		for batch := range in.Batches(64) { // 1 to 64 of them, as many as are there
			inserted += len(batch)
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()), inserted)
	// Output:
	// <nil> 1000
}

// How do I send without copying? By writing where the messages will lie.
func ExampleTx_Reserve() {
	g := &steady.Graph{}
	squares := steady.NewChan[int](g, "squares", 16)
	steady.Source(g, "source", squares, func(a *steady.Actor, out *steady.Tx[int]) error {
		for n := 0; n < 100 && a.Running(); {
			if !a.Wait(out.Vacant(4)) {
				continue
			}
			room, _ := out.Reserve() // what follows the end of the storage comes next time
			room = room[:min(len(room), 100-n)]
			for i := range room {
				room[i] = n * n
				n++
			}
			out.Publish(len(room))
		}
		return nil
	})
	sum := 0
	steady.Sink(g, "sum", squares, func(a *steady.Actor, in *steady.Rx[int]) error {
		for v := range in.All() {
			sum += v
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()), sum)
	// Output:
	// <nil> 328350
}

// How do I wait for a full batch and for room at once, and work on both where
// they lie?
func ExampleRx_Peek() {
	g := &steady.Graph{}
	grams := steady.NewChan[int](g, "grams", 64)
	kilos := steady.NewChan[float64](g, "kilos", 64)
	steady.Source(g, "scale", grams, func(a *steady.Actor, out *steady.Tx[int]) error {
		for n := range 100 {
			if err := out.Send(n); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Stage(g, "convert", grams, kilos, func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[float64]) error {
		for a.Running(in.Drained()) {
			if !a.Wait(in.Avail(16), out.Vacant(16)) { // fewer once the scale has ended
				continue
			}
			from, _ := in.Peek()
			to, _ := out.Reserve()
			n := min(len(from), len(to))
			for i, v := range from[:n] {
				to[i] = float64(v) / 1000
			}
			in.Release(n)
			out.Publish(n)
		}
		return nil
	})
	sum := 0.0
	steady.Sink(g, "sum", kilos, func(a *steady.Actor, in *steady.Rx[float64]) error {
		for v := range in.All() {
			sum += v
		}
		return nil
	})
	err := g.Serve(context.Background())
	fmt.Printf("%v %.2f\n", err, sum)
	// Output:
	// <nil> 4.95
}
