package diagnose

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// troupe is parse, decode and merge on one thread, fed by an actor outside of
// it, and a frame in which parse has the thread.
func troupe() (*telemetry.Topology, *telemetry.Frame) {
	t := &telemetry.Topology{
		Actors: []telemetry.Actor{{Name: "feed"}, {Name: "parse", Troupe: "io"}, {Name: "decode", Troupe: "io"}, {Name: "merge", Troupe: "io"}},
		Channels: []telemetry.Channel{
			{Name: "raw", Capacity: 8, From: 0, To: 1},
			{Name: "parsed", Capacity: 8, From: 1, To: 2},
			{Name: "decoded", Capacity: 8, From: 2, To: 3},
		},
	}
	f := &telemetry.Frame{Mono: time.Minute}
	f.Resize(len(t.Actors), len(t.Channels))
	f.Actors.State[1] = telemetry.StateBusy
	return t, f
}

func TestHogs(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*telemetry.Frame)
		want   []Hog
	}{
		"nothing long":           {func(f *telemetry.Frame) { f.Actors.Body[1] = 9 * time.Millisecond }, nil},
		"nobody minds":           {func(f *telemetry.Frame) { f.Actors.Body[1] = 900 * time.Millisecond }, nil},
		"outside of the troupe":  {func(f *telemetry.Frame) { f.Actors.State[0], f.Actors.Body[0] = telemetry.StateBusy, time.Minute }, nil},
		"in a call, not at work": {func(f *telemetry.Frame) { f.Actors.State[1], f.Actors.Body[1] = telemetry.StateCall, time.Minute }, nil},
		"timers wait": {
			func(f *telemetry.Frame) { f.Actors.Body[1] = 2 * time.Second },
			[]Hog{{Actor: 1, Body: 2 * time.Second}},
		},
		"the last of its troupe": {
			func(f *telemetry.Frame) {
				f.Actors.Body[1] = 2 * time.Second
				f.Actors.State[2], f.Actors.State[3] = telemetry.StateDone, telemetry.StateDone
				f.Channels.Sent[1] = 3
			}, nil,
		},
		"messages wait": {
			func(f *telemetry.Frame) {
				f.Actors.Body[1] = 50 * time.Millisecond
				f.Channels.Sent[1], f.Channels.Sent[2], f.Channels.Taken[2] = 3, 9, 7
			},
			[]Hog{{Actor: 1, Body: 50 * time.Millisecond, Starved: []int32{2, 3}, Messages: 5}},
		},
		"there is room, and nobody to use it": {
			func(f *telemetry.Frame) {
				f.Actors.Body[1] = 50 * time.Millisecond
				f.Actors.State[2] = telemetry.StateBlocked
			},
			[]Hog{{Actor: 1, Body: 50 * time.Millisecond, Starved: []int32{2}}},
		},
		"there is no room": {
			func(f *telemetry.Frame) {
				f.Actors.Body[1] = 50 * time.Millisecond
				f.Actors.State[2], f.Actors.State[3] = telemetry.StateBlocked, telemetry.StateDone
				f.Channels.Sent[2] = 8
			}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			top, f := troupe()
			tc.change(f)
			b := NewBodies(top)
			b.Look(f)
			if d := cmp.Diff(tc.want, b.Hogs()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBodiesAreForgotten(t *testing.T) {
	top, f := troupe()
	b := NewBodies(top)
	f.Actors.Body[1], f.Channels.Sent[1] = 300*time.Millisecond, 1
	b.Look(f)
	f.Actors.Body[1] = 40 * time.Millisecond
	f.Mono += time.Second
	b.Look(f)
	if h := b.Hogs(); len(h) != 1 || h[0].Body != 300*time.Millisecond || b.Longest(1) != 300*time.Millisecond {
		t.Errorf("hogs %+v, longest %v", h, b.Longest(1))
	}
	f.Actors.Body[1] = 0
	for range 11 {
		f.Mono += time.Second
		b.Look(f)
	}
	if h := b.Hogs(); len(h) != 0 || b.Longest(1) != 0 {
		t.Errorf("hogs %+v, longest %v", h, b.Longest(1))
	}
}

func TestWhatIsSaidOfAHog(t *testing.T) {
	top, _ := troupe()
	const head = "parse hogs troupe io: it runs for up to 1.2 s without a boundary, and nobody else of the troupe can run meanwhile"
	for want, h := range map[string]Hog{
		head:                                  {},
		head + "; a message waits for decode": {Starved: []int32{2}, Messages: 1},
		head + "; 812 messages wait for decode and merge":               {Starved: []int32{2, 3}, Messages: 812},
		head + "; decode could":                                         {Starved: []int32{2}},
		head + "; 3 messages wait for decode, merge, decode and 1 more": {Starved: []int32{2, 3, 2, 3}, Messages: 3},
	} {
		h.Actor, h.Body = 1, 1200*time.Millisecond
		if got := h.Sentence(top); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if !strings.Contains(h.Advice(), "Blocking") {
			t.Errorf("advice %q", h.Advice())
		}
	}
}

// TestWhoDoesNotGetToRunIsNotToBlame: the input of decode is full because parse
// has the thread.
func TestWhoDoesNotGetToRunIsNotToBlame(t *testing.T) {
	g := graph([]Actor{actor("feed", 0.5, 0.5), actor("parse", 0.9, 0), actor("decode", 0.1, 0)}, edge("raw", 0, 2, 1, 10, 10))
	g.Actors[1].Troupe, g.Actors[2].Troupe = "io", "io"
	g.Hogs = []Hog{{Actor: 1, Body: 300 * time.Millisecond, Starved: []int32{2}, Messages: 1000}}
	want := Verdict{Bottleneck, 1, 0, "parse holds decode back: it hogs troupe io, running for up to 300 ms without a boundary", []string{
		`decode does not get to run, and its input "raw" is full for 41 s`,
		`feed waited for room in "raw" 50% of the last 5 s`,
	}}
	var j Judge
	if d := cmp.Diff(want, j.Decide(g)); d != "" {
		t.Error(d)
	}
	g.Actors[2].Busy = 0.9
	if v := j.Decide(g); v.Actor != 2 {
		t.Errorf("decode is busy itself, and the verdict is %+v", v)
	}
}
