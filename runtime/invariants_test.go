package steady

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// checkInvariants walks a graph that has ended: whatever happened, this holds.
func checkInvariants(t *testing.T, g *Graph) {
	t.Helper()
	for _, e := range g.edges {
		sent, taken := e.core.Counters()
		if taken > sent || sent-taken > uint64(e.capacity) {
			t.Errorf("channel %s: sent %d, taken %d, capacity %d", e.name, sent, taken, e.capacity)
		}
		if !e.core.Closed() || !e.core.Gone() {
			t.Errorf("channel %s: closed %v, receiver gone %v after the end", e.name, e.core.Closed(), e.core.Gone())
		}
		if rx, tx := e.core.Waiting(); rx || tx {
			t.Errorf("channel %s: a registration is left: receiver %v, sender %v", e.name, rx, tx)
		}
	}
	for _, a := range g.actors {
		if !a.over.Load() || a.clock.state() != telemetry.StateDone {
			t.Errorf("actor %s: over %v, state %v", a.name, a.over.Load(), a.clock.state())
		}
		if a.parker.Armed() {
			t.Errorf("actor %s: its parker is armed", a.name)
		}
		if a.depth != 0 || a.step != 1 {
			t.Errorf("actor %s: depth %d, step %d", a.name, a.depth, a.step)
		}
		if a.epoch.Load()%2 != 0 {
			t.Errorf("actor %s: counted as parked", a.name)
		}
		var total [telemetry.NumStates]time.Duration
		now, sum := g.sched.Now(), time.Duration(0)
		a.clock.read(&total, now)
		for _, d := range total {
			sum += d
		}
		if sum != now {
			t.Errorf("actor %s: its states add up to %v after %v", a.name, sum, now)
		}
	}
}

// bubble runs a graph in a synctest bubble, whose leak check is that every
// goroutine ends, and checks the invariants.
func bubble(t *testing.T, build func(g *Graph), want func(t *testing.T, err error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{Name: "test", measure: true}
		build(g)
		err := g.Serve(context.Background())
		want(t, err)
		checkInvariants(t, g)
	})
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("Serve: %v", err)
	}
}
