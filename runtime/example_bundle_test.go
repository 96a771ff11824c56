package steady_test

import (
	"context"
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// How do I fan out to several workers, and fan in what they make? With a bundle
// of channels there, and one back. Whoever has room gets the next number.
func ExampleBundle() {
	const workers = 4
	g := &steady.Graph{}
	numbers := steady.NewBundle[int](g, "numbers", workers, 16)
	squares := steady.NewBundle[int](g, "squares", workers, 16)

	s := g.Actor("source")
	out := numbers.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for n := range 101 {
			if err := out.Send(n); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range workers {
		steady.Stage(g, fmt.Sprint("worker ", i), numbers.Lane(i), squares.Lane(i), square)
	}
	sum := 0
	s = g.Actor("sum")
	in := squares.Rx(s)
	s.Run(func(a *steady.Actor) error {
		for _, v := range in.All() { // the lanes take turns
			sum += v
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()), sum)
	// Output:
	// <nil> 338350
}

func square(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
	for n := range in.All() {
		if err := out.Send(n * n); err != nil {
			return err
		}
	}
	return nil
}
