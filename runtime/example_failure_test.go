package steady_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// How do I set a message aside that an actor fails on again and again?
func ExamplePoison() {
	g := &steady.Graph{}
	orders := steady.NewChan[string](g, "orders", 16)
	dead := steady.NewChan[steady.DeadLetter[string]](g, "dead", 16)
	steady.Poison(orders, 3, dead) // after three failures
	steady.Source(g, "shop", orders, func(a *steady.Actor, out *steady.Tx[string]) error {
		return out.SendSlice([]string{"bread", "??", "milk"})
	})
	var packed []string
	steady.Sink(g, "packer", orders, func(a *steady.Actor, in *steady.Rx[string]) error {
		for order := range in.All() {
			if order == "??" {
				return fmt.Errorf("cannot read %q", order)
			}
			packed = append(packed, order)
		}
		return nil
	}, steady.Restart{Backoff: time.Millisecond})
	steady.Sink(g, "clerk", dead, func(a *steady.Actor, in *steady.Rx[steady.DeadLetter[string]]) error {
		for d := range in.All() {
			fmt.Printf("%s, %s %d: %v, %d times\n", d.Actor, d.Channel, d.Index, d.Err, d.Failures)
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()), packed)
	// Output:
	// packer, orders 1: cannot read "??", 3 times
	// <nil> [bread milk]
}

// How do I make actors start again together? Here a client that fails needs a
// new login, not only a new client.
func ExampleGroup() {
	g := &steady.Graph{}
	tokens := steady.NewChan[string](g, "tokens", 1)
	together := steady.Group("session", steady.OneForAll)
	steady.Source(g, "login", tokens, func(a *steady.Actor, out *steady.Tx[string]) error {
		if err := out.Send(fmt.Sprint("token ", a.Regeneration())); err != nil {
			return err
		}
		for a.Running() {
			a.Wait(a.Every(time.Hour)) // returns early for a stop, and when the group starts again
		}
		return nil
	}, together)
	steady.Sink(g, "client", tokens, func(a *steady.Actor, in *steady.Rx[string]) error {
		for token := range in.All() {
			fmt.Println("using", token)
			a.Commit() // it is used up, whatever happens
			if a.Regeneration() == 0 {
				return errors.New("session expired")
			}
			a.RequestShutdown("done")
		}
		return nil
	}, together, steady.Restart{Backoff: time.Millisecond})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// using token 0
	// using token 1
	// <nil>
}
