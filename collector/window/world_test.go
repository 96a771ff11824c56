package window

import (
	"math"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// world is a service whose counters are known at every moment: two actors
// joined by one channel of 100, with rates and shares that the test sets.
type world struct {
	top   *telemetry.Topology
	frame telemetry.Frame
}

func newWorld(cores int, exact ...bool) *world {
	w := &world{top: &telemetry.Topology{
		Instance: 7, Generation: 1, Cores: cores,
		Channels: []telemetry.Channel{{Name: "c", Capacity: 100, From: 0, To: 1}},
	}}
	for i, e := range append(exact, false, false)[:max(2, len(exact))] {
		w.top.Actors = append(w.top.Actors, telemetry.Actor{ID: uint32(i), ExactCPU: e})
	}
	w.frame.Instance, w.frame.Generation = 7, 1
	w.frame.Resize(len(w.top.Actors), 1)
	return w
}

// pass lets d go by: actor i spends split[i][s] of it in state s, and cpu is
// what the process used of a core.
func (w *world) pass(d time.Duration, cpu float64, split ...map[telemetry.State]float64) {
	w.frame.Seq++
	w.frame.Mono += d
	w.frame.CPU += time.Duration(cpu * float64(d))
	for i, m := range split {
		for s, share := range m {
			w.frame.Actors.Time[s][i] += time.Duration(share * float64(d))
		}
	}
}

func (w *world) flow(sent, taken uint64) {
	w.frame.Channels.Sent[0] += sent
	w.frame.Channels.Taken[0] += taken
}

func add(t *testing.T, w *Window, f *telemetry.Frame) {
	t.Helper()
	if err := w.Add(f); err != nil {
		t.Fatal(err)
	}
	walk(t, w)
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// walk checks what holds for every window after every frame.
func walk(t interface {
	Helper()
	Errorf(string, ...any)
}, w *Window,
) {
	t.Helper()
	share := func(what string, v float64) {
		if !math.IsNaN(v) && (v < 0 || v > 1+1e-9) {
			t.Errorf("%s is %v, want 0..1", what, v)
		}
	}
	for i, a := range w.Actors() {
		for _, s := range []Shares{a.Shares, a.Long} {
			sum := s.Busy + s.Blocked + s.Waiting + s.Call + s.Backoff
			share("sum of shares", sum)
			for _, v := range []float64{s.Busy, s.Blocked, s.Waiting, s.Call, s.Backoff} {
				share("share", v)
				if math.IsNaN(v) != math.IsNaN(sum) {
					t.Errorf("actor %d: some shares are known and some are not: %+v", i, s)
				}
			}
		}
		share("CPU", a.CPU)
		if math.IsNaN(a.CPU) != (a.CPUKind == CPUUnknown) {
			t.Errorf("actor %d: CPU %v is of kind %d", i, a.CPU, a.CPUKind)
		}
		if len(a.History) > HistoryLen {
			t.Errorf("actor %d: %d values of history", i, len(a.History))
		}
		for _, v := range a.History {
			share("busy in history", float64(v))
		}
	}
	for i, c := range w.Channels() {
		share("fill", c.Fill)
		share("mean fill", c.Long.Fill)
		share("pressed", c.Long.Pressed)
		if c.SentRate < 0 || c.TakeRate < 0 || c.FullFor < 0 {
			t.Errorf("channel %d: negative figure in %+v", i, c)
		}
		if c.P50 > c.P90 || c.P90 > c.P99 {
			t.Errorf("channel %d: percentiles out of order: %v %v %v", i, c.P50, c.P90, c.P99)
		}
		if len(c.History) > HistoryLen {
			t.Errorf("channel %d: %d values of history", i, len(c.History))
		}
	}
}
