// Package rig is the door through which the test kit enters a graph: what a
// test may see of it and do to it, and a service may not. Package steady opens
// it, so that nothing of this is part of its API.
package rig

import (
	"reflect"

	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Open returns the rig of a graph, which is a *steady.Graph. Package steady
// sets it.
var Open func(graph any) Graph

// Setup is what a test puts in the place of something. It counts if it is set
// before the start; what is nil stays as it is.
type Setup struct {
	Sched sched.Scheduler
	Files statefile.FS
	Probe Probe
}

// Probe is told what actors do, and may make them fail. Its methods are called
// on the flow of the actor, which is told by its index; on that of another one
// only if that uses a port or a state which is not its own.
type Probe interface {
	// Boundary is called at boundaries: all of them while iterations take longer
	// than some microseconds of the clock of the scheduler, else now and then. over
	// says that an iteration ends with it, rather than goes on. What it returns, if
	// anything, the actor panics with; if over, the iteration that ends fails.
	Boundary(actor int, over bool) any
	// Body is called between the calls of a body, in builds that have points
	// (see park.Point). What it returns the actor panics with.
	Body(actor int) any
	// State is called when the actor goes over to another state; as busy it also
	// begins and begins again.
	State(actor int, s telemetry.State)
	// Set is called when an iteration sets a state of the actor for the first time.
	Set(actor int, state string)
	// TakenBack is called when the body has called Rollback.
	TakenBack(actor int)
	// Failed is called when an incarnation has failed, before it is decided what
	// follows.
	Failed(actor int, err error)
}

// Graph is a graph under test.
type Graph interface {
	// Set is called before the start.
	Set(Setup)
	// Actors describes the actors and their ports, in the order of their indices.
	Actors() []Actor
	// Channels describes the channels, in the order of their indices.
	Channels() []Channel
	// Replace gives an actor another body, a func(*steady.Actor) error, and more
	// options, each a steady.Option, before the start.
	Replace(actor int, body any, options ...any)
	// Tap has f called for each message that its receiver gives back, at the end
	// of an iteration, on the flow of the receiver. Set before the start.
	Tap(channel int, f func(message any))
	// Guard makes Freeze possible, and has actors look up at each boundary. With exact, instead, Check and CheckEnd compare what is
	// received with what was sent, too: then no two actors may run at the same time.
	// It is called before the start.
	Guard(exact bool)
	// Freeze hides from a receiver what is published from now on, until Thaw.
	// Both sides are at rest when it is called.
	Freeze(channel int)
	// Frozen reports whether a channel is frozen.
	Frozen(channel int) bool
	// Thaw ends Freeze.
	Thaw(channel int)
	// Counters returns how many messages of a channel were sent and taken.
	Counters(channel int) (sent, taken uint64)
	// Closed reports whether the sender of a channel is done for good.
	Closed(channel int) bool

	// Service is what a viewer sees; nil until the graph has started.
	Service() Service
	// RequestStop asks for a stop.
	RequestStop(reason string)
	// Stopping reports whether a stop was requested.
	Stopping() bool
	// Sleepers is how many flows Wake knows: the actors, then those of the library
	// itself, which save states, end loops, and wait for the end.
	Sleepers() int
	// Wake wakes a flow for no reason, and reports whether it slept: in a wait of
	// the library it finds that nothing has changed, and sleeps again.
	Wake(sleeper int) bool
	// Standing returns what a flow that sleeps must find unchanged when it was woken for
	// no reason: how far an actor has come, whether it has ended, failed or agreed to
	// stop, what it does; which channels are closed, and what is saved.
	Standing(sleeper int, into []uint64) []uint64
	// Nudge has everyone look up, for no reason.
	Nudge()
	// Abort makes all waits return and all sends fail, as at the deadline.
	Abort()

	// Check says what is wrong with an actor that does not run at the moment, and
	// with the channels at its ports.
	Check(actor int) error
	// CheckAwake says what is wrong with an actor that is at a boundary.
	CheckAwake(actor int) error
	// CheckEnd says what is wrong with a graph that has ended.
	CheckEnd() error
	// Explain says what each actor that has not ended does or waits for, a line
	// each.
	Explain() []string
	// Goroutines returns those in which the actors run, by their ids; 0 is none yet.
	Goroutines() []uint64
	// Touched reports whether the iteration of the actor that has just ended, at a
	// boundary, has taken or sent a message, or set a state.
	Touched(actor int) bool
	// Positions returns how many messages an actor has received and sent on each of
	// its ports, open iteration included; of inputs, then of outputs.
	Positions(actor int, into []uint64) []uint64
}

// Actor is an actor of a graph under test.
type Actor struct {
	Name    string
	Troupe  string // "" for none
	In, Out []Port
	// Restarts is how many failures within its window the actor survives; negative
	// means all.
	Restarts int
}

// Port is one end of a channel.
type Port struct {
	Channel int
	Name    string // of the channel
	Type    reflect.Type
	// End is a *steady.Tx[T] or *steady.Rx[T] with the type of the messages, or a
	// *steady.ByteTx or *steady.ByteRx.
	End any
}

// Channel is a channel of a graph under test.
type Channel struct {
	Name     string
	Type     reflect.Type // of its messages
	Capacity int
	From, To int // indices of actors
}

// Service is a running graph as a viewer sees it.
type Service interface {
	// Topology describes what there is.
	Topology() *telemetry.Topology
	// Sample fills f with all counters of this moment.
	Sample(f *telemetry.Frame)
	// Shutdown tells how a stop goes on.
	Shutdown() telemetry.Shutdown
	// ActorDetail tells what there is to know of one actor.
	ActorDetail(id uint32) (telemetry.ActorDetail, bool)
}

// Failure is what a Probe returns to make an actor fail with an error rather
// than a panic.
type Failure struct{ Err error }
