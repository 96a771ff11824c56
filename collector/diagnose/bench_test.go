package diagnose

import (
	"testing"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// BenchmarkDecide judges 500 actors and 750 channels, half of which are held up.
func BenchmarkDecide(b *testing.B) {
	g := graph(nil)
	for i := range 500 {
		a := actor("a", 0.5, float64(i%2)*0.4)
		a.State = telemetry.StateBusy
		g.Actors = append(g.Actors, a)
	}
	for i := range int32(750) {
		g.Channels = append(g.Channels, edge("c", i%500, (i*7+1)%500, float64(i%2), 10, 10))
	}
	var j Judge
	b.ReportAllocs()
	for b.Loop() {
		j.Decide(g)
	}
}
