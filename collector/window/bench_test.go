package window

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// BenchmarkAdd takes in one frame of 500 actors and 750 channels, all of which
// changed.
func BenchmarkAdd(b *testing.B) {
	top := &telemetry.Topology{Instance: 7, Generation: 1, Cores: 4, Actors: make([]telemetry.Actor, 500)}
	for i := range 750 {
		top.Channels = append(top.Channels, telemetry.Channel{
			ID: uint32(i), Capacity: 1024, From: int32(i % 500), To: int32((i*7 + 1) % 500),
		})
	}
	w := New(top)
	f := &telemetry.Frame{Instance: 7, Generation: 1}
	f.Resize(500, 750)
	r := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		f.Seq++
		f.Mono += 250 * time.Millisecond
		f.CPU += 400 * time.Millisecond
		for i := range f.Actors.State {
			d := time.Duration(r.Int64N(int64(250 * time.Millisecond)))
			f.Actors.Time[telemetry.StateBusy][i] += d
			f.Actors.Time[telemetry.StateWaiting][i] += 250*time.Millisecond - d
		}
		for i := range f.Channels.Sent {
			n := r.Uint64N(1000)
			f.Channels.Sent[i] += n
			f.Channels.Taken[i] += n
			f.Channels.Latency[3+i%5][i] += n
		}
		if err := w.Add(f); err != nil {
			b.Fatal(err)
		}
	}
}
