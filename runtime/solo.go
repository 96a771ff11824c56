package steady

import (
	"slices"
	"sync/atomic"
)

// placement is what an actor runs on: a goroutine, a thread of its own, or one
// that it shares.
type placement struct {
	solo   bool
	own    *ownThread // what the actor asked for its thread; nil unless solo
	shared bool       // with the others of the troupe
	troupe string
	member *member // set when the graph is prepared; nil unless shared
}

// ownThread is what a solo actor asked for, and what came of it.
type ownThread struct {
	cores []int // ascending; empty means any
	prio  int   // of SCHED_FIFO; 0 means none

	// notes are warnings for the operator. One flow at a time adds to them: the
	// one that prepares the graph, then that of the actor. Each stores a new
	// list, so that telemetry can load them at any time.
	notes atomic.Pointer[[]string]
}

// pooled reports whether the actor is a goroutine among others.
func (p *placement) pooled() bool { return !p.solo && !p.shared }

// Solo gives the actor an operating system thread of its own, for as long as
// one incarnation of it runs. The default is a goroutine, which hands over to
// other actors ten to a hundred times faster: use Solo for an actor that must
// not wait for a processor, or that calls code which depends on its thread.
//
// With cores, the thread runs on these and on no others. Nothing keeps other
// threads off them. A core that does not exist, or that this process may not
// use, is an error of Run and Serve; what counts is what it was given when it
// started, and cores that the system keeps for threads which ask (isolcpus).
// Where threads can not be pinned (everywhere but on linux), or when a core is
// taken from the process later, the actor runs on any core; that is logged, and
// noted in its telemetry.
func Solo(cores ...int) Option {
	return optionFunc(func(a *Actor) {
		own := a.ownThread()
		if len(own.cores) > 0 {
			a.g.mistake("actor %q has two Solo options with cores", a.name)
		}
		own.cores = slices.Sorted(slices.Values(cores))
	})
}

// Realtime is Solo with a priority: the thread runs before all that have a
// lower one or none, under SCHED_FIFO of linux. prio goes from 1 to 99; 1 is
// enough to come before everything ordinary. Under Run the memory of the
// process is locked, too, so that none of it has to be read from a disk. For
// pinned cores add Solo(cores...).
//
// The system has to permit it. Where it does not, the actor runs as any solo
// actor; that is logged with what to do about it, and noted in its telemetry.
//
// An actor that computes without waiting keeps everything else off its core,
// the garbage collector included, so that the whole process may come to stand
// until the actor waits. docs/realtime.md says what to expect, with figures.
func Realtime(prio int) Option {
	return optionFunc(func(a *Actor) {
		if prio < 1 || prio > 99 {
			a.g.mistake("actor %q: Realtime(%d): the priority goes from 1 to 99", a.name, prio)
		}
		own := a.ownThread()
		if own.prio != 0 {
			a.g.mistake("actor %q has two Realtime options", a.name)
		}
		own.prio = prio
	})
}

// ownThread makes the actor solo.
func (a *Actor) ownThread() *ownThread {
	a.place.solo = true
	if a.place.own == nil {
		a.place.own = new(ownThread)
	}
	return a.place.own
}
