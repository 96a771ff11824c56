// Deadlock is a service of three actors in a loop that fills: for each message
// that comes round, one of them sends two. Behind a feed that is held up by it,
// soon nobody can send, and so nobody takes.
package main

import (
	"context"
	"log"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	g := &steady.Graph{Name: "deadlock", Grace: time.Second}
	feed := steady.NewChan[int](g, "feed", 4)
	ab := steady.NewChan[int](g, "ab", 8)
	bc := steady.NewChan[int](g, "bc", 8)
	ca := steady.NewChan[int](g, "ca", 8)
	steady.Source(g, "feeder", feed, func(a *steady.Actor, out *steady.Tx[int]) error {
		for n := 0; a.Running(); n++ {
			if err := out.Send(n); err != nil {
				return err
			}
		}
		return nil
	})
	join := g.Actor("a")
	fresh, back, out := feed.Rx(join), ca.Rx(join), ab.Tx(join)
	join.Run(func(a *steady.Actor) error {
		for a.Running() {
			in := fresh
			switch a.WaitAny(fresh.Avail(1), back.Avail(1)) {
			case 0:
			case 1:
				in = back
			default:
				continue
			}
			v, _ := in.TryTake()
			for range 2 {
				if err := out.Send(v); err != nil {
					return err
				}
			}
		}
		return nil
	})
	pass := func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		for v := range in.All() {
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	}
	steady.Stage(g, "b", ab, bc, pass)
	steady.Stage(g, "c", bc, ca, pass)
	if err := g.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
