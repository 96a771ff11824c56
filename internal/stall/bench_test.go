package stall

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// BenchmarkLook looks at 1,000 actors in rows of ten, nearly all of which wait
// for messages, as in a service that has little to do.
func BenchmarkLook(b *testing.B) {
	top := &telemetry.Topology{}
	var f telemetry.Frame
	f.Resize(1000, 1000)
	for i := range int32(1000) {
		top.Actors = append(top.Actors, telemetry.Actor{Name: "a"})
		if i%10 > 0 {
			top.Channels = append(top.Channels, telemetry.Channel{From: i - 1, To: i, Capacity: 16})
			f.Channels.Awaited[len(top.Channels)-1] = telemetry.AwaitsMessage
		} else {
			f.Actors.State[i] = telemetry.StateCall
		}
	}
	f.Resize(1000, len(top.Channels))
	w := New(top, 0)
	for b.Loop() {
		f.Mono += time.Second
		if s := w.Look(&f); len(s) > 0 {
			b.Fatal(s)
		}
	}
	b.ReportAllocs()
}
