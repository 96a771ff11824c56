package window

import (
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

const tick = 250 * time.Millisecond

var split = []map[telemetry.State]float64{
	{telemetry.StateBusy: 0.25, telemetry.StateBlocked: 0.5, telemetry.StateWaiting: 0.25},
	{telemetry.StateBusy: 0.5, telemetry.StateCall: 0.25, telemetry.StateBackoff: 0.25},
}

func TestNothingIsKnownBeforeTheSecondFrame(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	wd.pass(tick, 1, split...)
	wd.flow(40, 0)
	add(t, w, &wd.frame)
	if w.Span() != 0 {
		t.Errorf("span is %v after one frame", w.Span())
	}
	a, c := w.Actors()[0], w.Channels()[0]
	for what, v := range map[string]float64{
		"busy": a.Busy, "cpu": a.CPU, "in": a.In, "out": a.Out,
		"sent rate": c.SentRate, "p99": c.P99, "process cpu": w.Process().CPU,
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s is %v after one frame, want unknown", what, v)
		}
	}
	near(t, "fill", c.Fill, 0.4)
}

func TestRatesAndSharesAreOverMeasuredTime(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	for i := range 20 {
		// Uneven intervals: a rate per frame would be wrong.
		d := tick + time.Duration(i%3)*100*time.Millisecond
		wd.pass(d, 1, split...)
		wd.flow(uint64(d/time.Millisecond), uint64(d/time.Millisecond))
		add(t, w, &wd.frame)
	}
	if w.Span() < ShortSpan || w.Span() > ShortSpan+450*time.Millisecond {
		t.Errorf("span is %v", w.Span())
	}
	a, b, c := w.Actors()[0], w.Actors()[1], w.Channels()[0]
	near(t, "sent rate", c.SentRate, 1000)
	near(t, "take rate", c.TakeRate, 1000)
	near(t, "out", a.Out, 1000)
	near(t, "in of the source", a.In, 0)
	near(t, "in", b.In, 1000)
	near(t, "busy", a.Busy, 0.25)
	near(t, "blocked", a.Blocked, 0.5)
	near(t, "waiting", a.Waiting, 0.25)
	near(t, "call", b.Call, 0.25)
	near(t, "back-off", b.Backoff, 0.25)
	near(t, "process CPU", w.Process().CPU, 1)
	near(t, "long blocked", a.Long.Blocked, 0.5)
}

func TestAnActorThatEndedLeavesARest(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	add(t, w, &wd.frame)
	wd.pass(time.Second, 0, map[telemetry.State]float64{telemetry.StateBusy: 0.25, telemetry.StateDone: 0.75}, split[1])
	add(t, w, &wd.frame)
	a := w.Actors()[0]
	near(t, "sum", a.Busy+a.Blocked+a.Waiting+a.Call+a.Backoff, 0.25)
}

func TestFramesThatDoNotFitChangeNothing(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	wd.pass(tick, 1, split...)
	add(t, w, &wd.frame)
	for name, tc := range map[string]struct {
		change func(*telemetry.Frame)
		want   error
	}{
		"same again":          {func(*telemetry.Frame) {}, ErrOld},
		"older":               {func(f *telemetry.Frame) { f.Seq-- }, ErrOld},
		"clock stands":        {func(f *telemetry.Frame) { f.Seq++ }, ErrOld},
		"clock is negative":   {func(f *telemetry.Frame) { f.Seq++; f.Mono = -1 }, ErrOld},
		"other instance":      {func(f *telemetry.Frame) { f.Instance++ }, ErrForeign},
		"other generation":    {func(f *telemetry.Frame) { f.Generation++ }, ErrForeign},
		"more actors":         {func(f *telemetry.Frame) { f.Resize(3, 1) }, ErrForeign},
		"one column is short": {func(f *telemetry.Frame) { f.Channels.Latency[9] = nil }, ErrForeign},
	} {
		t.Run(name, func(t *testing.T) {
			var f telemetry.Frame
			f.CopyFrom(&wd.frame)
			tc.change(&f)
			if err := w.Add(&f); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
			if w.Frames() != 1 {
				t.Errorf("%d frames were taken in", w.Frames())
			}
		})
	}
}

func TestFullForAndFill(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	step := func(sent, taken uint64) Channel {
		wd.pass(tick, 0, split...)
		wd.flow(sent, taken)
		add(t, w, &wd.frame)
		return w.Channels()[0]
	}
	step(94, 0)
	if c := step(1, 0); c.FullFor != 0 || c.Fill != 0.95 {
		t.Errorf("just full: %v at %v", c.FullFor, c.Fill)
	}
	step(5, 0)
	if c := step(10, 10); c.FullFor != 2*tick || c.Length != 100 {
		t.Errorf("full for %v with %d", c.FullFor, c.Length)
	}
	if c := step(0, 6); c.FullFor != 0 {
		t.Errorf("not full any more, and full for %v", c.FullFor)
	}
	// The counters of both ends are not read at the same instant.
	if c := step(500, 0); c.Length != 100 || c.Fill != 1 {
		t.Errorf("%d of 100 wait", c.Length)
	}
}

// However many frames are lost, a rate is what flowed during its span divided
// by its span.
func TestLostFramesMakeNoFigureWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wd := newWorld(2)
		w := New(wd.top)
		type moment struct{ sent, taken, busy float64 }
		truth := map[time.Duration]moment{}
		for i := range 80 {
			busy := rapid.Float64Range(0, 1).Draw(t, "busy")
			wd.pass(tick, 1, map[telemetry.State]float64{telemetry.StateBusy: busy, telemetry.StateWaiting: 1 - busy}, split[1])
			n := rapid.Uint64Range(0, 50).Draw(t, "n")
			wd.flow(n, n)
			f := &wd.frame
			truth[f.Mono] = moment{
				float64(f.Channels.Sent[0]), float64(f.Channels.Taken[0]),
				f.Actors.Time[telemetry.StateBusy][0].Seconds(),
			}
			// These fix the ends of the history below, at 2 s and at 20 s.
			if ends := i == 6 || i == 7 || i == 79; !ends && rapid.IntRange(0, 3).Draw(t, "lost") > 0 {
				continue
			}
			if err := w.Add(f); err != nil {
				t.Fatal(err)
			}
			walk(t, w)
			if w.Span() == 0 {
				continue
			}
			now, base := truth[f.Mono], truth[f.Mono-w.Span()]
			sec := w.Span().Seconds()
			if got, want := w.Channels()[0].SentRate*sec, now.sent-base.sent; math.Abs(got-want) > 1e-6 {
				t.Fatalf("%v messages in %v, want %v", got, w.Span(), want)
			}
			if got, want := w.Actors()[0].Busy*sec, now.busy-base.busy; math.Abs(got-want) > 1e-6 {
				t.Fatalf("busy for %v s of %v, want %v", got, w.Span(), want)
			}
		}
		sum := 0.0
		for _, v := range w.Actors()[0].History[len(w.Actors()[0].History)-18:] {
			sum += float64(v)
		}
		if want := truth[20*time.Second].busy - truth[2*time.Second].busy; math.Abs(sum-want) > 1e-4 {
			t.Fatalf("the history adds up to %v s, want %v", sum, want)
		}
	})
}

// Whatever a service counts, figures stay in their ranges.
func TestWildCountersStayInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wd := newWorld(rapid.IntRange(-1, 4).Draw(t, "cores"), rapid.Bool().Draw(t, "exact"))
		wd.top.Channels[0].Capacity = rapid.Uint64Range(0, 3).Draw(t, "capacity")
		wd.top.Channels[0].To = rapid.Int32().Draw(t, "to")
		w := New(wd.top)
		f := &wd.frame
		for range rapid.IntRange(1, 12).Draw(t, "frames") {
			f.Seq++
			f.Mono += time.Duration(rapid.Int64Range(1, int64(200*time.Second)).Draw(t, "step"))
			f.CPU = time.Duration(rapid.Int64().Draw(t, "cpu"))
			for s := range f.Actors.Time {
				f.Actors.Time[s][0] = time.Duration(rapid.Int64().Draw(t, "time"))
			}
			f.Actors.CPU[0] = time.Duration(rapid.Int64().Draw(t, "thread"))
			f.Channels.Sent[0] = rapid.Uint64().Draw(t, "sent")
			f.Channels.Taken[0] = rapid.Uint64().Draw(t, "taken")
			for b := range f.Channels.Latency {
				f.Channels.Latency[b][0] = rapid.Uint64().Draw(t, "bucket")
			}
			if err := w.Add(f); err != nil {
				t.Fatal(err)
			}
			walk(t, w)
		}
	})
}
