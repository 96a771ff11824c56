package collector

import (
	"slices"
	"testing"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Events say why an actor was restarted, once each time that they tell of one.
func TestEventsSayWhy(t *testing.T) {
	play(t, func(b *bench) {
		b.topology()
		b.links[0].fault = "boom (sink.go:7)"
		b.frame()
		for range 3 {
			b.frame(func(f *telemetry.Frame) { f.Actors.Restarts[1] = 1 })
		}
		want := []string{"logger: restarted, 1 so far", "camera: failed: boom (sink.go:7)"}
		if got := b.texts(); !slices.Equal(got, want) {
			t.Errorf("events are %q, want %q", got, want)
		}
	})
}
