package wire

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// payload returns what is in the only record of rec.
func payload(t testing.TB, rec []byte) ([]byte, Kind) {
	t.Helper()
	r := NewReader(bytes.NewReader(rec), Limits{})
	kind, p, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	p = bytes.Clone(p)
	if _, _, err := r.Next(); err != io.EOF {
		t.Fatalf("after the record: %v", err)
	}
	return p, kind
}

// rounded returns what a decoder should make of f.
func rounded(f *telemetry.Frame) *telemetry.Frame {
	g := new(telemetry.Frame)
	g.CopyFrom(f)
	down := func(col []time.Duration, unit time.Duration) {
		for i := range col {
			col[i] = col[i] / unit * unit
		}
	}
	down(g.Actors.CPU, TimeUnit)
	down(g.Actors.Since, SinceUnit)
	down(g.Actors.Body, SinceUnit)
	down(g.Actors.Patience, SinceUnit)
	down(g.Channels.LatencySum, TimeUnit)
	for s := range g.Actors.Time {
		down(g.Actors.Time[s], TimeUnit)
	}
	for i := range g.Actors.Time[telemetry.StateWaiting] {
		rest := g.Mono
		for s := range g.Actors.Time {
			if telemetry.State(s) != telemetry.StateWaiting {
				rest -= g.Actors.Time[s][i]
			}
		}
		g.Actors.Time[telemetry.StateWaiting][i] = rest
	}
	return g
}

// quantum is how much the sum of rounded times may be off.
const quantum = time.Duration(telemetry.NumStates) * TimeUnit

// sameFrame fails when got is not want; times of waiting may be larger by the
// rounding that a decoder hides.
func sameFrame(t interface {
	Helper()
	Fatalf(string, ...any)
}, got, want *telemetry.Frame,
) {
	t.Helper()
	g, w := new(telemetry.Frame), new(telemetry.Frame)
	g.CopyFrom(got)
	w.CopyFrom(want)
	gw, ww := g.Actors.Time[telemetry.StateWaiting], w.Actors.Time[telemetry.StateWaiting]
	for i := range gw {
		if off := gw[i] - ww[i]; off < 0 || off > quantum {
			t.Fatalf("actor %d waited %v, want %v", i, gw[i], ww[i])
		}
		gw[i] = ww[i]
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Fatalf("frame (-want +got):\n%s", diff)
	}
}

func TestRoundTrip(t *testing.T) {
	var e Encoder
	l := newLoad(50, 120)
	d := NewDecoder(l.topology())
	var got telemetry.Frame
	for i := range 100 {
		f := l.step(250 * time.Millisecond)
		var rec []byte
		want := KindDelta
		if i%20 == 0 {
			rec, want = e.Key(nil, f), KindKeyframe
		} else if i%7 == 3 {
			continue // lost on the way
		} else {
			var ok bool
			if rec, ok = e.Delta(nil, f); !ok {
				t.Fatal("delta refused")
			}
		}
		p, kind := payload(t, rec)
		if kind != want {
			t.Fatalf("frame %d is a %s, want a %s", i, kind, want)
		}
		if err := d.Decode(kind, p, &got); err != nil {
			t.Fatal(err)
		}
		sameFrame(t, &got, rounded(f))
	}
}

// TestRoundTripProperty feeds frames of any size and content that the contract
// allows, in any mix of keyframes, deltas and losses.
func TestRoundTripProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLoad(rapid.IntRange(0, 12).Draw(t, "actors"), rapid.IntRange(0, 12).Draw(t, "channels"))
		top := l.topology()
		d := NewDecoder(top)
		var e Encoder
		var got, before telemetry.Frame
		before.Resize(len(top.Actors), len(top.Channels))
		for range rapid.IntRange(1, 12).Draw(t, "frames") {
			f := l.step(time.Duration(rapid.Int64Range(1, 3e9).Draw(t, "d")))
			disturb(t, f)
			rec, ok := e.Delta(nil, f)
			if !ok || rapid.IntRange(0, 3).Draw(t, "key") == 0 {
				rec = e.Key(nil, f)
			} else if rapid.Bool().Draw(t, "lost") {
				continue
			}
			kind, p, err := NewReader(bytes.NewReader(rec), Limits{}).Next()
			if err != nil {
				t.Fatalf("%v", err)
			}
			if err := d.Decode(kind, p, &got); err != nil {
				t.Fatalf("%v", err)
			}
			sameFrame(t, &got, rounded(f))
			neverBack(t, &before, &got)
			before.CopyFrom(&got)
		}
	})
}

// disturb sets what the load leaves alone.
func disturb(t *rapid.T, f *telemetry.Frame) {
	f.Phase = telemetry.Phase(rapid.IntRange(0, telemetry.NumPhases-1).Draw(t, "phase"))
	f.Wall = rapid.Int64().Draw(t, "wall")
	a, c := &f.Actors, &f.Channels
	for i := range a.State {
		a.State[i] = telemetry.State(rapid.IntRange(0, telemetry.NumStates-1).Draw(t, "state"))
		a.Vote[i] = telemetry.Vote(rapid.IntRange(0, telemetry.NumVotes-1).Draw(t, "vote"))
		a.Restarts[i] += rapid.Uint64Range(0, 3).Draw(t, "restarts")
		a.Torn[i] += rapid.Uint64Range(0, 1<<40).Draw(t, "torn")
		a.CPU[i] += time.Duration(rapid.Int64Range(0, 1e10).Draw(t, "cpu"))
		a.Body[i] = time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "body"))
		a.Timed[i] = rapid.Bool().Draw(t, "timed")
		a.Patience[i] = time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "patience"))
	}
	for i := range c.Sent {
		c.Closed[i] = rapid.Bool().Draw(t, "closed")
		c.Awaited[i] = telemetry.Awaited(rapid.IntRange(0, telemetry.NumAwaited-1).Draw(t, "awaited"))
		b := rapid.IntRange(0, telemetry.LatencyBuckets-1).Draw(t, "bucket")
		c.Latency[b][i] += rapid.Uint64Range(0, 1<<50).Draw(t, "messages")
	}
}

// neverBack asserts that no cumulative figure is smaller than before.
func neverBack(t *rapid.T, before, now *telemetry.Frame) {
	times := func(what string, b, n []time.Duration) {
		for i := range n {
			if n[i] < b[i] {
				t.Fatalf("%s %d went back from %v to %v", what, i, b[i], n[i])
			}
		}
	}
	for s := range now.Actors.Time {
		times(telemetry.State(s).String(), before.Actors.Time[s], now.Actors.Time[s])
	}
	times("cpu", before.Actors.CPU, now.Actors.CPU)
	times("latency", before.Channels.LatencySum, now.Channels.LatencySum)
	for i := range now.Channels.Sent {
		if now.Channels.Sent[i] < before.Channels.Sent[i] {
			t.Fatalf("sent %d went back", i)
		}
	}
}

func TestWaitingIsSentWhenItIsNotTheRest(t *testing.T) {
	var e Encoder
	l := newLoad(3, 0)
	f := l.step(time.Second)
	d := NewDecoder(l.topology())
	var got telemetry.Frame
	decode := func(rec []byte) {
		t.Helper()
		p, kind := payload(t, rec)
		if err := d.Decode(kind, p, &got); err != nil {
			t.Fatal(err)
		}
	}
	decode(e.Key(nil, f))
	f = l.step(time.Second)
	f.Actors.Time[telemetry.StateWaiting][1] += 5 * time.Millisecond
	rec, _ := e.Delta(nil, f)
	decode(rec)
	want := f.Actors.Time[telemetry.StateWaiting]
	for i, w := range got.Actors.Time[telemetry.StateWaiting] {
		if off := want[i] - w; off < -quantum || off > TimeUnit {
			t.Errorf("actor %d waited %v, want %v", i, w, want[i])
		}
	}
}

func TestCounterThatWentBack(t *testing.T) {
	var e Encoder
	l := newLoad(5, 5)
	l.step(time.Second)
	d := NewDecoder(l.topology())
	p, kind := payload(t, e.Key(nil, &l.f))
	var got telemetry.Frame
	if err := d.Decode(kind, p, &got); err != nil {
		t.Fatal(err)
	}
	l.step(time.Second)
	l.f.Actors.Time[telemetry.StateBusy][1] = 0
	l.f.Channels.Sent[1], l.f.Channels.Taken[1] = 3, 1
	rec, _ := e.Delta(nil, &l.f)
	p, kind = payload(t, rec)
	if err := d.Decode(kind, p, &got); err != nil {
		t.Fatal(err)
	}
	if got.Actors.Time[telemetry.StateBusy][1] != 0 || got.Channels.Sent[1] != 3 || got.Channels.Taken[1] != 1 {
		t.Errorf("got busy %v, sent %d, taken %d", got.Actors.Time[telemetry.StateBusy][1], got.Channels.Sent[1], got.Channels.Taken[1])
	}
}

func TestDeltaNeedsAKeyOfTheSameShape(t *testing.T) {
	var e Encoder
	l := newLoad(2, 2)
	f := l.step(time.Second)
	if b, ok := e.Delta([]byte("x"), f); ok || string(b) != "x" {
		t.Errorf("delta without a key: %q, %v", b, ok)
	}
	e.Key(nil, f)
	for name, change := range map[string]func(*telemetry.Frame){
		"instance":   func(f *telemetry.Frame) { f.Instance++ },
		"generation": func(f *telemetry.Frame) { f.Generation++ },
		"size":       func(f *telemetry.Frame) { f.Resize(3, 2) },
	} {
		g := new(telemetry.Frame)
		g.CopyFrom(f)
		change(g)
		if _, ok := e.Delta(nil, g); ok {
			t.Errorf("delta across a change of %s", name)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	var e Encoder
	l := newLoad(2, 2)
	key, _ := payload(t, e.Key(nil, l.step(time.Second)))
	rec, _ := e.Delta(nil, l.step(time.Second))
	delta, _ := payload(t, rec)
	top := l.topology()
	var f telemetry.Frame

	d := NewDecoder(top)
	if err := d.Decode(KindDelta, delta, &f); !errors.Is(err, ErrKey) {
		t.Errorf("delta before its key: %v", err)
	}
	if err := d.Decode(KindKeyframe, key, &f); err != nil {
		t.Error(err)
	}
	e.Key(nil, l.step(time.Second))
	rec, _ = e.Delta(nil, l.step(time.Second))
	later, _ := payload(t, rec)
	if err := d.Decode(KindDelta, later, &f); !errors.Is(err, ErrKey) {
		t.Errorf("delta of a later key: %v", err)
	}
	if err := d.Decode(KindDelta, delta, &f); err != nil {
		t.Errorf("an error spoiled the decoder: %v", err)
	}
	for n := range delta {
		if err := d.Decode(KindDelta, delta[:n], &f); err == nil && n < 30 {
			t.Errorf("accepted %d bytes of a frame", n)
		}
	}
	other := *top
	other.Generation++
	if err := NewDecoder(&other).Decode(KindKeyframe, key, &f); !errors.Is(err, ErrTopology) {
		t.Errorf("frame of another generation: %v", err)
	}
	smaller := *top
	smaller.Channels = smaller.Channels[:1]
	if err := NewDecoder(&smaller).Decode(KindKeyframe, key, &f); !errors.Is(err, ErrMalformed) {
		t.Errorf("frame of another size: %v", err)
	}
	if err := d.Decode(KindEnd, key, &f); !errors.Is(err, ErrMalformed) {
		t.Errorf("end as a frame: %v", err)
	}
}

func TestUnknownColumnsAreSkipped(t *testing.T) {
	var e Encoder
	l := newLoad(2, 2)
	f := l.step(time.Second)
	p, _ := payload(t, e.Key(nil, f))
	p = append(p, 99, 3, 7, 7, 7)
	var got telemetry.Frame
	if err := NewDecoder(l.topology()).Decode(KindKeyframe, p, &got); err != nil {
		t.Fatal(err)
	}
	sameFrame(t, &got, rounded(f))
	for name, bad := range map[string][]byte{
		"twice":        {99, 0},
		"out of order": {98, 0},
		"too long":     {100, 5, 1},
		"cut":          {100},
		"form":         {100, 0, 0x80},
	} {
		if err := NewDecoder(l.topology()).Decode(KindKeyframe, append(bytes.Clone(p), bad...), &got); !errors.Is(err, ErrMalformed) {
			t.Errorf("column %s: %v", name, err)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	var e Encoder
	l := newLoad(100, 200)
	l.step(time.Minute)
	buf := e.Key(nil, &l.f)
	p, _ := payload(t, buf)
	d := NewDecoder(l.topology())
	var f telemetry.Frame
	if err := d.Decode(KindKeyframe, p, &f); err != nil {
		t.Fatal(err)
	}
	l.step(time.Second)
	buf, _ = e.Delta(make([]byte, 0, 1<<20), &l.f)
	p, _ = payload(t, buf)
	if n := testing.AllocsPerRun(50, func() { buf, _ = e.Delta(buf[:0], &l.f) }); n != 0 {
		t.Errorf("encoding allocates %v times", n)
	}
	if n := testing.AllocsPerRun(50, func() { buf = e.Key(buf[:0], &l.f) }); n != 0 {
		t.Errorf("encoding a keyframe allocates %v times", n)
	}
	if n := testing.AllocsPerRun(50, func() {
		if err := d.Decode(KindDelta, p, &f); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("decoding allocates %v times", n)
	}
}
