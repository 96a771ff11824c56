package collector

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector/source/sourcetest"
)

// Averages change at most about twice a second, counts with each frame.
func TestAveragesStandForAMoment(t *testing.T) {
	top := sourcetest.Topology(7, 1)
	g := newGraph(top)
	rates := map[Num]bool{}
	frames := 0
	for at := 250 * time.Millisecond; at <= 5*time.Second; at += 250 * time.Millisecond {
		fr := sourcetest.Frame(top, uint64(at/(250*time.Millisecond)))
		// The rate rises all the time, so each frame has another.
		for i := range fr.Channels.Sent {
			fr.Channels.Sent[i] = uint64(at.Milliseconds() * at.Milliseconds())
			fr.Channels.Taken[i] = fr.Channels.Sent[i]
		}
		if err := g.win.Add(fr); err != nil {
			t.Fatal(err)
		}
		actors, channels := g.actors(fr), g.channels(fr)
		g.hold(fr, actors, channels)
		if channels[0].Sent != fr.Channels.Sent[0] {
			t.Fatalf("a count is old: %d, want %d", channels[0].Sent, fr.Channels.Sent[0])
		}
		if at > 2*time.Second {
			rates[channels[0].SentRate] = true
			frames++
		}
	}
	if n := len(rates); n < frames/2-1 || n > frames/2+1 {
		t.Errorf("%d different rates in %d frames, want about half", n, frames)
	}
}
