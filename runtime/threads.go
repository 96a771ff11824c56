package steady

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/internal/thread"
)

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
	for _, a := range g.actors {
		if !a.place.solo {
			continue
		}
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
	g.noteCrowd()
}

// noteCrowd warns when threads that belong to actors could occupy all
// processors of the Go runtime: pooled actors, timers and telemetry then come
// on only every 10 or 20 ms, when one of them is preempted. With a processor
// more they are not late. Threads that mostly wait do no harm, but whether they
// will is not known here.
func (g *Graph) noteCrowd() {
	threads, procs := len(g.troupes), runtime.GOMAXPROCS(0)
	for _, a := range g.actors {
		if a.place.solo {
			threads++
		}
	}
	if threads < procs {
		return
	}
	what := fmt.Sprintf("threads of actors may occupy all processors of Go (%d threads, GOMAXPROCS=%d): while they are busy,"+
		" all else is some 20 ms late; set GOMAXPROCS=%d", threads, procs, threads+1)
	g.logger().Warn(what)
	for _, a := range g.actors {
		if a.place.solo {
			a.addNote(what)
		}
	}
}

// claimThread is the first thing that the flow of an actor does: it prepares
// the thread that the actor has to itself. The thread is never unlocked, so
// that it ends with the flow, and nobody inherits what is done to it here.
func (a *Actor) claimThread() {
	own := a.place.own
	if own == nil || !a.g.hasThreads() {
		return
	}
	thread.Punctual()
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
	if !slices.Contains(a.notes(), what) {
		a.g.logger().Warn("the thread of an actor is not as asked for", "actor", a.name, "note", what)
		a.addNote(what)
	}
}

func (a *Actor) addNote(what string) {
	notes := append(slices.Clip(a.notes()), what)
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
