// Package telemetry is the plain data that a service publishes about itself:
// the topology of its graph, frames of cumulative counters, the votes of a
// shutdown and the message that ends a stream.
//
// It imports nothing of this project, so that the runtime, the codec, the
// publisher and the collector agree on one set of types without knowing each
// other. All durations are nanoseconds; all counters are cumulative since the
// start of the process and never go back, so that a lost frame costs
// resolution and never truth. The one exception is the length of a Go channel:
// see ChannelColumns.
package telemetry

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// Schema is the version of the JSON forms of this package. It only grows, and
// only when a field changes its meaning; new fields do not change it.
const Schema = 1

// Instance names one start of one process: random, never zero once started.
// Ids, generations and sequence numbers have a meaning within one instance only.
type Instance uint64

// String returns the 16 hexadecimal digits by which an instance is written.
func (i Instance) String() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(i))
	return hex.EncodeToString(b[:])
}

// MarshalText implements encoding.TextMarshaler.
func (i Instance) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *Instance) UnmarshalText(text []byte) error {
	var b [8]byte
	if len(text) != 16 {
		return fmt.Errorf("telemetry: instance: want 16 hexadecimal digits, got %d bytes", len(text))
	}
	if _, err := hex.Decode(b[:], text); err != nil {
		return fmt.Errorf("telemetry: instance: %w", err)
	}
	*i = Instance(binary.BigEndian.Uint64(b[:]))
	return nil
}

// Topology describes a graph: what does not change between two frames of one
// Generation. It is immutable once published.
type Topology struct {
	Schema     int       `json:"schema"`
	Service    string    `json:"service"`           // Graph.Name
	Version    string    `json:"version,omitempty"` // of the program, from its build information
	Library    string    `json:"library,omitempty"` // version of this library
	PID        int       `json:"pid"`
	Host       string    `json:"host"`
	Cores      int       `json:"cores"` // GOMAXPROCS
	Instance   Instance  `json:"instance"`
	Generation uint64    `json:"generation"`        // 1 for the first; a new one obsoletes all keyframes
	Start      time.Time `json:"start"`             // wall clock; Frame.Mono counts from here
	Metrics    string    `json:"metrics,omitempty"` // host:port of /metrics, "" when off
	Control    bool      `json:"control"`           // whether a shutdown can be asked for over the socket

	// Grace is how long a shutdown waits for vetoing actors.
	Grace time.Duration `json:"grace_ns"`

	// Actors and Channels are in the order of their ids: Actors[i].ID == i, and
	// column i of a Frame belongs to it.
	Actors   []Actor   `json:"actors"`
	Channels []Channel `json:"channels"`
}

// Actor is one node of the graph.
type Actor struct {
	ID       uint32   `json:"id"`
	Name     string   `json:"name"`
	Schedule Schedule `json:"schedule"`
	Troupe   string   `json:"troupe,omitempty"` // name of the shared thread, for ScheduleTroupe
	ExactCPU bool     `json:"exact_cpu"`        // Frame.Actors.CPU is read from a thread clock

	Cores    []int    `json:"cores,omitempty"`    // the only cores its thread may run on, ascending; none means any
	Realtime int      `json:"realtime,omitempty"` // SCHED_FIFO priority of its thread, 1 to 99; 0 means the usual time sharing
	Notes    []string `json:"notes,omitempty"`    // warnings about where it runs, sentences for the operator
}

// Channel is one edge of the graph.
type Channel struct {
	ID       uint32 `json:"id"`
	Name     string `json:"name"`
	Type     string `json:"type"` // Go type of a message
	Capacity uint64 `json:"capacity"`
	From     int32  `json:"from"`             // Actor.ID of the sender; -1 when outside the graph
	To       int32  `json:"to"`               // Actor.ID of the receiver; -1 when outside the graph
	Bundle   string `json:"bundle,omitempty"` // name of the bundle it is a lane of
	Lane     int    `json:"lane,omitempty"`
	Feedback bool   `json:"feedback,omitempty"` // closes a cycle; chosen when the graph is built

	// Native marks a Go channel that is only watched. Its capacity may be 0.
	// What went through it is unknown: see ChannelColumns.
	Native bool `json:"native,omitempty"`
}

// Schedule says what an actor runs on.
type Schedule string

// The schedules.
const (
	SchedulePooled Schedule = "pooled" // a goroutine
	ScheduleSolo   Schedule = "solo"   // an operating system thread of its own
	ScheduleTroupe Schedule = "troupe" // shares one thread with the other members
)
