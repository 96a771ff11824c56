package steady

import (
	"context"
	"fmt"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Shutdown asks the graph to stop and waits until it has. It returns nil when
// Run or Serve has its result, and an error that wraps the cause of ctx when
// that ends first; the graph then goes on to stop by itself, nothing is forced.
// A graph that does not run yet has nothing to wait for: Shutdown returns nil at
// once, and a Run or Serve that comes after all stops right after its start.
func (g *Graph) Shutdown(ctx context.Context) error {
	g.setup()
	g.requestStop("Graph.Shutdown")
	if !g.started.Load() {
		return nil
	}
	select {
	case <-g.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("steady: shutdown: %w", context.Cause(ctx))
	}
}

// fail records a failure that stops the graph.
func (g *Graph) fail(err error, reason string) {
	g.mu.Lock()
	g.failures = append(g.failures, err)
	g.mu.Unlock()
	g.alarm().Error("graph stops", "reason", reason, "error", err)
	g.requestStop(reason)
}

// requestStop starts the stop; only the first request counts. The phase is
// stored before the actors are nudged: see Actor.look and Actor.await for who
// loads it after what. The line is logged last: a logger may be slow, or ask
// for a stop itself.
func (g *Graph) requestStop(reason string) {
	if g.stopFirst(reason) {
		g.logger().Info("stop requested", "reason", reason)
	}
}

// stopFirst is requestStop but for the log. It reports whether this was the first
// request.
func (g *Graph) stopFirst(reason string) bool {
	g.stopMu.Lock()
	defer g.stopMu.Unlock()
	if g.stopAsked {
		return false
	}
	g.stopAsked = true
	g.mu.Lock()
	g.reason = reason
	wasUp := !g.phase.CompareAndSwap(uint32(building), uint32(stopRequested)) &&
		g.phase.CompareAndSwap(uint32(up), uint32(stopRequested))
	if wasUp {
		g.stopAt = g.sched.Now()
	}
	g.mu.Unlock() // whoever sees the phase and locks finds the time, too
	park.Point()
	close(g.stopping)
	if wasUp {
		g.startGrace()
		g.nudgeAll()
	}
	return true
}

func (g *Graph) nudgeAll() {
	for _, a := range g.actors {
		a.nudge()
		park.Point()
	}
	if g.drain != nil {
		g.drain.Wake()
	}
}

func (g *Graph) graceTime() time.Duration {
	switch {
	case g.Grace == 0:
		return DefaultGrace
	case g.Grace < 0:
		return 0
	default:
		return min(g.Grace, longest)
	}
}

// longest is a time that nobody waits for, and to which others can be added.
const longest = time.Duration(1) << 61 // 73 years

// patient is how long a stop waits before it tells who refuses: most have a reason
// that is soon over.
const patient = 2 * time.Second

// startGrace sets the deadline, unless all have ended meanwhile.
func (g *Graph) startGrace() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running == 0 {
		return
	}
	g.grace = g.sched.AfterFunc(g.graceTime(), g.expire)
	if grace := g.graceTime(); grace > patient && !g.journal.inline {
		g.reminder = g.sched.AfterFunc(patient, g.tellRefusals)
	}
}

// expire is the deadline: it notes who has not ended and why, makes every wait
// return, and gives the actors a moment to notice.
func (g *Graph) expire() {
	if g.isOver() {
		return
	}
	begin := g.sched.Now()
	holdouts, cause := g.findHoldouts(), g.standstill()
	g.mu.Lock()
	g.holdouts, g.stoodStill = holdouts, cause
	// Stacks of thousands take their time, which is part of the linger.
	g.grace = g.sched.AfterFunc(max(linger-(g.sched.Now()-begin), linger/4), func() {
		g.mu.Lock()
		g.gaveUp = true
		g.mu.Unlock()
		g.main.Wake()
	})
	g.mu.Unlock()
	park.Point()
	g.phase.Store(uint32(expired))
	park.Point()
	g.cancel()
	g.nudgeAll()
}

// doing puts what an actor does into words.
func (a *Actor) doing(s telemetry.State) string {
	switch s {
	case telemetry.StateBlocked:
		for _, o := range a.outs {
			if sent, taken := o.e.core.Counters(); sent-taken == uint64(o.e.capacity) {
				return fmt.Sprintf("blocked, %s is full (%s does not take)", o.e.name, o.e.to.name)
			}
		}
		return "blocked on an output"
	case telemetry.StateWaiting:
		for _, i := range a.ins {
			if !i.e.core.Closed() {
				return fmt.Sprintf("waiting, %s is open (%s has not ended)", i.e.name, i.e.from.name)
			}
		}
		return "waiting"
	case telemetry.StateBusy:
		for _, i := range a.ins {
			if sent, taken := i.e.core.Counters(); sent > taken {
				return fmt.Sprintf("at work, %s: %d left", i.e.name, sent-taken)
			}
		}
		return "in its own code"
	case telemetry.StateCall:
		for _, i := range a.ins {
			if sent, taken := i.e.core.Counters(); sent > taken {
				return fmt.Sprintf("in a call, %s: %d left", i.e.name, sent-taken)
			}
		}
		return "in a call"
	default:
		return s.String()
	}
}
