package steadytest

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/internal/sim"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// probe is what a harness hears of its actors, on their goroutines.
type probe struct{ h *Harness }

// Boundary implements rig.Probe.
func (p probe) Boundary(actor int, over bool) any {
	p.h.owns(actor, aPort)
	p.h.story.moves(actor)
	if !over {
		return nil
	}
	if err := p.h.story.actors[actor].fails.boundary(p.h.graph, actor); err != nil {
		p.h.graph.problem(err)
	}
	if v := p.h.graph.appointment(actor); v != nil || actor != p.h.self {
		return v
	}
	at := p.h.graph.rig.Positions(actor, nil)
	ins := 0
	for _, e := range p.h.ends {
		if e.fails == nil {
			continue
		}
		if v := e.fails(at[ins]); v != nil {
			return v
		}
		ins++
	}
	return nil
}

// Body implements rig.Probe.
func (p probe) Body(int) any { return nil }

// State implements rig.Probe.
func (p probe) State(actor int, s telemetry.State) {
	p.h.owns(actor, aPort)
	p.h.story.moves(actor)
	if s == telemetry.StateCall {
		p.h.story.call(actor)
	}
	p.h.story.state(actor, s)
	if actor == p.h.self && s == telemetry.StateDone {
		p.h.closeEnds() // nobody takes any more
	}
}

// Set implements rig.Probe.
func (p probe) Set(actor int, state string) { p.h.owns(actor, fmt.Sprintf("state %q", state)) }

// TakenBack implements rig.Probe.
func (p probe) TakenBack(actor int) { p.h.story.actors[actor].fails.takenBack() }

// Failed implements rig.Probe.
func (p probe) Failed(actor int, err error) {
	p.h.story.awake(actor)
	p.h.story.add(actor, fmt.Sprintf("failed: %v", err))
}

// story is what the actors of a harness did lately.
type story struct {
	mu    sync.Mutex
	lines int // so far
	g     *Graph
	since time.Time
	trace sim.Trace

	actors []told   // each is its actor's own
	called []string // where each was in a call last
}

// told is what was told of an actor.
type told struct {
	at    []uint64 // its positions
	told  telemetry.State
	woken bool // it is busy, which is not told yet
	fails unwinding
}

// storyLines is how long a story is.
const storyLines = 30

func (s *story) begin(g *Graph) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.g, s.since, s.trace.Last, s.actors = g, time.Now(), storyLines, make([]told, len(g.actors))
	s.called = make([]string, len(g.actors))
}

// count returns how many lines there were so far.
func (s *story) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines
}

// call notes where an actor is in a call, on its goroutine.
func (s *story) call(actor int) {
	var pcs [32]uintptr
	where := place(runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])]))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.called[actor] = where
}

// called returns where an actor was in a call last; "" when it was in none.
func (s *story) lastCall(actor int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if actor >= len(s.called) {
		return ""
	}
	return s.called[actor]
}

func (s *story) add(actor int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines++
	s.trace.Add(sim.Event{Step: s.lines, At: time.Since(s.since), Flow: s.g.actors[actor].Name, Kind: sim.Noted, Text: text})
}

// state notes what an actor does from now on. Whoever is woken and sleeps again
// without having done anything is not worth a line.
func (s *story) state(actor int, now telemetry.State) {
	a := &s.actors[actor]
	switch {
	case now == telemetry.StateBusy:
		a.woken = true
		return
	case a.woken && a.told == now:
		a.woken = false
		return
	}
	s.awake(actor)
	a.told = now
	s.add(actor, "is "+now.String())
}

// awake notes that the actor is busy, if nobody knows yet.
func (s *story) awake(actor int) {
	if a := &s.actors[actor]; a.woken {
		a.woken, a.told = false, telemetry.StateBusy
		s.add(actor, "is busy")
	}
}

func (s *story) moves(actor int) {
	a := &s.actors[actor]
	now := s.g.rig.Positions(actor, nil)
	for _, line := range moved(&s.g.actors[actor], a.at, now) {
		s.awake(actor)
		s.add(actor, line)
	}
	a.at = now
}

// String returns the story, to be put behind an error.
func (s *story) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.trace.Events) == 0 {
		return ""
	}
	return "\nwhat happened lately:\n" + strings.TrimSuffix(s.trace.String(), "\n")
}

// moved says what an actor has received and sent between two positions.
func moved(a *rig.Actor, was, now []uint64) (lines []string) {
	for i, n := range now {
		d := int64(n)
		if was != nil {
			d = int64(n - was[i])
		}
		switch {
		case d == 0:
		case i < len(a.In):
			lines = append(lines, fmt.Sprintf("takes %+d from %s: %d", d, a.In[i].Name, n))
		default:
			lines = append(lines, fmt.Sprintf("sends %+d to %s: %d", d, a.Out[i-len(a.In)].Name, n))
		}
	}
	return lines
}
