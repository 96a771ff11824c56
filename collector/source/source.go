// Package source reaches services: it finds them on this machine, and reads
// from one what it publishes. What the records mean is for others to say.
//
// A Source belongs to one connection to one instance and is used up by its
// first error. A Connector makes the next one.
package source

import (
	"context"
	"errors"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Record is what a source hands over; exactly one of its fields is set. Every
// string in it is safe to show.
type Record struct {
	Topology *telemetry.Topology // immutable
	Frame    *telemetry.Frame    // overwritten by the next call of Next
	End      *telemetry.End      // immutable; nothing follows
}

// Source is one service as a viewer reaches it. Package sourcetest checks what
// is promised here.
type Source interface {
	// Next returns the next record: a Topology first and again whenever it
	// changes, Frames whose Seq grows and whose columns have the lengths of the
	// last Topology, and perhaps an End. It blocks until there is something
	// new, ctx ends, or Close is called from another goroutine. After an End
	// the error is io.EOF; a service that went away without one is
	// io.ErrUnexpectedEOF or the error of the connection. After any error the
	// source is of no more use.
	Next(ctx context.Context) (Record, error)
	// Close gives up the connection and makes Next return. It may be called
	// more than once.
	Close() error
}

// Controller is a Source over which a service can be stopped. Its methods may
// be called while Next blocks.
type Controller interface {
	// Shutdown returns how the stop stands. It blocks until the answer is
	// there or ctx ends.
	Shutdown(ctx context.Context) (*telemetry.Shutdown, error)
	// RequestShutdown asks the instance to stop, and no other: ErrInstance when
	// the service is another one by now, ErrRefused when this user may not,
	// ErrUnavailable when the service can not be stopped over this source.
	// Nil means that the stop has begun, or had begun before.
	RequestShutdown(ctx context.Context, instance telemetry.Instance, reason string) error
}

// Detailer is a Source that knows more of an actor than frames tell. It may be
// called while Next blocks.
type Detailer interface {
	// Detail returns the configuration and the last failure of an actor. Lines
	// of the stack are separated by '\n', which no other string here contains.
	Detail(ctx context.Context, actor uint32) (*telemetry.ActorDetail, error)
}

// Identity says which service was attached before.
type Identity struct {
	Service  string
	PID      int
	Instance telemetry.Instance
	Ended    bool // it said that it ended, so it is not to be found again
}

// Connector connects to one target again and again.
type Connector interface {
	// Connect finds the target and connects to it. With last, the zero value
	// at first, it looks for the same instance, and when that is gone for the
	// one service of the same name; when there are several the error is an
	// *AmbiguousError, when there is none ErrNoTarget. It blocks until ctx ends
	// at most.
	Connect(ctx context.Context, last Identity) (Source, error)
	// Local reports whether the target is on this machine.
	Local() bool
}

// Errors that callers act upon.
var (
	// ErrNoTarget means that no running service fits. The error is a
	// *NoTargetError, which tells what there is.
	ErrNoTarget = errors.New("source: no such service")
	// ErrRefused means that the service does not let this user do that.
	ErrRefused = errors.New("source: refused")
	// ErrInstance means that the service is not the instance that was meant.
	ErrInstance = errors.New("source: another instance is running by now")
	// ErrUnavailable means that the service does not offer this.
	ErrUnavailable = errors.New("source: not available")
)
