// Hostile is a service whose names would like to drive the terminal of whoever
// looks at it: escape sequences, text that runs backwards, ten kilobytes.
package main

import (
	"context"
	"log"
	"strings"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	g := &steady.Graph{Name: "hostile", Version: "1\x1b[31m"}
	c := steady.NewChan[int](g, "chan\x1b[2J\x1b]52;c;aGk=\x07\u202egnp", 4)
	d := steady.NewChan[int](g, strings.Repeat("long", 2500), 4)
	steady.Source(g, "actor\x1b[?1049l\x1b[6n\r\n\u2066name", c, func(a *steady.Actor, out *steady.Tx[int]) error {
		for n := 0; a.Running(); n++ {
			if !a.Wait(a.Every(20 * time.Millisecond)) {
				continue
			}
			if err := out.Send(n); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Stage(g, strings.Repeat("控制😀", 900), c, d, func(a *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		for v := range in.All() {
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Sink(g, "plain", d, func(a *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
		}
		return nil
	})
	if err := g.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
