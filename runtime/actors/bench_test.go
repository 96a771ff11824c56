package actors_test

import (
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// BenchmarkBridge is the cost of a value that comes out of one Go channel, goes
// through the graph, and into another.
func BenchmarkBridge(b *testing.B) {
	in, out := make(chan int, 1024), make(chan int, 1024)
	g := &steady.Graph{}
	work := steady.NewChan[int](g, "work", 1024)
	steady.Source(g, "intake", work, actors.FromChan(in))
	steady.Sink(g, "reply", work, actors.ToChan(out))
	b.ReportAllocs()
	ended := make(chan error, 1)
	go func() { ended <- serve(g) }()
	go func() {
		defer close(in)
		for i := range b.N {
			in <- i
		}
	}()
	for range out {
	}
	if err := <-ended; err != nil {
		b.Error(err)
	}
}

// BenchmarkGoChannels is the same way with a goroutine in place of the graph.
func BenchmarkGoChannels(b *testing.B) {
	in, out := make(chan int, 1024), make(chan int, 1024)
	b.ReportAllocs()
	go func() {
		defer close(out)
		for v := range in {
			out <- v
		}
	}()
	go func() {
		defer close(in)
		for i := range b.N {
			in <- i
		}
	}()
	for range out {
	}
}
