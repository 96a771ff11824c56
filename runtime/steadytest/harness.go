package steadytest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/rig"
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

	started, completed bool          // what is under test; the function of the test
	waits              atomic.Uint64 // odd while the test waits for the graph to rest
	strangers          sync.Map      // pairs of actors of which it was told
	bubble             atomic.Uint64 // as the stacks of its goroutines number it
	done               chan struct{} // closed when Serve has returned
	err                error         // of Serve
	ended              bool
}

// Run calls f with a harness, and fails the test if an actor does not end after
// that, if the graph does not end well, or if a goroutine is left over. Goroutines
// that never end, a body that does not return among them, end the process as well:
// testing/synctest has no other answer. An actor that waits for something outside of
// the bubble, such as a socket, fails the test after 10 s with its name and place,
// and its goroutines are left behind. States that are persisted are read from and
// written to the disk of production: give them the folder of the test.
func Run(t *testing.T, f func(h *Harness)) {
	t.Helper()
	h := &Harness{self: -1}
	stuck, unwatch := h.watch() // from outside of the bubble
	defer unwatch()
	over := make(chan struct{})
	go func() {
		defer close(over) // also when the test fails, which ends this goroutine
		synctest.Test(t, func(t *testing.T) {
			h.bubble.Store(ownBubble())
			h.tb, h.done = t, make(chan struct{})
			defer h.finish()
			f(h)
			h.completed = true
		})
	}()
	select {
	case <-over:
		if t.Failed() {
			t.FailNow()
		}
	case text := <-stuck: // the bubble is left behind: nobody can end its goroutines
		t.Fatal(text)
	}
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
// nobody has anything to do at this time of the clock. A graph in which somebody
// always has, such as a source that sends without waiting to a sink that takes
// without waiting, does not come to rest: after a minute the process ends, and
// says so. One in which somebody waits for what is outside of the bubble does not
// either: see Run. Mock the source, or freeze its channel.
func (h *Harness) Settle() {
	h.tb.Helper()
	h.begin()
	h.quiet(synctest.Wait)
}

// begin starts what is under test, if it does not run yet.
func (h *Harness) begin() {
	h.tb.Helper()
	g := h.under()
	if h.started {
		return
	}
	h.started = true
	if h.Grace != 0 {
		g.g.Grace = h.Grace
	}
	h.story.begin(g)
	g.rig.Set(rig.Setup{Probe: probe{h}})
	g.rig.Guard(false)
	for _, i := range g.frozen {
		g.rig.Freeze(i)
	}
	go func() {
		h.err = g.g.Serve(context.Background())
		close(h.done)
	}()
}

// quiet calls what waits until the graph rests.
func (h *Harness) quiet(wait func()) {
	h.waits.Add(1)
	wait()
	h.waits.Add(1)
}

// Sleep lets d pass on the clock of the harness.
func (h *Harness) Sleep(d time.Duration) {
	h.tb.Helper()
	h.Settle()
	h.quiet(func() {
		time.Sleep(d)
		synctest.Wait()
	})
}

// RequestStop asks for a stop, as a signal would, and settles.
func (h *Harness) RequestStop() {
	h.tb.Helper()
	h.Settle()
	h.graph.rig.RequestStop("steadytest")
	h.quiet(synctest.Wait)
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
	h.closeEnds()
	h.quiet(synctest.Wait)
	h.graph.rig.RequestStop("steadytest")
	h.quiet(func() {
		<-h.done
		synctest.Wait()
	})
	h.ended = true
	return h.err
}

// closeEnds ends what feeds the actor under test.
func (h *Harness) closeEnds() {
	for _, e := range h.ends {
		e.close()
	}
}

// finish is the end of the test.
func (h *Harness) finish() {
	h.tb.Helper()
	switch {
	case !h.completed: // Fatal, or a panic: there is nothing to judge, and nothing to begin
		if h.started && !h.ended {
			h.closeEnds()
			h.graph.rig.Abort()
			<-h.done
		}
		return
	case h.graph == nil:
		return
	case h.self < 0 && !h.whole:
		h.tb.Errorf("steadytest: there is nothing to test: call Actor, Source, Stage or Sink")
		return
	}
	if !h.ended {
		h.Stop()
	}
	for _, e := range h.ends {
		if e.never == nil {
			continue
		}
		if err := e.never(); err != nil {
			h.tb.Errorf("%v", err)
		}
	}
	err := h.graph.complaints()
	if h.err == nil { // else it is for the test to say what may be left undone
		err = h.graph.verdict()
	}
	if err != nil {
		h.tb.Errorf("%v%s", err, h.story.String())
	}
}
