package steady_test

import (
	"context"
	"fmt"
	"strconv"

	steady "github.com/steadytop/steadytop/runtime"
)

// How do I send messages of different sizes without making garbage? Their bytes
// lie in the channel: the sender writes them there, the receiver reads them there.
func ExampleByteChan() {
	g := &steady.Graph{}
	lines := steady.NewByteChan(g, "lines", 256, 16<<10)
	s := g.Actor("writer")
	out := lines.Tx(s)
	s.Run(func(a *steady.Actor) error {
		for n := 0; n < 1000 && a.Running(); {
			room, ok := out.Reserve(32) // the longest line
			if !ok {
				a.Wait(out.Vacant(1, 32))
				continue
			}
			line := strconv.AppendInt(append(room[:0], "line "...), int64(n), 10)
			out.Publish(len(line))
			n++
		}
		return out.Send([]byte("the end")) // copies
	})
	s = g.Actor("reader")
	in := lines.Rx(s)
	count, size, last := 0, 0, ""
	s.Run(func(a *steady.Actor) error {
		for line := range in.All() { // valid in the body only
			count++
			size += len(line)
			last = string(line)
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()), count, size, last)
	// Output:
	// <nil> 1001 7897 the end
}
