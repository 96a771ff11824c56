package steadytest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/steadytop/steadytop/runtime/internal/sim"
)

// rest is called when nobody has anything to do, before the clock moves. It wakes
// one flow after another: each has to find that nothing has changed. Whoever goes
// on, ends, agrees to stop or fails then should have been woken by somebody else.
func (r *run) rest() error {
	if r.tried < 0 {
		r.before, r.trace = r.sum(), r.w.Trace
		r.w.Trace, r.w.Still = nil, true
	} else if r.sum() != r.before {
		r.w.Trace = r.trace
		return fmt.Errorf("lost wake-up: %s slept, but went on when it was woken", r.sleeper(r.tried))
	}
	for r.tried++; r.tried < r.rig.Sleepers(); r.tried++ {
		if r.rig.Wake(r.tried) && !r.w.Idle() {
			return nil
		}
	}
	r.tried, r.w.Trace, r.w.Still = -1, r.trace, false
	if lines := r.rig.Explain; !r.stopped && !r.w.Timed() {
		if all := lines(); !slices.ContainsFunc(all, func(l string) bool { return strings.Contains(l, ": blocked") }) {
			r.idle = all
			r.stop() // as an operator would: nothing else can happen
		}
	}
	return nil
}

// sleeper is the name of a flow.
func (r *run) sleeper(i int) string {
	if i < len(r.actors) {
		return fmt.Sprintf("%q", r.actors[i].Name)
	}
	return "a flow of the library itself, which ends loops, saves states or waits for the end,"
}

// sum is a number for what all flows that sleep must find unchanged.
func (r *run) sum() uint64 {
	sum := summer{sum: fnvOffset}
	sum.word(uint64(r.w.Living()))
	for i := range r.rig.Sleepers() {
		r.all = r.rig.Standing(i, r.all[:0])
		for _, n := range r.all {
			sum.word(n)
		}
	}
	return sum.sum
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
