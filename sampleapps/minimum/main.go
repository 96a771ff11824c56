// Minimum is the smallest service: one actor that beats once a second until it
// is asked to stop.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	g := &steady.Graph{Name: "minimum"}
	build(g, os.Stdout)
	if err := g.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// build declares the graph; nothing runs before g.Run.
func build(g *steady.Graph, out io.Writer) {
	g.Actor("heart").Run(heart{out}.run)
}

// heart beats where somebody can see it.
type heart struct{ out io.Writer }

// run is the body of an actor: a loop that ends when Running says so.
func (h heart) run(a *steady.Actor) error {
	for beat := 1; a.Running(); {
		if !a.Wait(a.Every(time.Second)) {
			continue // a stop was requested: let Running decide
		}
		fmt.Fprintln(h.out, "beat", beat)
		beat++
	}
	return nil
}
