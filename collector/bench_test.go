package collector

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// BenchmarkFrame takes in a frame of 500 actors and 750 channels, all of which
// changed, and makes a Snapshot of it. At 4 Hz, 1 % of a core is 2.5 ms a frame.
func BenchmarkFrame(b *testing.B) {
	top := &telemetry.Topology{Service: "big", Instance: 7, Generation: 1, Cores: 4}
	for i := range 500 {
		top.Actors = append(top.Actors, telemetry.Actor{ID: uint32(i), Name: fmt.Sprintf("actor%d", i)})
	}
	for i := range 750 {
		top.Channels = append(top.Channels, telemetry.Channel{
			ID: uint32(i), Name: fmt.Sprintf("channel%d", i), Capacity: 1024, From: int32(i % 500), To: int32((i*7 + 1) % 500),
		})
	}
	fr := &telemetry.Frame{Instance: 7, Generation: 1}
	fr.Resize(500, 750)
	s := &Session{opt: Options{Connector: &dialer{}}, known: make(chan struct{}), out: make(chan *Snapshot, 1)}
	f := newFollower(s)
	f.record(source.Record{Topology: top}, newLink())
	r := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		fr.Seq++
		fr.Mono += 250 * time.Millisecond
		fr.CPU += 400 * time.Millisecond
		for i := range fr.Actors.State {
			d := time.Duration(r.Int64N(int64(250 * time.Millisecond)))
			fr.Actors.Time[telemetry.StateBusy][i] += d
			fr.Actors.Time[telemetry.StateBlocked][i] += 250*time.Millisecond - d
		}
		for i := range fr.Channels.Sent {
			n := r.Uint64N(1000)
			fr.Channels.Sent[i] += n
			fr.Channels.Taken[i] = fr.Channels.Sent[i] - r.Uint64N(min(1024, fr.Channels.Sent[i]+1))
			fr.Channels.Latency[3+i%5][i] += n
		}
		b.StartTimer()
		if !f.record(source.Record{Frame: fr}, nil) {
			b.Fatal("the frame was left out")
		}
	}
}
