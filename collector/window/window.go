// Package window turns cumulative counters into figures: rates, shares of
// time, CPU, fills, percentiles and histories.
//
// Every figure is a difference of two samples divided by the time between
// them, by the clock of the service. Frames may therefore be lost, doubled or
// late: a gap makes the window longer and never the figure wrong. What nobody
// measured is NaN.
package window

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// The spans over which figures are taken. With frames each 250 ms the real
// span is up to one interval longer; after a gap it is the gap.
const (
	ShortSpan = time.Second     // rates, shares, CPU
	LongSpan  = 5 * time.Second // latency, and the shares that a verdict is based on
)

// HistoryLen is how many values, one a second, a history holds.
const HistoryLen = 120

var (
	// ErrOld is returned by Add for a frame that is not newer than the last.
	ErrOld = errors.New("window: frame is not newer than the last one")
	// ErrForeign is returned by Add for a frame of another instance,
	// generation or size than the topology.
	ErrForeign = errors.New("window: frame does not belong to the topology")
)

// Window follows the counters of one generation of one instance. It is not
// safe for concurrent use. What its methods return is overwritten by the next
// Add, except for histories, which stay as they are.
type Window struct {
	top   *telemetry.Topology
	count int // frames taken in
	seq   uint64
	now   sample // the newest frame, with the derived counters
	short track
	long  track

	span     time.Duration
	reach    time.Duration
	process  Process
	actors   []Actor
	channels []Channel
	trails   trails

	measured  bool          // latency was, at latencyAt
	latencyAt time.Duration // Mono
}

// Process holds the figures of the whole process.
type Process struct {
	CPU  float64 // in cores; NaN when the system does not tell
	RSS  float64 // bytes; NaN when the system does not tell
	Idle bool    // a core of the process had nothing to do for a part of the span
}

// New returns an empty Window for a topology.
func New(top *telemetry.Topology) *Window {
	w := &Window{
		top:      top,
		short:    newTrack(ShortSpan, ShortSpan/8, false),
		long:     newTrack(LongSpan, LongSpan/5, true),
		process:  Process{CPU: math.NaN(), RSS: math.NaN()},
		actors:   make([]Actor, len(top.Actors)),
		channels: make([]Channel, len(top.Channels)),
		trails:   newTrails(len(top.Actors), len(top.Channels)),
	}
	for i := range w.actors {
		w.actors[i] = unknownActor()
	}
	for i := range w.channels {
		w.channels[i] = unknownChannel()
	}
	return w
}

// Add takes in a frame and computes all figures anew. The frame is copied. An
// error means that the frame was left out and that nothing changed.
func (w *Window) Add(f *telemetry.Frame) error {
	if err := w.check(f); err != nil {
		return err
	}
	w.now.advance(f, w.top, w.count > 0)
	w.seq = f.Seq
	w.count++

	base := w.short.base(&w.now)
	w.span, w.reach = 0, 0
	if base != nil {
		w.span = w.now.mono - base.mono
	}
	w.measureChannels(f, base)
	w.measureActors(f, base)
	if long := w.long.base(&w.now); long != nil {
		w.reach = w.now.mono - long.mono
		w.measureLong(long)
		w.measureLatency(long)
	}
	w.trails.add(&w.now, w.channels)
	for i := range w.actors {
		w.actors[i].History = w.trails.busy[i].view()
	}
	for i := range w.channels {
		w.channels[i].History = w.trails.fill[i].view()
	}
	w.short.keep(&w.now)
	w.long.keep(&w.now)
	return nil
}

func (w *Window) check(f *telemetry.Frame) error {
	switch {
	case f.Instance != w.top.Instance || f.Generation != w.top.Generation:
		return fmt.Errorf("%w: instance %v generation %d, want %v %d",
			ErrForeign, f.Instance, f.Generation, w.top.Instance, w.top.Generation)
	case !fits(f, len(w.top.Actors), len(w.top.Channels)):
		return fmt.Errorf("%w: %d actors and %d channels, want %d and %d in each column", ErrForeign,
			len(f.Actors.State), len(f.Channels.Sent), len(w.top.Actors), len(w.top.Channels))
	case f.Mono < 0 || w.count > 0 && (f.Seq <= w.seq || f.Mono <= w.now.mono):
		return ErrOld
	}
	return nil
}

// fits reports whether every column has its length.
func fits(f *telemetry.Frame, actors, channels int) bool {
	a, c := &f.Actors, &f.Channels
	ok := len(a.State) == actors && len(a.Since) == actors && len(a.CPU) == actors &&
		len(a.Restarts) == actors && len(a.Torn) == actors && len(a.Vote) == actors && len(a.Body) == actors &&
		len(a.Timed) == actors && len(a.Patience) == actors && len(c.Awaited) == channels &&
		len(c.Sent) == channels && len(c.Taken) == channels && len(c.Closed) == channels
	for s := range a.Time {
		ok = ok && len(a.Time[s]) == actors
	}
	for b := range c.Latency {
		ok = ok && len(c.Latency[b]) == channels
	}
	return ok
}

// Span is the time over which the rates and shares were taken, 0 before the
// second frame.
func (w *Window) Span() time.Duration { return w.span }

// Reach is the time over which the Long figures and the latencies were taken,
// 0 before the second frame.
func (w *Window) Reach() time.Duration { return w.reach }

// Frames is how many frames were taken in.
func (w *Window) Frames() int { return w.count }

// Process returns the figures of the process.
func (w *Window) Process() Process { return w.process }

// Actors returns the figures of the actors, indexed by id.
func (w *Window) Actors() []Actor { return w.actors }

// Channels returns the figures of the channels, indexed by id.
func (w *Window) Channels() []Channel { return w.channels }
