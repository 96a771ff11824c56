package steady_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// How do I keep something over a failure? In a State: it goes back to the last
// boundary together with the messages, so that the sum is right.
func ExampleNewState() {
	g := &steady.Graph{}
	amounts := steady.NewChan[int](g, "amounts", 4)
	steady.Source(g, "till", amounts, func(a *steady.Actor, out *steady.Tx[int]) error {
		for _, amount := range []int{5, 10, 20} {
			if err := out.Send(amount); err != nil {
				return err
			}
		}
		return nil
	})
	sum := steady.NewState(g, "sum", 0)
	steady.Sink(g, "ledger", amounts, func(a *steady.Actor, in *steady.Rx[int]) error {
		for amount := range in.All() {
			sum.Set(sum.Get() + amount)
			if amount == 10 && a.Regeneration() == 0 {
				panic("after the sum, before the end of the iteration")
			}
		}
		return nil
	}, sum, steady.Restart{Backoff: time.Millisecond})
	fmt.Println(g.Serve(context.Background()), sum.Get())
	// Output:
	// <nil> 35
}

// How do I keep something over a restart of the service? With a file.
func ExamplePersist() {
	dir, err := os.MkdirTemp("", "counter")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()

	service := func() error {
		g := &steady.Graph{}
		starts := steady.NewState(g, "starts", 0, steady.Persist(filepath.Join(dir, "starts.state")))
		g.Actor("counter", starts).Run(func(a *steady.Actor) error {
			starts.Set(starts.Get() + 1)
			fmt.Println("start", starts.Get())
			return nil
		})
		return g.Serve(context.Background())
	}
	for range 3 {
		if err := service(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// start 1
	// start 2
	// start 3
}

// How do I make sure that a state is on disk before anybody acts on it?
func ExampleSync() {
	dir, err := os.MkdirTemp("", "orders")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()

	g := &steady.Graph{}
	numbers := steady.NewChan[int](g, "order numbers", 4)
	last := steady.NewState(g, "last", 1000, steady.Persist(filepath.Join(dir, "last.state"), steady.SyncAlways))
	steady.Source(g, "counter", numbers, func(a *steady.Actor, out *steady.Tx[int]) error {
		for range 3 {
			n := last.Get() + 1
			last.Set(n)
			if err := out.Send(n); err != nil {
				return err
			}
			a.Commit() // n is on disk; now it can be seen
		}
		return nil
	}, last)
	steady.Sink(g, "broker", numbers, func(a *steady.Actor, in *steady.Rx[int]) error {
		for n := range in.All() {
			fmt.Println("order", n)
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// order 1001
	// order 1002
	// order 1003
	// <nil>
}
