package steadytest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Harness runs one actor, or one graph, in a bubble of package testing/synctest:
// on goroutines as in production, with a clock that stands still as long as
// anybody has something to do, and jumps when nobody has.
type Harness struct {
	// Capacity is that of the channels of Feed and Collect which are made from now
	// on. 0 means 64.
	Capacity int
	// Grace is that of the graph: how long a stop waits. 0 means
	// steady.DefaultGrace. It takes no time.
	Grace time.Duration
	// Patience is how much time of the harness WantEventually waits at most. 0
	// means a minute.
	Patience time.Duration

	tb    testing.TB
	graph *Graph
	whole bool  // it came from Graph
	ends  []end // of Feed and Collect, in this order the ports of the actor
	self  int   // the actor under test; -1 if a graph is
	story story
	start sync.Once
	done  chan struct{} // closed when Serve has returned
	err   error         // of Serve
	ended bool
}

// Run calls f with a harness, and fails the test if an actor does not end after
// that, if the graph does not end well, or if a goroutine is left over.
func Run(t *testing.T, f func(h *Harness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &Harness{tb: t, self: -1, done: make(chan struct{})}
		defer h.finish()
		f(h)
	})
}

// Graph has build, which may be the function of production, make the graph under
// test. It runs from the first look at it on, be it with Settle: mock and tap
// before that.
func (h *Harness) Graph(build func(*steady.Graph)) *Graph {
	h.tb.Helper()
	if h.graph != nil {
		h.tb.Fatalf("steadytest: a harness has one graph, or one actor")
	}
	h.graph, h.whole = newGraph(h.tb, build), true
	h.graph.h = h
	return h.graph
}

// under returns the graph under test.
func (h *Harness) under() *Graph {
	h.tb.Helper()
	if h.graph == nil || h.self < 0 && !h.whole {
		h.tb.Fatalf("steadytest: there is nothing to test yet: call Graph, Actor, Source, Stage or Sink first")
	}
	return h.graph
}

// Settle starts what is under test, if it does not run yet, and returns when
// nobody has anything to do at this time of the clock.
func (h *Harness) Settle() {
	h.tb.Helper()
	g := h.under()
	h.start.Do(func() {
		if h.Grace != 0 {
			g.g.Grace = h.Grace
		}
		h.story.begin(g)
		g.rig.Set(rig.Setup{Probe: probe{h}})
		g.rig.Guard(false)
		go func() {
			h.err = g.g.Serve(context.Background())
			close(h.done)
		}()
	})
	synctest.Wait()
}

// Sleep lets d pass on the clock of the harness.
func (h *Harness) Sleep(d time.Duration) {
	h.tb.Helper()
	h.Settle()
	time.Sleep(d)
	synctest.Wait()
}

// RequestStop asks for a stop, as a signal would, and settles.
func (h *Harness) RequestStop() {
	h.tb.Helper()
	h.Settle()
	h.graph.rig.RequestStop("steadytest")
	synctest.Wait()
}

// Stop closes what feeds, asks for a stop, and fails the test unless the graph
// ends well before its Grace is over. It takes no time.
func (h *Harness) Stop() {
	h.tb.Helper()
	if err := h.StopError(); err != nil {
		h.tb.Errorf("the graph did not end well: %v%s", err, h.story.String())
	}
}

// StopError is Stop for a test that expects an error of Serve, and judges it
// itself.
func (h *Harness) StopError() error {
	h.tb.Helper()
	h.Settle()
	for _, e := range h.ends {
		e.close()
	}
	synctest.Wait()
	h.graph.rig.RequestStop("steadytest")
	<-h.done
	synctest.Wait()
	h.ended = true
	return h.err
}

// finish is the end of the test.
func (h *Harness) finish() {
	h.tb.Helper()
	if h.graph == nil || h.self < 0 && !h.whole {
		return
	}
	if !h.ended {
		h.Stop()
	}
	if err := h.graph.verdict(); err != nil {
		h.tb.Errorf("%v%s", err, h.story.String())
	}
}

// vote returns the last answer of an actor.
func (h *Harness) vote(actor string) telemetry.ActorVote {
	h.tb.Helper()
	i := h.under().actor(actor)
	h.Settle()
	return h.graph.rig.Service().Shutdown().Votes[i]
}

// WantVeto fails the test unless the actor refuses to stop at the moment, for a
// reason that has the text in it.
func (h *Harness) WantVeto(actor, text string) {
	h.tb.Helper()
	v := h.vote(actor)
	if v.Vote != telemetry.VoteVeto || !strings.Contains(v.Reason, text) {
		h.tb.Errorf("actor %q: the vote is %v, %q; want a veto with %q%s", actor, v.Vote, v.Reason, text, h.story.String())
	}
}

// WantEnded fails the test unless the actor has ended.
func (h *Harness) WantEnded(actor string) {
	h.tb.Helper()
	if v := h.vote(actor); v.State != telemetry.StateDone {
		h.tb.Errorf("actor %q has not ended: it is %v; vote %v, %q%s", actor, v.State, v.Vote, v.Reason, h.story.String())
	}
}

// WantRestarts fails the test unless the actor was started again so many times.
func (h *Harness) WantRestarts(actor string, n int) {
	h.tb.Helper()
	i := h.under().actor(actor)
	h.Settle()
	d, _ := h.graph.rig.Service().ActorDetail(uint32(i))
	if d.Regeneration != uint64(n) {
		h.tb.Errorf("actor %q was started again %d times, want %d; its last failure: %s%s", actor, d.Regeneration, n, d.LastFailure, h.story.String())
	}
}

// settle is Settle for a graph of a harness; in a simulation it does nothing.
func (g *Graph) settle() {
	g.tb.Helper()
	if g.h != nil {
		g.h.Settle()
	}
}

func (g *Graph) patience() time.Duration {
	if g.h == nil || g.h.Patience == 0 {
		return time.Minute
	}
	return g.h.Patience
}

func (g *Graph) story() string {
	if g.h == nil {
		return ""
	}
	return g.h.story.String()
}

// Freeze keeps from the receiver of a channel what is sent from now on, and that
// the channel ended, until Thaw: the channel fills up, and its sender has to wait
// for room. It settles before.
func (g *Graph) Freeze(channel string) {
	g.tb.Helper()
	if g.h == nil {
		g.tb.Fatalf("steadytest: Freeze is for the graph of a harness")
	}
	i := g.channel(channel)
	g.h.Settle()
	g.rig.Freeze(i)
}

// Thaw undoes Freeze, and settles.
func (g *Graph) Thaw(channel string) {
	g.tb.Helper()
	g.rig.Thaw(g.channel(channel))
	g.settle()
}

// Len returns how many messages are in a channel at the moment.
func (g *Graph) Len(channel string) int {
	g.tb.Helper()
	i := g.channel(channel)
	g.settle()
	sent, taken := g.rig.Counters(i)
	return int(sent - taken)
}
