package steady

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/ring"
	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Serve runs the graph until every actor has ended, or Grace is over after a
// stop was requested. It is the core of Run without its effects on the
// process: no signals, no socket, no files, so that it works in a
// testing/synctest bubble. Cancelling ctx requests a stop.
//
// The error joins what went wrong: the wiring mistakes, *ActorError for each
// actor that failed for good, *DeadlockError, *ShutdownError with the actors
// that did not end in time, and *LeftoverError with the messages that nobody
// took. It is nil when everything ended and every message was received.
func (g *Graph) Serve(ctx context.Context) error {
	if ctx == nil {
		return errNoContext
	}
	defer g.journal.flush(lastLines)
	if err := g.prepare(false); err != nil {
		return err
	}
	err := g.serve(ctx)
	g.endReaders(err)
	return err
}

// prepare checks the wiring and builds what the actors need to run.
func (g *Graph) prepare(underRun bool) error {
	g.setup()
	if err := g.Err(); err != nil {
		return err
	}
	if g.started.Swap(true) {
		return ErrStarted
	}
	if g.underRun = underRun; underRun { // not before it is known that no other one runs it
		g.measure = g.measure || g.Socket != Off || g.Metrics != Off || g.Logger != nil
		g.futex = g.Park != ParkChannel
	}
	if g.Name == "" {
		g.Name = filepath.Base(os.Args[0])
	}
	if g.sched == nil {
		g.sched = sched.NewGo()
	}
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	g.instance = telemetry.Instance(binary.BigEndian.Uint64(id[:]) | 1)
	g.born = time.Now()
	g.findLoops()
	g.main = g.sched.Parker(false)
	futex := g.futex || g.Park == ParkFutex
	g.findTroupes(futex)
	for _, a := range g.actors {
		a.listPorts()
		if a.place.member == nil {
			a.parker = g.sched.Parker(a.place.solo && futex)
		}
		a.clock.word.Store(0) // waiting since the start of the clock
	}
	if err := g.openStates(); err != nil {
		g.over()
		return err
	}
	for _, e := range g.edges {
		e.core.SetPeers(
			ring.Peer{Parker: e.from.parker, Poke: &e.from.checkAt},
			e.receiver(),
		)
		if g.measure {
			e.core.Measure(e.sender, g.sched.Now)
		}
	}
	g.prepareThreads()
	if g.measure {
		g.seen = make([]sighting, len(g.actors))
		g.svc.Store(newService(g, "", false))
	}
	return nil
}

func (g *Graph) serve(ctx context.Context) error {
	g.mu.Lock()
	g.running = len(g.actors)
	if len(g.loops) > 0 {
		g.drain = g.sched.Parker(false)
	}
	g.mu.Unlock()
	if !g.phase.CompareAndSwap(uint32(building), uint32(up)) {
		g.startGrace() // asked to stop before the start
	}
	var drained atomic.Bool
	if g.drain != nil {
		g.sched.Spawn(func() { g.drainLoops(); drained.Store(true); g.main.Wake() }, false)
	}
	if g.saver != nil {
		g.sched.Spawn(g.saver.run, false)
	}
	for _, a := range g.actors {
		a.spawn(func() { a.supervise(nil) })
	}
	for _, t := range g.troupes {
		g.sched.Spawn(func() { t.drive(g.sched) }, true)
	}
	unhook := context.AfterFunc(ctx, func() { g.requestStop(fmt.Sprintf("the context of Run ended: %v", context.Cause(ctx))) })
	defer unhook()

	g.await(g.isOver)
	if g.drain != nil {
		g.drain.Wake()
		g.await(drained.Load)
	}
	g.finishStates()
	return g.conclude()
}

// await parks the flow of Serve until over is true. Whoever makes it so wakes
// that flow after.
func (g *Graph) await(over func() bool) {
	for {
		g.main.Arm()
		if over() {
			g.main.Cancel()
			return
		}
		g.main.Park()
	}
}

// isOver reports whether every actor has ended or the graph does not wait for
// the rest any more.
func (g *Graph) isOver() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running == 0 || g.gaveUp
}

// actorEnded is called by each actor after its last act.
func (g *Graph) actorEnded() {
	g.mu.Lock()
	g.running--
	last := g.running == 0
	drain := g.drain
	g.mu.Unlock()
	if drain != nil {
		drain.Wake()
	}
	if last {
		g.main.Wake()
	}
}

// conclude collects the result once the graph is over.
func (g *Graph) conclude() error {
	g.mu.Lock()
	if g.grace != nil {
		g.grace.Stop()
	}
	if g.reminder != nil {
		g.reminder.Stop()
	}
	errs := append([]error(nil), g.failures...)
	if len(g.holdouts) > 0 {
		errs = append(errs, &ShutdownError{Grace: g.graceTime(), Actors: g.holdouts, Stall: g.stoodStill})
	}
	g.mu.Unlock()
	for _, grp := range g.groups {
		grp.close()
	}
	if left := g.leftovers(); len(left) > 0 {
		errs = append(errs, &LeftoverError{Channels: left})
	}
	errs = append(errs, g.stateErrors()...)
	g.over()
	err := errors.Join(errs...)
	if err != nil {
		g.alarm().Error("graph ended with errors", "error", err)
	}
	return err
}

// over lets go of everyone who waits for the end.
func (g *Graph) over() {
	g.phase.Store(uint32(expired))
	g.cancel()
	close(g.ended)
}

func (g *Graph) leftovers() []Leftover {
	var left []Leftover
	for _, e := range g.edges {
		sent, taken := e.core.Counters()
		if n, d := sent-taken, e.core.Dropped(); n+d > 0 {
			left = append(left, Leftover{Channel: e.name, Count: n, Dropped: d})
		}
	}
	return left
}
