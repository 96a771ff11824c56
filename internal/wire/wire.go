// Package wire is the codec between a service and whoever looks at it: records
// that hold the topology, frames of counters and the message that ends a
// stream. docs/wire.md is its specification.
//
// A frame travels as columns of small numbers. A keyframe is absolute; a delta
// is relative to the last keyframe and never to the frame before, so that any
// delta may be lost. Everything read from outside is bounded by Limits.
package wire

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Kind says what a record holds. A reader skips the kinds that it does not know.
type Kind byte

// The kinds of records.
const (
	KindTopology Kind = 1 // JSON of telemetry.Topology
	KindKeyframe Kind = 2 // a frame, absolute
	KindDelta    Kind = 3 // a frame, relative to a keyframe
	KindEnd      Kind = 4 // JSON of telemetry.End; nothing follows
)

// String returns the name of the kind as docs/wire.md writes it.
func (k Kind) String() string {
	switch k {
	case KindTopology:
		return "topology"
	case KindKeyframe:
		return "keyframe"
	case KindDelta:
		return "delta"
	case KindEnd:
		return "end"
	}
	return "kind " + strconv.Itoa(int(k))
}

// The content types of a stream of frames.
const (
	ContentBinary = "application/x-steadytop" // records
	ContentNDJSON = "application/x-ndjson"    // lines
)

// Units of time on the wire. Rounding is always down, so that what grows in
// the service never shrinks at the reader.
const (
	TimeUnit  = 10 * time.Microsecond // of the times in a state, CPU of an actor and latency sums
	SinceUnit = time.Millisecond      // of the moment at which a state began, and of the length of a body
)

// Limits bound what a reader accepts. A zero field means the default.
type Limits struct {
	Record   int // bytes of one record; 16 MiB
	Actors   int // 100,000
	Channels int // 1,000,000
}

// DefaultLimits are what zero fields of Limits mean.
var DefaultLimits = Limits{Record: 16 << 20, Actors: 100_000, Channels: 1_000_000}

func (l Limits) orDefault() Limits {
	if l.Record <= 0 {
		l.Record = DefaultLimits.Record
	}
	if l.Actors <= 0 {
		l.Actors = DefaultLimits.Actors
	}
	if l.Channels <= 0 {
		l.Channels = DefaultLimits.Channels
	}
	return l
}

// Errors of decoding that a caller acts upon.
var (
	// ErrKey means that a delta belongs to a keyframe that the decoder does not
	// have. Ask for a keyframe and go on.
	ErrKey = errors.New("wire: delta of another keyframe")

	// ErrTopology means that a frame belongs to another topology than the one
	// of the decoder. Fetch the topology again.
	ErrTopology = errors.New("wire: frame of another topology")

	// ErrMalformed means that the bytes are not what the specification says.
	// The stream can not be trusted any further.
	ErrMalformed = errors.New("wire: malformed")
)

// LimitError reports something that is larger than the reader allows.
type LimitError struct {
	What string // "record bytes", "actors", "channels"
	Got  uint64
	Max  uint64
}

// Error implements error.
func (e *LimitError) Error() string {
	return fmt.Sprintf("wire: too many %s: %d, at most %d are accepted", e.What, e.Got, e.Max)
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}
