package window

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestHistoriesHoldOneValueASecond(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	for i := range 4 * 5 { // up to 5.0 s; in second s the first actor is busy for s tenths
		wd.pass(tick, 0, busy(float64(i/4)/10), busy(0))
		if i%4 == 1 { // a peak between two quiet frames
			wd.flow(uint64(10*(i/4+1)), 0)
			add(t, w, &wd.frame)
			wd.flow(0, uint64(10*(i/4+1)))
			continue
		}
		add(t, w, &wd.frame)
	}
	// The first frame came at 0.25 s, so that the first second is not whole.
	want := []float32{0.1, 0.2, 0.3, 0.4}
	if got := w.Actors()[0].History; !slices.EqualFunc(got, want, func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-6 }) {
		t.Errorf("busy history is %v, want %v", got, want)
	}
	want = []float32{0.1, 0.2, 0.3, 0.4, 0.5}
	if got := w.Channels()[0].History; !slices.Equal(got, want) {
		t.Errorf("fill history is %v, want the peaks %v", got, want)
	}
}

func TestAGapSpreadsTheBusyTimeAndLosesTheFill(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	wd.pass(2*time.Second, 0, busy(0), busy(0))
	wd.flow(30, 0)
	add(t, w, &wd.frame)
	wd.pass(8*time.Second, 0, busy(0.5), busy(0))
	add(t, w, &wd.frame)
	for i, v := range w.Actors()[0].History {
		near(t, "busy", float64(v), 0.5)
		if i > 6 {
			t.Errorf("value %d of 7 whole seconds", i)
		}
	}
	fills := w.Channels()[0].History
	if len(fills) != 8 {
		t.Fatalf("%d fills for 8 seconds: %v", len(fills), fills)
	}
	for i, v := range fills {
		if i <= hold && v != 0.3 || i > hold && !math.IsNaN(float64(v)) {
			t.Errorf("fill of second %d of the gap is %v", i, v)
		}
	}
	wd.pass(24*time.Hour, 0, busy(0.25), busy(0))
	add(t, w, &wd.frame)
	if h := w.Actors()[0].History; len(h) != HistoryLen || math.Abs(float64(h[0])-0.25) > 1e-6 {
		t.Errorf("after a day: %d values, the first %v", len(h), h[0])
	}
}

func TestHistoryThatWasHandedOutStaysAsItIs(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	for range 100 {
		wd.pass(time.Second, 0, busy(0.5), busy(0))
		add(t, w, &wd.frame)
	}
	held := w.Actors()[0].History
	for range 5 * HistoryLen {
		wd.pass(time.Second, 0, busy(1), busy(0))
		add(t, w, &wd.frame)
	}
	for i, v := range held {
		if v != 0.5 {
			t.Fatalf("value %d became %v", i, v)
		}
	}
	if n := len(w.Actors()[0].History); n != HistoryLen {
		t.Errorf("%d values", n)
	}
}
