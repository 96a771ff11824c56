// Minimum is the smallest service: one actor that beats once a second until it
// is asked to stop.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	g := &steady.Graph{Name: "minimum"}
	g.Actor("heart").Run(heart)
	if err := g.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// heart is the body of an actor: a loop that ends when Running says so.
func heart(a *steady.Actor) error {
	for beat := 1; a.Running(); {
		if !a.Wait(a.Every(time.Second)) {
			continue // a stop was requested: let Running decide
		}
		fmt.Println("beat", beat)
		beat++
	}
	return nil
}
