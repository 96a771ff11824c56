package steadytest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/internal/sim"
	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// run is one run of a simulation.
type run struct {
	*Graph
	o     *Options
	w     *sim.World
	disk  *disk
	wrong error // found at a boundary

	tried  int        // the actor that was woken for no reason, -1 when none was
	before uint64     // sum of all positions when that began
	trace  *sim.Trace // of the run, which knows nothing of that

	plan     plan
	next     int          // the first fault of the plan that has not happened
	marks    int          // boundaries so far
	injected []int        // panics, by actor
	last     int          // the actor that did something last, -1 when none did
	awake    atomic.Int32 // the same, for the watchdog
	stopped  bool         // the stop of the plan was requested
	over     bool         // nothing counts any more
	at       [][]uint64   // positions at the last note, by actor; for the trace
	all      []uint64
	happened *Simulated
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
	happened *Simulated
	trace    *sim.Trace
}

// errKilled ends a run whose process is killed by the plan.
var errKilled = errors.New("killed")

// once runs the graph that build makes once; after a kill another one, on the
// same disk.
func once(tb testing.TB, build func(*steady.Graph), o *Options, p plan, c *sim.Choices, trace *sim.Trace) (out outcome) {
	d := &disk{folders: map[string]*memfs.FS{}}
	out.trace, out.happened = trace, &Simulated{}
	for lives := 0; ; lives++ {
		r := newRun(tb, build, o, p, c, d, lives)
		r.w.Trace, r.happened = trace, out.happened
		out.err = r.serve()
		out.steps += r.w.Steps()
		out.hash ^= r.w.Hash()
		out.made = c.Made()
		if out.err != errKilled {
			return out
		}
		out.happened.Kills++
		p.kill, p.faults = 0, nil
		d = r.disk.crash(p.power, p.luck)
		r.w.Note("the process is killed, and another one begins")
		r.abandon()
	}
}

func newRun(tb testing.TB, build func(*steady.Graph), o *Options, p plan, c *sim.Choices, d *disk, lives int) *run {
	g := newGraph(tb, build)
	g.Lives = lives
	r := &run{Graph: g, o: o, w: sim.New(c, &o.pool), disk: d, plan: p, last: -1}
	r.w.MaxSteps, d.w = o.MaxSteps, r.w
	if o.Setup != nil {
		o.Setup(g)
	}
	r.rig.Set(rig.Setup{Sched: r.w, Probe: r, Files: d})
	r.rig.Guard(true)
	r.injected = make([]int, len(g.actors))
	r.at = make([][]uint64, len(g.actors))
	r.w.AtStep, r.w.AtRest, r.tried = r.step, r.rest, -1
	return r
}

// serve runs the graph, and says what is wrong with that.
func (r *run) serve() error {
	if park.Points {
		park.Hook = r.w.Point
		defer func() { park.Hook = nil }()
	}
	defer watch(r)()
	var served error
	err := r.w.Run(func() { r.name("main"); served = r.g.Serve(context.Background()) })
	switch {
	case err == errKilled:
		return err
	case err != nil:
		err = r.explain(err)
		r.abandon()
		return err
	case r.o.Judge != nil:
		err = r.o.Judge(served)
	case served != nil:
		err = fmt.Errorf("the graph did not end well: %w", served)
	}
	if err == nil && served == nil {
		err = r.verdict()
	}
	return err
}

func (r *run) name(s string) {
	if f := r.w.Current(); f != nil {
		f.Name = s
	}
}

// step is called after each turn of a flow.
func (r *run) step(*sim.Flow) error {
	if !r.stopped && r.w.Steps() >= r.plan.stop && r.tried < 0 {
		r.stopped = true
		r.w.Spawn(func() { r.name("operator"); r.rig.RequestStop("the plan of the simulation") }, false)
	}
	if r.plan.kill > 0 && r.w.Steps() >= r.plan.kill && r.tried < 0 {
		return errKilled
	}
	if r.wrong != nil || r.last < 0 {
		return r.wrong
	}
	return r.rig.Check(r.last)
}

// rest is called when nobody has anything to do, before the clock moves. It wakes
// one actor after another: each has to find that nothing has changed. Whoever
// goes on should have been woken by somebody else.
func (r *run) rest() error {
	if r.tried < 0 {
		r.before, r.trace = r.sum(), r.w.Trace
		r.w.Trace, r.w.Still = nil, true
	} else if r.sum() != r.before {
		r.w.Trace = r.trace
		return fmt.Errorf("lost wake-up: %q slept, but went on when it was woken", r.actors[r.tried].Name)
	}
	for r.tried++; r.tried < len(r.actors); r.tried++ {
		if r.rig.Wake(r.tried) && !r.w.Idle() {
			return nil
		}
	}
	r.tried, r.w.Trace, r.w.Still = -1, r.trace, false
	return nil
}

// sum adds up all positions.
func (r *run) sum() (sum uint64) {
	for i := range r.actors {
		r.all = r.rig.Positions(i, r.all[:0])
		for _, n := range r.all {
			sum += n
		}
	}
	return sum
}

// State implements rig.Probe.
func (r *run) State(actor int, s telemetry.State) {
	if r.w.Killed != nil && s == telemetry.StateBusy {
		panic(errKilled) // it was woken, and its body is not to go on
	}
	r.last = actor
	r.awake.Store(int32(actor))
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
	if r.w.Killed != nil {
		return errKilled
	}
	return r.meet(actor)
}

// Boundary implements rig.Probe.
func (r *run) Boundary(actor int, over bool) any {
	r.last = actor
	if r.w.Trace != nil {
		r.moves(actor)
		r.w.Note("is at a boundary")
	}
	if err := r.rig.CheckAwake(actor); err != nil && r.wrong == nil {
		r.wrong = err
	}
	r.w.Pause()
	if r.w.Killed != nil {
		return errKilled
	}
	return r.meet(actor)
}

// meet lets the faults happen whose time has come.
func (r *run) meet(actor int) any {
	if r.tried >= 0 {
		return nil
	}
	r.marks++
	if r.next >= len(r.plan.faults) || r.marks < r.plan.faults[r.next].at || r.over {
		return nil
	}
	f := r.plan.faults[r.next]
	r.next++
	a := &r.actors[actor]
	switch f.kind {
	case Delays:
		r.happened.Delays++
		r.w.Sleep(f.size)
	case Jumps:
		if r.rig.Stopping() {
			return nil // the deadline would be over
		}
		r.happened.Jumps++
		r.w.Note("the clock jumps by %v", f.size)
		r.w.Jump(f.size)
	case Panics:
		if a.Restarts >= 0 && r.injected[actor] >= (a.Restarts+1)/2 || len(a.In) == 0 && r.rig.Stopping() {
			return nil // it would not be started again
		}
		r.injected[actor]++
		r.happened.Panics++
		r.w.Note("panics")
		return injectedPanic{}
	}
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
		before := r.sum()
		r.over, r.w.AtStep, r.w.AtRest = true, nil, nil
		r.w.MaxSteps = r.w.Steps() + 10_000
		r.w.Spawn(r.rig.Nudge, false)
		if err := r.w.Go(); err == nil || r.sum() != before {
			return fmt.Errorf("lost wake-up: all slept for ever, but went on when they were woken:\n\t%s", lines)
		}
	}
	return fmt.Errorf("%w:\n\t%s", err, lines)
}

// abandon brings the flows of a run to their end. Their bodies are not gone on
// with: what they would do besides must not count.
func (r *run) abandon() {
	r.over, r.w.Killed = true, errKilled
	r.w.AtStep, r.w.AtRest, r.w.Trace, r.w.Still = nil, nil, nil, false
	r.w.MaxSteps = r.w.Steps() + 100_000
	r.rig.Abort()
	for r.w.Living() > 0 {
		var panicked *sim.PanicError
		if err := r.w.Go(); !errors.As(err, &panicked) {
			return
		}
	}
}
