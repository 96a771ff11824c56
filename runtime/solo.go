package steady

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/internal/thread"
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
// threads off them. A core that does not exist, or that this process was not
// allowed to use when it started, is an error of Run and Serve. Where threads
// can not be pinned (everywhere but on linux), or when a core is taken from the
// process later, the actor runs on any core; that is logged, and noted in its
// telemetry.
func Solo(cores ...int) Option {
	return optionFunc(func(a *Actor) {
		a.ownThread().cores = slices.Sorted(slices.Values(cores))
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
		a.ownThread().prio = prio
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

// hasThreads reports whether solo flows are threads: in a simulation they are
// not.
func (g *Graph) hasThreads() bool {
	_, ok := g.sched.(*sched.Go)
	return ok || g.sched == nil
}

// coreMistakes returns what is wrong with the cores that the actor asked for.
func (a *Actor) coreMistakes() (errs []error) {
	if a.place.own == nil {
		return nil
	}
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("steady: actor %q: %s", a.name, fmt.Sprintf(format, args...)))
	}
	cores, allowed := a.place.own.cores, thread.Allowed()
	for i, c := range cores {
		switch {
		case c < 0:
			bad("core %d does not exist: they count from 0", c)
		case i > 0 && c == cores[i-1]:
			bad("core %d is given twice", c)
		case len(allowed) > 0 && a.g.hasThreads() && !slices.Contains(allowed, c):
			bad("core %d is not allowed: this process may use %s", c, thread.List(allowed))
		}
	}
	return errs
}

// prepareThreads finds out what can not be had before the actors start, so that
// it is part of the published topology.
func (g *Graph) prepareThreads() {
	if !g.hasThreads() {
		return
	}
	solos := 0
	for _, a := range g.actors {
		if !a.place.solo {
			continue
		}
		solos++
		own := a.place.own
		if len(own.cores) > 0 && !thread.CanPin {
			a.note(fmt.Sprintf("not pinned to core %s: there is no way to on %s", thread.List(own.cores), runtime.GOOS))
		}
		if own.prio == 0 {
			continue
		}
		done := make(chan error, 1)
		g.sched.Spawn(func() { done <- thread.Realtime(own.prio) }, true)
		a.noteRealtime(<-done)
		if g.underRun {
			a.noteMemory(thread.LockMemory())
		}
	}
	g.noteCrowd(solos)
}

// claimThread is the first thing that the flow of an actor does: it prepares
// the thread that the actor has to itself. The thread is never unlocked, so
// that it ends with the flow, and nobody inherits what is done to it here.
func (a *Actor) claimThread() {
	own := a.place.own
	if own == nil || !a.g.hasThreads() {
		return
	}
	if len(own.cores) > 0 && thread.CanPin {
		if err := thread.Pin(own.cores); err != nil {
			a.note(fmt.Sprintf("not pinned to core %s: %v; it runs on any core", thread.List(own.cores), err))
		}
	}
	if own.prio > 0 {
		a.noteRealtime(thread.Realtime(own.prio))
	}
}

func (a *Actor) noteRealtime(err error) {
	prio := a.place.own.prio
	switch {
	case err == nil:
	case errors.Is(err, thread.ErrUnsupported):
		a.note("no real-time priority: there is none on " + runtime.GOOS)
	default:
		a.note(fmt.Sprintf("no real-time priority: %v; to permit it: setcap cap_sys_nice,cap_ipc_lock+ep PROGRAM,"+
			" or ulimit -r %d, or LimitRTPRIO=%d in the unit of systemd; in a container also --cap-add=SYS_NICE", err, prio, prio))
	}
}

func (a *Actor) noteMemory(err error) {
	switch {
	case err == nil || errors.Is(err, thread.ErrUnsupported):
	case errors.Is(err, thread.ErrLimited):
		a.note("memory is not locked: there is a limit on it; to lift it: setcap cap_sys_nice,cap_ipc_lock+ep PROGRAM," +
			" or ulimit -l unlimited, or LimitMEMLOCK=infinity in the unit of systemd")
	default:
		a.note(fmt.Sprintf("memory is not locked: %v", err))
	}
}

// note tells the operator something about the thread of the actor, in the log
// and in telemetry, once.
func (a *Actor) note(what string) {
	old := a.notes()
	if slices.Contains(old, what) {
		return
	}
	a.g.logger().Warn("the thread of an actor is not as asked for", "actor", a.name, "note", what)
	notes := append(slices.Clip(old), what)
	a.place.own.notes.Store(&notes)
}

func (a *Actor) notes() []string {
	if own := a.place.own; own != nil {
		if n := own.notes.Load(); n != nil {
			return *n
		}
	}
	return nil
}

func (g *Graph) noteCrowd(solos int) {}
