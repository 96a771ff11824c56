package steady

import (
	"context"
	"fmt"
	"testing"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// BenchmarkSample takes a sample of 10,000 channels, as a service does four
// times a second while somebody looks.
func BenchmarkSample(b *testing.B) {
	g := &Graph{measure: true}
	for i := range 100 {
		from, to := g.Actor(fmt.Sprint("from ", i)), g.Actor(fmt.Sprint("to ", i))
		for k := range 100 {
			c := NewChan[uint64](g, fmt.Sprintf("%d.%d", i, k), 64)
			c.Tx(from)
			c.Rx(to)
		}
		from.Run(func(a *Actor) error { <-a.Stopping(); return nil })
		to.Run(func(a *Actor) error { <-a.Stopping(); return nil })
	}
	ended := make(chan error)
	go func() { ended <- g.Serve(context.Background()) }()
	for g.svc.Load() == nil {
	}
	var f telemetry.Frame
	for b.Loop() {
		g.svc.Load().Sample(&f)
	}
	g.requestStop("over")
	<-ended
}
