package steady_test

import (
	"context"
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// How do I see a queue that is a native Go channel? Watch it. It is shown with
// its length and capacity beside the channels of the graph.
func ExampleWatch() {
	jobs := make(chan int, 100)
	go func() { // code that knows nothing of the graph
		defer close(jobs)
		for i := range 3 {
			jobs <- i
		}
	}()

	var g steady.Graph
	steady.Watch(&g, "jobs", jobs).ReceivedBy("intake")
	work := steady.NewChan[int](&g, "work", 16)
	steady.Source(&g, "intake", work, actors.FromChan(jobs))
	steady.Sink(&g, "print", work, func(a *steady.Actor, in *steady.Rx[int]) error {
		for n := range in.All() {
			fmt.Println("job", n)
		}
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// job 0
	// job 1
	// job 2
}
