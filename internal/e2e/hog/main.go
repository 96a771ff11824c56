// Hog is a service of a troupe in which one member keeps the thread: it sleeps
// in its body, where it should use Actor.Blocking.
package main

import (
	"context"
	"log"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	g := &steady.Graph{Name: "hog"}
	raw := steady.NewChan[int](g, "raw", 64)
	ticks := steady.NewChan[int](g, "ticks", 64)
	feed := func(a *steady.Actor, out *steady.Tx[int]) error {
		for n := 0; a.Running(); n++ {
			if !a.Wait(a.Every(5 * time.Millisecond)) {
				continue
			}
			if err := out.Send(n); err != nil {
				return err
			}
		}
		return nil
	}
	steady.Source(g, "feeder", raw, feed)
	steady.Source(g, "ticker", ticks, feed)
	steady.Sink(g, "parse", raw, func(a *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
			time.Sleep(600 * time.Millisecond)
		}
		return nil
	}, steady.Troupe("io"))
	steady.Sink(g, "watch", ticks, func(a *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
		}
		return nil
	}, steady.Troupe("io"))
	if err := g.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
