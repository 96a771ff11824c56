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
	fails    []unwinding  // by actor
	hurt     []bool       // by actor: a panic was injected, and it has not failed yet
	last     int          // the actor that did something last, -1 when none did
	awake    atomic.Int32 // the same, for the watchdog
	stopped  bool         // the stop of the plan was requested
	over     bool         // nothing counts any more
	at       [][]uint64   // positions at the last note, by actor; for the trace
	all      []uint64
	sums     []uint64 // of the positions of each actor
	idle     []string // what all waited for when nothing but a stop could come; nil when that was not so
	happened *Simulated
}

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
		p.kill, p.faults, p.errors = 0, nil, nil
		d = r.disk.crash(p.power, p.luck)
		r.w.Mark("the process is killed, and another one begins")
		r.abandon()
	}
}

func newRun(tb testing.TB, build func(*steady.Graph), o *Options, p plan, c *sim.Choices, d *disk, lives int) *run {
	d.w = sim.New(c, &o.pool)
	g := newGraphOn(d, tb, build)
	g.Lives = lives
	r := &run{Graph: g, o: o, w: d.w, disk: d, plan: p, last: -1}
	r.w.MaxSteps, d.fails = o.MaxSteps, r.diskFails
	if o.Setup != nil {
		o.Setup(g)
	}
	r.rig.Set(rig.Setup{Sched: r.w, Probe: r})
	r.rig.Guard(true)
	if o.listen != nil {
		o.listen.tap(g)
	}
	r.injected = make([]int, len(g.actors))
	r.fails, r.hurt = make([]unwinding, len(g.actors)), make([]bool, len(g.actors))
	r.at = make([][]uint64, len(g.actors))
	r.w.AtStep, r.w.AtRest, r.tried = r.step, r.rest, -1
	r.awake.Store(-1)
	return r
}

// serve runs the graph, and says what is wrong with that.
func (r *run) serve() error {
	if park.Points {
		park.Hook = r.w.Point
		defer func() { park.Hook = nil }()
	}
	var served error
	unwatch := watch(r)
	err := r.w.Run(func() { r.name("main"); served = r.g.Serve(context.Background()) })
	unwatch()
	switch {
	case err == errKilled:
		return err
	case err != nil:
		err = r.explain(err)
		r.abandon()
		return err
	case r.o.Judge != nil:
		err = r.o.Judge(served)
	case served != nil && r.idle != nil:
		err = fmt.Errorf("%w, and a stop did not help:\n\t%s\n%w", sim.ErrStuck, strings.Join(r.idle, "\n\t"), served)
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
func (r *run) step(f *sim.Flow) error {
	r.stopInTime()
	if r.killTime() {
		return errKilled
	}
	if err := r.strangers(f.Tag); r.wrong == nil {
		r.wrong = err
	}
	if r.wrong != nil || f.Tag < 0 {
		return r.wrong
	}
	return r.rig.Check(f.Tag)
}

// killTime reports whether the process is to end now.
func (r *run) killTime() bool {
	return r.plan.kill > 0 && r.w.Steps() >= r.plan.kill && r.tried < 0 && !r.over
}

// stopInTime requests the stop of the plan when its time has come.
func (r *run) stopInTime() {
	if !r.stopped && r.w.Steps() >= r.plan.stop && r.tried < 0 {
		r.stop()
	}
}

func (r *run) stop() {
	r.stopped = true
	r.w.Spawn(func() { r.name("operator"); r.rig.RequestStop("the plan of the simulation") }, false)
}

// abandon brings the flows of a run to their end. Their bodies are not gone on
// with: what they would do besides must not count.
func (r *run) abandon() {
	r.over, r.w.Killed = true, errKilled
	if park.Points {
		park.Hook = r.w.Point // a flow may have a mutex
		defer func() { park.Hook = nil }()
	}
	r.w.AtStep, r.w.AtRest, r.w.Trace, r.w.Still = nil, nil, nil, false
	r.w.MaxSteps = r.w.Steps() + 100_000
	r.rig.Abort()
	for range 100_000 {
		if r.w.Living() == 0 {
			return
		}
		var panicked *sim.PanicError
		if err := r.w.Go(); !errors.As(err, &panicked) {
			return
		}
	}
}
