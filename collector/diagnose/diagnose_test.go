package diagnose

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/internal/stall"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

func actor(name string, busy, blocked float64) Actor {
	a := Actor{Name: name, Busy: busy, Blocked: blocked, Waiting: 1 - busy - blocked}
	if blocked > 0.5 {
		a.State = telemetry.StateBlocked
	}
	if blocked > 0.95 {
		a.For = 5 * time.Second
	}
	return a
}

// edge is a channel with a mean fill; at 0.9 and more it has been full for 41 s.
func edge(name string, from, to int32, fill, sent, taken float64) Channel {
	c := Channel{
		Name: name, From: from, To: to, Capacity: 1000, Length: uint64(1000 * fill),
		Fill: fill, SentRate: sent, TakeRate: taken,
	}
	if fill >= 0.9 {
		c.Pressed, c.FullFor = 1, 41*time.Second
	}
	return c
}

func graph(actors []Actor, channels ...Channel) *Graph {
	return &Graph{Mono: time.Minute, Span: 5 * time.Second, Actors: actors, Channels: channels}
}

// robot is the sample whose logger is too slow.
func robot() *Graph {
	return graph([]Actor{
		actor("camera", 0.12, 0.58), actor("detect", 0.37, 0.63), actor("logger", 0.99, 0),
		actor("fuse", 0.24, 0), actor("lidar", 0.9, 0),
	},
		edge("frames", 0, 1, 1, 2100, 2100), edge("found", 1, 2, 1, 2100, 2100),
		edge("near", 1, 3, 0.1, 30, 30), edge("scan", 4, 3, 0.4, 10, 10))
}

// stands is a graph of two in which something stands still.
func stands(stalls ...stall.Stall) *Graph {
	g := graph([]Actor{actor("plan", 0, 1), actor("act", 0, 1)}, edge("moves", 0, 1, 1, 0, 0), edge("done", 1, 0, 1, 0, 0))
	g.Stalls = stalls
	return g
}

type cases map[string]struct {
	g    *Graph
	want Verdict
}

func (c cases) run(t *testing.T) {
	t.Helper()
	for name, tc := range c {
		t.Run(name, func(t *testing.T) {
			var j Judge
			if d := cmp.Diff(tc.want, j.Decide(tc.g)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestVerdicts(t *testing.T) {
	cases{
		"nothing measured": {
			&Graph{Actors: []Actor{{Name: "a"}}},
			Verdict{Unknown, -1, -1, "not known yet: this takes a second sample", nil},
		},
		"free": {
			graph([]Actor{actor("a", 0.5, 0.02), actor("b", 0.7, 0)}, edge("c", 0, 1, 0.3, 10, 10)),
			Verdict{Free, -1, -1, "nothing is held back", nil},
		},
		"a full channel for which nobody waits is no bottleneck": {
			graph([]Actor{actor("a", 0.5, 0.02), actor("b", 0.9, 0)}, edge("c", 0, 1, 1, 10, 10)),
			Verdict{Free, -1, -1, "nothing is held back", []string{
				`"c" is full for 41 s, but a does not wait for it`,
				"not b: busy 90%, and nobody waits for it",
			}},
		},
		"soon full": {
			graph([]Actor{actor("a", 0.5, 0), actor("b", 0.7, 0)}, edge("c", 0, 1, 0.5, 120, 100)),
			Verdict{Free, -1, -1, "nothing is held back", []string{`"c" will be full in 25 s: 120/s come in, 100/s go out`}},
		},
		"the last of a chain": {
			robot(),
			Verdict{Bottleneck, 2, 1, `logger is the bottleneck: busy 99%, its input "found" full for 41 s`, []string{
				`detect waited for room in "found" 63% of the last 5 s`,
				"held back behind them: camera 58%",
				"not detect: its input is full because it waits for logger",
				"not lidar: busy 90%, and nobody waits for it",
			}},
		},
		"in a call": {
			graph([]Actor{actor("a", 0.5, 0.5), {Name: "db", Call: 0.97, Busy: 0.03}}, edge("c", 0, 1, 1, 10, 10)),
			Verdict{Bottleneck, 1, 0, `db is the bottleneck: in calls 97% of the time, its input "c" full for 41 s`, []string{
				`a waited for room in "c" 50% of the last 5 s`,
			}},
		},
		"in back-off": {
			graph([]Actor{actor("a", 0.5, 0.5), {Name: "db", Backoff: 0.8, Busy: 0.2}}, edge("c", 0, 1, 1, 10, 10)),
			Verdict{Bottleneck, 1, 0, `db is the bottleneck: it fails, and waits to start again 80% of the time, its input "c" full for 41 s`, []string{
				`a waited for room in "c" 50% of the last 5 s`,
			}},
		},
		"a join that waits for its other input": {
			graph([]Actor{actor("cam", 0.5, 0.5), actor("imu", 0.1, 0), actor("fuse", 0.1, 0)},
				edge("frames", 0, 2, 1, 10, 10), edge("turns", 1, 2, 0, 10, 10)),
			Verdict{Bottleneck, 2, 0, `fuse holds others back: it waits for "turns" 90% of the time, while its input "frames" is full for 41 s`, []string{
				`cam waited for room in "frames" 50% of the last 5 s`,
			}},
		},
		"a pace that is too slow": {
			graph([]Actor{actor("a", 0.5, 0.5), actor("b", 0.1, 0)}, edge("c", 0, 1, 1, 10, 10)),
			Verdict{Bottleneck, 1, 0, `b holds others back: it waits 90% of the time, although its input "c" is full for 41 s`, []string{
				`a waited for room in "c" 50% of the last 5 s`,
			}},
		},
	}.run(t)
}

func TestVerdictsOnOddGraphs(t *testing.T) {
	nan := math.NaN()
	cases{
		"outside": {
			graph([]Actor{actor("a", 0.5, 0.5)}, edge("jobs", 0, -1, 1, 10, 10)),
			Verdict{Outside, -1, 0, `outside of the graph nobody takes enough from "jobs": it is full for 41 s`, []string{
				`a waited for room in "jobs" 50% of the last 5 s`,
			}},
		},
		"small and fast: never seen full, and blocked all the same": {
			graph([]Actor{actor("a", 0.5, 0.5), actor("b", 1, 0)}, edge("c", 0, 1, 0.4, 10, 10)),
			Verdict{Bottleneck, 1, 0, `b is the bottleneck: busy 100%, its input "c" 40% full`, []string{
				`a waited for room in "c" 50% of the last 5 s`,
			}},
		},
		"two of them": {
			graph([]Actor{actor("a", 0.4, 0.6), actor("b", 1, 0), actor("x", 0.7, 0.3), actor("y", 0.9, 0)},
				edge("c", 0, 1, 1, 10, 10), edge("z", 2, 3, 1, 10, 10)),
			Verdict{Bottleneck, 1, 0, `b is the bottleneck: busy 100%, its input "c" full for 41 s`, []string{
				`a waited for room in "c" 60% of the last 5 s`,
				"also: y holds back x, 30% of the time",
			}},
		},
		"a circle that stands still": {
			stands(stall.Stall{
				Kind: stall.Circle, Actors: []int32{0, 1}, Channels: []int32{0, 1}, Headline: "deadlock: …", Evidence: []string{"why"},
			}),
			Verdict{Deadlock, 0, 0, "deadlock: …", []string{"why"}},
		},
		"a circle goes before a hang": {
			stands(stall.Stall{Kind: stall.Hang, Actors: []int32{1}, Headline: "stalled: …", Evidence: []string{"so"}},
				stall.Stall{Kind: stall.Circle, Actors: []int32{0, 1}, Channels: []int32{0, 1}, Headline: "deadlock: …", Evidence: []string{"why"}}),
			Verdict{Deadlock, 0, 0, "deadlock: …", []string{"why", "also stalled: …"}},
		},
		"who hangs at the end of a chain": {
			stands(stall.Stall{Kind: stall.Hang, Actors: []int32{0, 1}, Channels: []int32{0}, Headline: "stalled: …", Evidence: []string{"so"}}),
			Verdict{Stalled, 1, 0, "stalled: …", []string{"so"}},
		},
		"a join whose silent input has a source in a call": {
			graph([]Actor{
				actor("cam", 0.5, 0.5),
				{Name: "imu", Call: 1, State: telemetry.StateCall, For: 6 * time.Second},
				{Name: "clean", Waiting: 1},
				{Name: "fuse", Waiting: 1},
			}, edge("frames", 0, 3, 1, 0, 0), edge("raw", 1, 2, 0, 0, 0), edge("turns", 2, 3, 0, 0, 0)),
			Verdict{Bottleneck, 3, 0, `fuse holds others back: it waits for "turns" 100% of the time, while its input "frames" is full for 41 s`, []string{
				"nothing comes from imu: it has been in a call for 6 s",
				`cam waited for room in "frames" 50% of the last 5 s`,
			}},
		},
		"a circle from which a way leads out": {
			graph([]Actor{actor("plan", 0, 1), actor("act", 0, 1), actor("log", 1, 0)},
				edge("moves", 0, 1, 1, 0, 0), edge("done", 1, 0, 1, 0, 0), edge("notes", 1, 2, 1, 0, 0)),
			Verdict{Bottleneck, 2, 2, `log is the bottleneck: busy 100%, its input "notes" full for 41 s`, []string{
				`act waited for room in "notes" 50% of the last 5 s`,
				"held back behind them: plan 100%", `not act: its input is full because it waits for log`,
			}},
		},
		"a circle that moves is not dead": {
			graph([]Actor{actor("plan", 0.2, 0.8), actor("act", 0.4, 0.6)},
				edge("moves", 0, 1, 1, 5, 5), edge("done", 1, 0, 1, 5, 5)),
			Verdict{Bottleneck, 1, 0, `act is the bottleneck: busy 40%, its input "moves" full for 41 s`, []string{
				`plan waited for room in "moves" 80% of the last 5 s`,
				"not plan: its input is full because it waits for act",
			}},
		},
		"nothing known of the actors": {
			graph([]Actor{{Name: "a", Busy: nan, Blocked: nan}, {Name: "b", Busy: nan, Blocked: nan}}, edge("c", 0, 1, 1, nan, nan)),
			Verdict{Free, -1, -1, "nothing is held back", nil},
		},
	}.run(t)
}

func TestNeedIsSaidOnlyWhenBothRatesAreKnown(t *testing.T) {
	var j Judge
	free := graph([]Actor{actor("a", 0.5, 0), actor("b", 0.7, 0)}, edge("c", 0, 1, 0.2, 1400, 1400))
	full := graph([]Actor{actor("a", 0.5, 0.5), actor("b", 1, 0)}, edge("c", 0, 1, 1, 1000, 1000))
	needs := func(v Verdict) string {
		for _, e := range v.Evidence {
			if strings.HasPrefix(e, "needs") {
				return e
			}
		}
		return ""
	}
	if s := needs(j.Decide(full)); s != "" {
		t.Errorf("never saw what is offered, and says %q", s)
	}
	j.Decide(free)
	if s, want := needs(j.Decide(full)), "needs 1.4x: 1.4k/s came in before it was full, 1k/s go out"; s != want {
		t.Errorf("got %q, want %q", s, want)
	}
	full.Mono += time.Hour
	if s := needs(j.Decide(full)); s != "" {
		t.Errorf("what was offered an hour ago is not known any more: %q", s)
	}
}

func TestNearEqualsDoNotTakeTurns(t *testing.T) {
	var j Judge
	decide := func(left, right float64) int32 {
		return j.Decide(graph([]Actor{actor("a", 0, left), actor("b", 1, 0), actor("x", 0, right), actor("y", 1, 0)},
			edge("c", 0, 1, 1, 1, 1), edge("z", 2, 3, 1, 1, 1))).Actor
	}
	for i, step := range []struct {
		left, right float64
		want        int32
	}{
		{0.5, 0.4, 1}, {0.4, 0.5, 1}, {0.3, 0.5, 3}, {0.5, 0.45, 3}, {0.09, 0.06, 3}, {0.09, 0.04, -1}, {0.09, 0.06, -1}, {0.2, 0.06, 1},
	} {
		if got := decide(step.left, step.right); got != step.want {
			t.Errorf("step %d (%v, %v): %d is the bottleneck, want %d", i, step.left, step.right, got, step.want)
		}
	}
}

func TestAnyGraph(t *testing.T) {
	share := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1, math.NaN()}))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 7).Draw(t, "actors")
		g := graph(nil)
		for range n {
			g.Actors = append(g.Actors, Actor{
				Name: "a", State: telemetry.State(rapid.IntRange(0, telemetry.NumStates).Draw(t, "state")),
				For:  time.Duration(rapid.IntRange(0, 4).Draw(t, "for")) * time.Second,
				Busy: share.Draw(t, "busy"), Blocked: share.Draw(t, "blocked"), Waiting: share.Draw(t, "waiting"),
			})
		}
		for range rapid.IntRange(0, 12).Draw(t, "channels") {
			end := rapid.Int32Range(-1, int32(n)-1)
			g.Channels = append(g.Channels, edge("c", end.Draw(t, "from"), end.Draw(t, "to"),
				share.Draw(t, "fill"), share.Draw(t, "sent"), share.Draw(t, "taken")))
		}
		var j, k Judge
		v := j.Decide(g)
		if d := cmp.Diff(v, k.Decide(g)); d != "" {
			t.Fatalf("two judges differ: %s", d)
		}
		held := false
		for _, a := range g.Actors {
			held = held || a.Blocked >= heldEnough
		}
		if !held && v.Kind != Free && v.Kind != Deadlock {
			t.Fatalf("nobody is blocked, and the verdict is %+v", v)
		}
		if int(v.Actor) >= n || v.Kind == Bottleneck != (v.Actor >= 0 && v.Kind != Deadlock) || v.Headline == "" || len(v.Evidence) > 12 {
			t.Fatalf("odd verdict %+v", v)
		}
		if v := j.Decide(g); v.Headline != k.Decide(g).Headline {
			t.Fatalf("the second verdict differs")
		}
	})
}
