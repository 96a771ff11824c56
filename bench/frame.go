package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

func frameFamily() family {
	return family{name: "frame", title: "Frames on the wire", figures: []figure{
		{
			name: "frame of 1,000 actors and 2,000 channels", unit: "bytes", bound: atMost(28_000, 24_000), once: true,
			measure: func() (float64, error) {
				f, err := newFrames()
				return f.bytes(), err
			},
		},
		{name: "encode it", unit: "µs", bound: atMost(100, 0), measure: encodeTime},
		{name: "decode it", unit: "µs", bound: atMost(150, 0), measure: decodeTime},
		{
			name: "allocations of both", unit: "allocations", bound: atMost(0, 0), once: true,
			measure: frameAllocations,
		},
	}}
}

// frames is the period of a keyframe at 4 Hz: that frame and 19 deltas.
type frames struct {
	encoder wire.Encoder
	decoder *wire.Decoder
	plain   []*telemetry.Frame // without the keyframe
	deltas  [][]byte           // payloads
	sizes   int                // of all records
	next    int
	buf     []byte
	out     telemetry.Frame
}

const perPeriod = 20

func newFrames() (*frames, error) {
	l := newLoad(1000, 2000)
	f := &frames{decoder: wire.NewDecoder(l.topology())}
	key := f.encoder.Key(nil, l.step(time.Minute))
	f.sizes = len(key)
	_, payload, err := record(key)
	if err != nil {
		return f, err
	}
	if err := f.decoder.Decode(wire.KindKeyframe, payload, &f.out); err != nil {
		return f, err
	}
	for range perPeriod - 1 {
		one := new(telemetry.Frame)
		one.CopyFrom(l.step(250 * time.Millisecond))
		rec, ok := f.encoder.Delta(nil, one)
		if !ok {
			return f, errors.New("a delta was refused")
		}
		kind, payload, err := record(rec)
		if err != nil || kind != wire.KindDelta {
			return f, fmt.Errorf("%s record: %w", kind, err)
		}
		f.plain, f.deltas, f.sizes = append(f.plain, one), append(f.deltas, payload), f.sizes+len(rec)
	}
	return f, nil
}

func record(rec []byte) (wire.Kind, []byte, error) {
	return wire.NewReader(bytes.NewReader(rec), wire.Limits{}).Next()
}

func (f *frames) bytes() float64 { return float64(f.sizes) / perPeriod }

func (f *frames) encode() {
	f.next = (f.next + 1) % len(f.plain)
	f.buf, _ = f.encoder.Delta(f.buf[:0], f.plain[f.next])
}

func (f *frames) decode() error {
	f.next = (f.next + 1) % len(f.deltas)
	return f.decoder.Decode(wire.KindDelta, f.deltas[f.next], &f.out)
}

func encodeTime() (float64, error) {
	f, err := newFrames()
	if err != nil {
		return 0, err
	}
	return in(perRun(200, f.encode), time.Microsecond), nil
}

func decodeTime() (float64, error) {
	f, err := newFrames()
	if err != nil {
		return 0, err
	}
	took := perRun(200, func() {
		if e := f.decode(); e != nil {
			err = e
		}
	})
	return in(took, time.Microsecond), err
}

func frameAllocations() (float64, error) {
	f, err := newFrames()
	if err != nil {
		return 0, err
	}
	both := func() {
		f.encode()
		if e := f.decode(); e != nil {
			err = e
		}
	}
	for range perPeriod { // buffers grow
		both()
	}
	const n = 100
	count := allocations(func() {
		for range n {
			both()
		}
	})
	return float64(count) / n, err
}

// load is a make-believe service: a fifth of its actors and channels are idle,
// the others work at a pace of their own.
type load struct {
	rnd  *rand.Rand
	f    telemetry.Frame
	busy []float64 // share of time of each actor
	rate []float64 // messages a second of each channel
}

func newLoad(actors, channels int) *load {
	l := &load{rnd: rand.New(rand.NewPCG(1, 2)), busy: make([]float64, actors), rate: make([]float64, channels)}
	l.f.Instance, l.f.Generation, l.f.RSS, l.f.Goroutines = 7, 1, 30<<20, uint64(actors)
	l.f.Resize(actors, channels)
	for i := range l.busy {
		if i%5 > 0 {
			l.busy[i] = l.rnd.Float64()
		}
	}
	for i := range l.rate {
		if i%5 > 0 {
			l.rate[i] = 10 + 100_000*l.rnd.Float64()*l.rnd.Float64()*l.rnd.Float64()
		}
	}
	return l
}

func (l *load) topology() *telemetry.Topology {
	return &telemetry.Topology{
		Schema: telemetry.Schema, Service: "load", Instance: l.f.Instance, Generation: l.f.Generation,
		Actors: make([]telemetry.Actor, len(l.busy)), Channels: make([]telemetry.Channel, len(l.rate)),
	}
}

// step lets d pass and returns the frame after it.
func (l *load) step(d time.Duration) *telemetry.Frame {
	f := &l.f
	f.Seq++
	f.Mono += d
	f.Wall = 1_790_000_000_000_000_000 + int64(f.Mono)
	f.CPU += d / 2
	for i, share := range l.busy {
		a := &f.Actors
		busy := min(d, time.Duration(float64(d)*share*(0.95+0.1*l.rnd.Float64())))
		blocked := (d - busy) * time.Duration(i%3) / 4
		a.Time[telemetry.StateBusy][i] += busy
		a.Time[telemetry.StateBlocked][i] += blocked
		a.Time[telemetry.StateWaiting][i] += d - busy - blocked
		if share > 0 {
			a.State[i] = telemetry.State(l.rnd.IntN(3))
			a.Since[i] = f.Mono - time.Duration(l.rnd.Int64N(int64(10*time.Millisecond)))
		}
	}
	for i, rate := range l.rate {
		l.channel(i, uint64(rate*d.Seconds()*(0.95+0.1*l.rnd.Float64())))
	}
	return f
}

// channel lets n messages pass. A third of the channels has stamps, about
// 1,500 a second.
func (l *load) channel(i int, n uint64) {
	c := &l.f.Channels
	c.Sent[i] += n
	c.Taken[i] = c.Sent[i]
	if n > 0 {
		c.Taken[i] -= min(c.Sent[i], l.rnd.Uint64N(1024))
	}
	if i%3 != 0 {
		return
	}
	each := n/400 + 1
	for left := n; left >= each; left -= each {
		b := min(telemetry.LatencyBuckets-1, 3+i%7+l.rnd.IntN(4))
		c.Latency[b][i] += each
		c.LatencySum[i] += time.Duration(each) * telemetry.LatencyBound(b) / 2
	}
}
