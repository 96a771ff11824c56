package wire

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// load is a make-believe service: a fifth of its actors and channels are idle,
// the others move at a rate of their own that jitters by 5 % from step to step.
type load struct {
	rnd  *rand.Rand
	f    telemetry.Frame
	busy []float64 // share of time of each actor
	full []float64 // share of time blocked
	rate []float64 // messages a second of each channel
	wait []float64 // log2 of the mean wait in µs; 0 for channels without stamps
}

func newLoad(actors, channels int) *load {
	l := &load{
		rnd:  rand.New(rand.NewPCG(1, 2)),
		busy: make([]float64, actors), full: make([]float64, actors),
		rate: make([]float64, channels), wait: make([]float64, channels),
	}
	l.f.Instance, l.f.Generation = 0xfeedface, 1
	l.f.Resize(actors, channels)
	for i := range l.busy {
		if i%5 > 0 {
			l.busy[i] = l.rnd.Float64()
			if i%2 == 0 {
				l.full[i] = (1 - l.busy[i]) * l.rnd.Float64()
			}
		}
	}
	for i := range l.rate {
		if i%5 > 0 {
			l.rate[i] = math.Pow(10, 1+4*l.rnd.Float64()) // 10/s to 100,000/s
		}
		if i%3 == 0 {
			l.wait[i] = 3 + 12*l.rnd.Float64()
		}
	}
	return l
}

func (l *load) jitter() float64 { return 0.95 + 0.1*l.rnd.Float64() }

// step lets d pass and takes the next frame.
func (l *load) step(d time.Duration) *telemetry.Frame {
	f := &l.f
	f.Seq++
	f.Mono += d
	f.Wall = 1_790_000_000_000_000_000 + int64(f.Mono)
	f.CPU += d / 2
	f.RSS, f.Goroutines = 30<<20, 1100
	for i, share := range l.busy {
		l.actor(i, d, share)
	}
	for i, rate := range l.rate {
		if rate > 0 {
			l.channel(i, d, rate)
		}
	}
	return f
}

func (l *load) actor(i int, d time.Duration, share float64) {
	a := &l.f.Actors
	if share > 0 {
		b := time.Duration(float64(d) * share * l.jitter())
		b = min(b, d)
		o := min(time.Duration(float64(d)*l.full[i]*l.jitter()), d-b)
		a.Time[telemetry.StateBusy][i] += b
		a.Time[telemetry.StateBlocked][i] += o
		d -= b + o
		a.State[i] = telemetry.State(l.rnd.IntN(3))
		a.Since[i] = l.f.Mono - time.Duration(l.rnd.ExpFloat64()*float64(5*time.Millisecond))
		a.Since[i] = max(a.Since[i], 0)
	}
	a.Time[telemetry.StateWaiting][i] += d
}

func (l *load) channel(i int, d time.Duration, rate float64) {
	c := &l.f.Channels
	n := uint64(rate * d.Seconds() * l.jitter())
	c.Sent[i] += n
	c.Taken[i] = c.Sent[i] - min(c.Sent[i], uint64(l.rnd.IntN(1024)))
	if l.wait[i] == 0 {
		return
	}
	// About 1,500 stamps a second, each of which counts for the messages since
	// the last one.
	mean := math.Max(1, rate/1500)
	for range max(1, int(float64(n)/mean)) {
		each := uint64(mean * (0.5 + l.rnd.Float64()))
		w := math.Exp2(l.wait[i] + l.rnd.NormFloat64())
		b := min(max(0, int(math.Log2(w))+1), telemetry.LatencyBuckets-1)
		c.Latency[b][i] += each
		c.LatencySum[i] += time.Duration(w * float64(time.Microsecond) * float64(each))
	}
}

// topology returns one that fits the frames of l.
func (l *load) topology() *telemetry.Topology {
	t := &telemetry.Topology{
		Schema: telemetry.Schema, Service: "load", Instance: l.f.Instance, Generation: l.f.Generation,
		Actors: make([]telemetry.Actor, len(l.busy)), Channels: make([]telemetry.Channel, len(l.rate)),
	}
	for i := range t.Actors {
		t.Actors[i].ID, t.Actors[i].Name = uint32(i), "actor"
	}
	for i := range t.Channels {
		t.Channels[i].ID, t.Channels[i].Name, t.Channels[i].From, t.Channels[i].To = uint32(i), "channel", -1, -1
	}
	return t
}

// benchLoad is the size of the figures in docs/wire.md, warmed up for a minute.
func benchLoad() *load {
	l := newLoad(1000, 2000)
	for range 60 {
		l.step(time.Second)
	}
	return l
}

// period is a keyframe and the frames up to the next one, at 4 Hz.
func period(l *load) []*telemetry.Frame {
	frames := make([]*telemetry.Frame, 20)
	for i := range frames {
		frames[i] = new(telemetry.Frame)
		frames[i].CopyFrom(l.step(250 * time.Millisecond))
	}
	return frames
}

func TestSizeOfFrames(t *testing.T) {
	var e Encoder
	frames := period(benchLoad())
	key := len(e.Key(nil, frames[0]))
	sum := 0
	for _, f := range frames[1:] {
		b, ok := e.Delta(nil, f)
		if !ok {
			t.Fatal("delta refused")
		}
		sum += len(b)
	}
	mean := sum / (len(frames) - 1)
	t.Logf("keyframe %d bytes, delta %d bytes, all %d bytes a frame", key, mean, (key+sum)/len(frames))
	if mean > 28_000 {
		t.Errorf("a delta takes %d bytes, want at most 28,000", mean)
	}
}

func BenchmarkEncode(b *testing.B) {
	var e Encoder
	frames := period(benchLoad())
	buf := e.Key(nil, frames[0])
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i = i%(len(frames)-1) + 1
		buf, _ = e.Delta(buf[:0], frames[i])
	}
	b.SetBytes(int64(len(buf)))
}

func BenchmarkEncodeKey(b *testing.B) {
	var e Encoder
	f := benchLoad().step(time.Second)
	buf := e.Key(nil, f)
	b.ReportAllocs()
	for b.Loop() {
		buf = e.Key(buf[:0], f)
	}
}

func BenchmarkDecode(b *testing.B) {
	var e Encoder
	l := benchLoad()
	frames := period(l)
	key, _ := payload(b, e.Key(nil, frames[0]))
	d := NewDecoder(l.topology())
	var f telemetry.Frame
	if err := d.Decode(KindKeyframe, key, &f); err != nil {
		b.Fatal(err)
	}
	var deltas [][]byte
	for _, f := range frames[1:] {
		rec, _ := e.Delta(nil, f)
		p, _ := payload(b, rec)
		deltas = append(deltas, p)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i = (i + 1) % len(deltas)
		if err := d.Decode(KindDelta, deltas[i], &f); err != nil {
			b.Fatal(err)
		}
	}
}
