package steady_test

import (
	"context"
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// How do I let actors share a thread? By giving them the same troupe. No two
// of its members ever run at once, so what they share needs no lock.
func ExampleTroupe() {
	g := &steady.Graph{}
	visitors := 0
	for _, name := range []string{"north", "east", "west"} {
		g.Actor(name, steady.Troupe("doors")).Run(func(a *steady.Actor) error {
			for range 1000 {
				visitors++
				a.Running() // a boundary, where another member may take its turn
			}
			return nil
		})
	}
	fmt.Println(g.Serve(context.Background()), visitors)
	// Output:
	// <nil> 3000
}
