package diagnose

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

func nativeEdge(name string, from, to int32, fill float64) Channel {
	c := edge(name, from, to, fill, math.NaN(), math.NaN())
	c.Native = true
	return c
}

// A sender that is blocked is blocked by a channel of the graph: a Go channel
// that is full holds it in a call instead.
func TestANativeChannelIsNotToBlame(t *testing.T) {
	cases{
		"it is full, but nobody is blocked": {
			graph([]Actor{actor("a", 0.1, 0), actor("b", 0.1, 0)}, nativeEdge("go", 0, 1, 1)),
			Verdict{Kind: Free, Actor: -1, Channel: -1, Headline: "nothing is held back"},
		},
		"another one blocks": {
			graph([]Actor{actor("a", 0.4, 0.6), actor("slow", 0.9, 0), actor("c", 0.1, 0)},
				nativeEdge("go", 0, 2, 1), edge("in", 0, 1, 1, 100, 100)),
			Verdict{
				Kind: Bottleneck, Actor: 1, Channel: 1, Headline: `slow is the bottleneck: busy 90%, its input "in" full for 41 s`,
				Evidence: []string{`a waited for room in "in" 60% of the last 5 s`},
			},
		},
	}.run(t)
}

// A member that waits is not kept from what lies in a Go channel: it would be
// in a call.
func TestANativeChannelStarvesNobody(t *testing.T) {
	top, f := troupe()
	top.Channels[1].Native = true
	b := NewBodies(top)
	f.Actors.Body[1] = 50 * time.Millisecond
	f.Channels.Sent[1] = 5
	b.Look(f)
	f.Actors.State[1], f.Actors.Body[1] = telemetry.StateWaiting, 0
	f.Mono += time.Second
	b.Look(f)
	if hogs := b.Hogs(); slices.ContainsFunc(hogs, func(h Hog) bool { return len(h.Starved) > 0 }) {
		t.Errorf("hogs %+v", hogs)
	}
}
