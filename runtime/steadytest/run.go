package steadytest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/internal/sim"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// run is one run of a simulation.
type run struct {
	*Graph
	w        *sim.World
	plan     plan
	next     int        // the first fault of the plan that has not happened
	marks    int        // boundaries so far
	injected []int      // panics, by actor
	last     int        // the actor that did something last, -1 when none did
	stopped  bool       // the stop of the plan was requested
	over     bool       // nothing counts any more
	at       [][]uint64 // positions at the last note, by actor; for the trace
	happened map[Faults]int
}

// injected is what an actor panics with for no reason of its own.
type injectedPanic struct{}

func (injectedPanic) Error() string { return "injected panic" }

// outcome is how a run ended.
type outcome struct {
	err      error // nil when all was well
	steps    int
	hash     uint64
	made     []uint16
	happened map[Faults]int
	trace    *sim.Trace
}

// once runs the graph that build makes once.
func once(tb testing.TB, build func(*steady.Graph), o *Options, p plan, c *sim.Choices, trace *sim.Trace) outcome {
	g := newGraph(tb, build)
	r := &run{Graph: g, w: sim.New(c), plan: p, last: -1, happened: map[Faults]int{}}
	r.w.Trace, r.w.MaxSteps = trace, o.MaxSteps
	if o.Setup != nil {
		o.Setup(g)
	}
	r.rig.Set(rig.Setup{Sched: r.w, Probe: r, Files: o.disk()})
	r.rig.Guard(true)
	r.injected = make([]int, len(g.actors))
	r.at = make([][]uint64, len(g.actors))
	r.w.AtStep, r.w.AtRest = r.step, r.rig.CheckRest
	if park.Points {
		park.Hook = r.w.Point
		defer func() { park.Hook = nil }()
	}
	var served error
	err := r.w.Run(func() { r.name("main"); served = g.g.Serve(context.Background()) })
	switch {
	case err != nil:
		err = r.explain(err)
		r.abandon()
	case served != nil:
		err = fmt.Errorf("the graph did not end well: %w", served)
	default:
		err = r.verdict()
	}
	return outcome{err: err, steps: r.w.Steps(), hash: r.w.Hash(), made: c.Made(), happened: r.happened, trace: trace}
}

func (r *run) name(s string) {
	if f := r.w.Current(); f != nil {
		f.Name = s
	}
}

// step is called after each turn of a flow.
func (r *run) step(*sim.Flow) error {
	if !r.stopped && r.w.Steps() >= r.plan.stop {
		r.stopped = true
		r.w.Spawn(func() { r.name("operator"); r.rig.RequestStop("the plan of the simulation") }, false)
	}
	if r.last < 0 {
		return nil
	}
	return r.rig.Check(r.last)
}

// State implements rig.Probe.
func (r *run) State(actor int, s telemetry.State) {
	r.last = actor
	r.name(r.actors[actor].Name)
	if r.w.Trace != nil {
		r.moves(actor)
		r.w.Note("is %v", s)
	}
}

// Failed implements rig.Probe.
func (r *run) Failed(actor int, err error) { r.w.Note("failed: %v", err) }

// Body implements rig.Probe.
func (r *run) Body(actor int) any {
	r.w.Point()
	return r.meet(actor)
}

// Boundary implements rig.Probe.
func (r *run) Boundary(actor int, over bool) any {
	r.last = actor
	if r.w.Trace != nil {
		r.moves(actor)
		r.w.Note("is at a boundary")
	}
	r.w.Pause()
	return r.meet(actor)
}

// meet lets the faults happen whose time has come.
func (r *run) meet(actor int) any {
	r.marks++
	if r.next >= len(r.plan.faults) || r.marks < r.plan.faults[r.next].at || r.over {
		return nil
	}
	f := r.plan.faults[r.next]
	r.next++
	a := &r.actors[actor]
	switch f.kind {
	case Delays:
		r.w.Sleep(f.size)
	case Jumps:
		if r.rig.Stopping() {
			return nil // the deadline would be over
		}
		r.w.Note("the clock jumps by %v", f.size)
		r.w.Jump(f.size)
	case Panics:
		if a.Restarts >= 0 && r.injected[actor] >= (a.Restarts+1)/2 || len(a.In) == 0 && r.rig.Stopping() {
			return nil // it would not be started again
		}
		r.injected[actor]++
		r.happened[f.kind]++
		r.w.Note("panics")
		return injectedPanic{}
	}
	r.happened[f.kind]++
	return nil
}

// moves notes what the actor has received and sent since the last note.
func (r *run) moves(actor int) {
	now := r.rig.Positions(actor, nil)
	for _, line := range moved(&r.actors[actor], r.at[actor], now) {
		r.w.Note("%s", line)
	}
	r.at[actor] = now
}

// explain says why nobody goes on.
func (r *run) explain(err error) error {
	if !errors.Is(err, sim.ErrStuck) && !errors.Is(err, sim.ErrEndless) {
		return err
	}
	lines := strings.Join(r.rig.Explain(), "\n\t")
	if errors.Is(err, sim.ErrStuck) {
		before := r.positions()
		r.over, r.w.AtStep, r.w.AtRest = true, nil, nil
		r.w.MaxSteps = r.w.Steps() + 10_000
		r.w.Spawn(r.rig.Nudge, false)
		_ = r.w.Go()
		for i, p := range r.positions() {
			if p != before[i] {
				return fmt.Errorf("lost wake-up: %q slept for ever, but went on when it was woken:\n\t%s", r.actors[i].Name, lines)
			}
		}
	}
	return fmt.Errorf("%w:\n\t%s", err, lines)
}

// positions sums up what each actor has received and sent.
func (r *run) positions() []uint64 {
	sums := make([]uint64, len(r.actors))
	for i := range sums {
		for _, n := range r.rig.Positions(i, nil) {
			sums[i] += n
		}
	}
	return sums
}

// abandon brings the flows of a run that has failed to their end.
func (r *run) abandon() {
	r.over, r.w.AtStep, r.w.AtRest, r.w.Trace = true, nil, nil, nil
	r.w.MaxSteps = r.w.Steps() + 100_000
	r.w.Spawn(r.rig.Abort, false)
	_ = r.w.Go()
}
