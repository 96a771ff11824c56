package window

import (
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// pressed is the fill from which a channel counts as pressing on its sender.
const pressed = 0.85

// sample holds the counters of one moment. Two of them and the time between
// give every figure of this package.
type sample struct {
	mono time.Duration
	cpu  time.Duration // of the process

	time  [telemetry.NumStates][]time.Duration
	actor []time.Duration // CPU per actor
	sent  []uint64
	taken []uint64

	// Counters that the window makes itself, so that a mean over any span is a
	// difference as well: ∫ fill dt and the time with fill at pressed or more,
	// both in seconds, with the fill at the end of each interval.
	area  []float64
	press []float64

	// In the long track only, and empty for a topology above MaxHistograms.
	latency [telemetry.LatencyBuckets][]uint64
}

// advance replaces the counters by those of f. A counter that went back, which
// a service never does within an instance, is held at its old value: a figure
// may be too small then, but neither negative nor huge.
func (s *sample) advance(f *telemetry.Frame, top *telemetry.Topology, more bool) {
	dt := (f.Mono - s.mono).Seconds()
	if !more {
		dt = 0
		s.area = make([]float64, len(top.Channels))
		s.press = make([]float64, len(top.Channels))
	}
	s.mono = f.Mono
	s.cpu = max(s.cpu, f.CPU)
	for st := range s.time {
		s.time[st] = raise(s.time[st], f.Actors.Time[st])
	}
	s.actor = raise(s.actor, f.Actors.CPU)
	s.sent = raise(s.sent, f.Channels.Sent)
	s.taken = raise(s.taken, f.Channels.Taken)
	if len(top.Channels) <= MaxHistograms {
		for b := range s.latency {
			s.latency[b] = raise(s.latency[b], f.Channels.Latency[b])
		}
	}
	for i := range top.Channels {
		if top.Channels[i].Native { // a length, which does go back
			s.sent[i], s.taken[i] = f.Channels.Sent[i], f.Channels.Taken[i]
		}
		_, fill := level(s.sent[i], s.taken[i], top.Channels[i].Capacity)
		if fill > 0 { // NaN is not
			s.area[i] += fill * dt
		}
		if fill >= pressed {
			s.press[i] += dt
		}
	}
}

// raise lifts each element of dst, at first 0, to that of src.
func raise[T uint64 | time.Duration](dst, src []T) []T {
	if len(dst) != len(src) {
		dst = make([]T, len(src))
	}
	for i, v := range src {
		dst[i] = max(dst[i], v)
	}
	return dst
}

// copyFrom makes s an independent copy of src that reuses the storage of s.
func (s *sample) copyFrom(src *sample, latency bool) {
	s.mono, s.cpu = src.mono, src.cpu
	for st := range s.time {
		s.time[st] = append(s.time[st][:0], src.time[st]...)
	}
	s.actor = append(s.actor[:0], src.actor...)
	s.sent = append(s.sent[:0], src.sent...)
	s.taken = append(s.taken[:0], src.taken...)
	s.area = append(s.area[:0], src.area...)
	s.press = append(s.press[:0], src.press...)
	if !latency {
		return
	}
	for b := range s.latency {
		s.latency[b] = append(s.latency[b][:0], src.latency[b]...)
	}
}

// track keeps samples of the past so that one of about the right age is at
// hand. Its size does not depend on how fast frames come.
type track struct {
	span    time.Duration
	spacing time.Duration
	latency bool
	ring    []sample
	first   int // oldest
	n       int
}

func newTrack(span, spacing time.Duration, latency bool) track {
	// One sample more than the span holds, so that one at least as old as the
	// span stays until the next takes its place.
	return track{span: span, spacing: spacing, latency: latency, ring: make([]sample, span/spacing+2)}
}

func (t *track) at(i int) *sample { return &t.ring[(t.first+i)%len(t.ring)] }

// base returns the newest sample that is at least span older than now, else
// the oldest there is, nil when there is none.
func (t *track) base(now *sample) *sample {
	if t.n == 0 {
		return nil
	}
	best := t.at(0)
	for i := 1; i < t.n && t.at(i).mono <= now.mono-t.span; i++ {
		best = t.at(i)
	}
	return best
}

// keep stores a copy of now unless the last one kept is too young.
func (t *track) keep(now *sample) {
	if t.n > 0 && now.mono-t.at(t.n-1).mono < t.spacing {
		return
	}
	if t.n == len(t.ring) {
		t.first = (t.first + 1) % len(t.ring)
		t.n--
	}
	t.at(t.n).copyFrom(now, t.latency)
	t.n++
}
