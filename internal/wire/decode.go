package wire

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Decoder turns keyframes and deltas of one topology back into frames. It is
// not safe for concurrent use.
type Decoder struct {
	generation uint64
	instance   telemetry.Instance
	actors     int
	channels   int

	key    telemetry.Frame
	hasKey bool

	// waited holds the largest time of waiting returned so far, per actor, so
	// that what is computed from rounded figures does not go back.
	waited    []time.Duration
	waitedSeq uint64
}

// NewDecoder returns a Decoder for the frames of t.
func NewDecoder(t *telemetry.Topology) *Decoder {
	return &Decoder{
		instance: t.Instance, generation: t.Generation,
		actors: len(t.Actors), channels: len(t.Channels),
		waited: make([]time.Duration, len(t.Actors)),
	}
}

// KeySeq returns the Seq of the keyframe that the decoder holds, 0 for none.
func (d *Decoder) KeySeq() uint64 {
	if !d.hasKey {
		return 0
	}
	return d.key.Seq
}

// Decode fills f, reusing its storage, from the payload of a record of kind
// KindKeyframe or KindDelta. Times come back rounded down to TimeUnit and
// SinceUnit; the time in StateWaiting is what the others leave of f.Mono.
// Errors are ErrTopology, ErrKey and ErrMalformed; after one, what f holds is
// undefined, and the decoder is as it was before.
func (d *Decoder) Decode(kind Kind, payload []byte, f *telemetry.Frame) error {
	if kind != KindKeyframe && kind != KindDelta {
		return malformed("a record of kind %s is no frame", kind)
	}
	h, cols, err := parseHeader(payload)
	if err != nil {
		return err
	}
	if h.instance != d.instance || h.generation != d.generation {
		return fmt.Errorf("%w: have %s generation %d, got %s generation %d",
			ErrTopology, d.instance, d.generation, h.instance, h.generation)
	}
	if h.actors != uint64(d.actors) || h.channels != uint64(d.channels) {
		return malformed("frame of %d actors and %d channels, the topology has %d and %d",
			h.actors, h.channels, d.actors, d.channels)
	}
	if kind == KindDelta {
		if !d.hasKey || h.keySeq != d.key.Seq {
			return fmt.Errorf("%w: have %d, got %d", ErrKey, d.KeySeq(), h.keySeq)
		}
		f.CopyFrom(&d.key)
	} else {
		f.Resize(d.actors, d.channels)
		zero(f)
	}
	h.fill(f)
	b := body{f: f}
	if err := b.columns(cols); err != nil {
		return err
	}
	if err := b.finish(kind, &d.key.Channels); err != nil {
		return err
	}
	d.keepWaiting(f)
	if kind == KindKeyframe {
		d.key.CopyFrom(f)
		d.hasKey = true
	}
	return nil
}

// keepWaiting raises the times of waiting to the largest that were returned
// before. What is computed moves by less than the units of what it is computed
// from, so this hides rounding and nothing else. An older frame starts anew.
func (d *Decoder) keepWaiting(f *telemetry.Frame) {
	if f.Seq < d.waitedSeq {
		clear(d.waited)
	}
	d.waitedSeq = f.Seq
	waiting := f.Actors.Time[telemetry.StateWaiting]
	for i, w := range waiting {
		w = max(w, d.waited[i])
		waiting[i], d.waited[i] = w, w
	}
}

// zero clears all columns.
func zero(f *telemetry.Frame) {
	a, c := &f.Actors, &f.Channels
	clear(a.State)
	clear(a.Since)
	for s := range a.Time {
		clear(a.Time[s])
	}
	clear(a.CPU)
	clear(a.Restarts)
	clear(a.Torn)
	clear(a.Vote)
	clear(a.Body)
	clear(a.Timed)
	clear(a.Patience)
	clear(c.Sent)
	clear(c.Taken)
	clear(c.Closed)
	clear(c.Awaited)
	for b := range c.Latency {
		clear(c.Latency[b])
	}
	clear(c.LatencySum)
}

// body applies columns to a frame that holds its keyframe, or zeros.
type body struct {
	f       *telemetry.Frame
	waiting bool // the time of waiting was sent
}

// columns applies all columns of a frame. They come in ascending order of ids,
// each at most once.
func (b *body) columns(p []byte) error {
	last := uint64(0)
	for len(p) > 0 {
		id, n := binary.Uvarint(p)
		if n <= 0 || id <= last {
			return malformed("column %d after %d", id, last)
		}
		last, p = id, p[n:]
		size, n := binary.Uvarint(p)
		if n <= 0 || size > uint64(len(p)-n) {
			return malformed("column %d is cut short", id)
		}
		data := p[n : n+int(size)]
		p = p[n+int(size):]
		if err := b.column(id, data); err != nil {
			return fmt.Errorf("%w (column %d)", err, id)
		}
	}
	return nil
}

func (b *body) column(id uint64, p []byte) error {
	a, c := &b.f.Actors, &b.f.Channels
	switch id {
	case colState:
		return applyBytes(p, a.State, telemetry.NumStates)
	case colSince:
		return applySince(p, a.Since, b.f.Mono)
	case colVote:
		return applyBytes(p, a.Vote, telemetry.NumVotes)
	case colRestarts:
		return applyCounts(p, a.Restarts)
	case colTorn:
		return applyCounts(p, a.Torn)
	case colCPU:
		return applyTimes(p, a.CPU)
	case colBody:
		return applyBody(p, a.Body)
	case uint64(colWaiting):
		b.waiting = true
		clear(a.Time[telemetry.StateWaiting]) // sent as an absolute value
		return applyTimes(p, a.Time[telemetry.StateWaiting])
	case colTimed:
		return applyBools(p, a.Timed)
	case colPatience:
		return applyBody(p, a.Patience)
	case colSent:
		return applyCounts(p, c.Sent)
	case colLength:
		return applyLength(p, c.Taken)
	case colClosed:
		return applyBools(p, c.Closed)
	case colLatSum:
		return applyTimes(p, c.LatencySum)
	case colLatency:
		return applyRows(p, &c.Latency, len(c.Sent))
	case colAwaited:
		return applyBytes(p, c.Awaited, telemetry.NumAwaited)
	}
	if s := id - colTime; s < uint64(telemetry.NumStates) {
		return applyTimes(p, a.Time[s])
	}
	return nil
}

// finish computes what was not sent. Of the keyframe it needs the channels.
func (b *body) finish(kind Kind, key *telemetry.ChannelColumns) error {
	c := &b.f.Channels
	for i, sent := range c.Sent {
		taken := c.Taken[i] + sent
		if kind == KindDelta {
			taken -= key.Sent[i]
		}
		if taken > sent {
			return malformed("channel %d: %d taken of %d sent", i, taken, sent)
		}
		c.Taken[i] = taken
	}
	if !b.waiting {
		deriveWaiting(&b.f.Actors, b.f.Mono)
	}
	return nil
}

// deriveWaiting sets the time of waiting to what the other states leave of mono.
func deriveWaiting(a *telemetry.ActorColumns, mono time.Duration) {
	waiting := a.Time[telemetry.StateWaiting]
	for i := range waiting {
		waiting[i] = mono
	}
	for s, col := range a.Time {
		if telemetry.State(s) == telemetry.StateWaiting {
			continue
		}
		col = col[:len(waiting)]
		for i := range waiting {
			waiting[i] -= col[i]
		}
	}
	for i, w := range waiting {
		waiting[i] = max(w, 0)
	}
}
