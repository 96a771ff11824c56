package steady_test

import (
	"context"
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// How do I write an actor with any number of ports? By claiming them first.
// This one sends each number to one of two others.
func ExampleGraph_Actor() {
	g := &steady.Graph{}
	numbers := steady.NewChan[int](g, "numbers", 16)
	even := steady.NewChan[int](g, "even", 16)
	odd := steady.NewChan[int](g, "odd", 16)
	steady.Source(g, "source", numbers, func(a *steady.Actor, out *steady.Tx[int]) error {
		return out.SendSlice([]int{1, 2, 3, 4, 5, 6, 7})
	})

	router := g.Actor("router")
	in, toEven, toOdd := numbers.Rx(router), even.Tx(router), odd.Tx(router)
	router.Run(func(a *steady.Actor) error {
		for n := range in.All() {
			to := toEven
			if n%2 == 1 {
				to = toOdd
			}
			if err := to.Send(n); err != nil {
				return err
			}
		}
		return nil
	})

	var evens, odds int
	steady.Sink(g, "evens", even, func(a *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
			evens++
		}
		return nil
	})
	steady.Sink(g, "odds", odd, func(a *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
			odds++
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()), evens, odds)
	// Output:
	// <nil> 3 4
}

// How do I merge inputs of different types? With votes: the actor may stop
// when both are closed and empty.
func ExampleRx_Drained() {
	g := &steady.Graph{}
	cash := steady.NewChan[int](g, "cash", 16)
	cards := steady.NewChan[float64](g, "cards", 16)
	steady.Source(g, "till", cash, func(a *steady.Actor, out *steady.Tx[int]) error {
		return out.SendSlice([]int{5, 10, 20})
	})
	steady.Source(g, "terminal", cards, func(a *steady.Actor, out *steady.Tx[float64]) error {
		return out.SendSlice([]float64{7.5, 2.5})
	})
	total := 0.0
	office := g.Actor("office")
	coins, slips := cash.Rx(office), cards.Rx(office)
	office.Run(func(a *steady.Actor) error {
		for a.Running(coins.Drained(), slips.Drained()) {
			switch a.WaitAny(coins.Avail(1), slips.Avail(1)) {
			case 0:
				c, _ := coins.TryTake()
				total += float64(c)
			case 1:
				s, _ := slips.TryTake()
				total += s
			}
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()), total)
	// Output:
	// <nil> 45
}
