package steadytest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/steadytop/steadytop/runtime/internal/sim"
)

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
	if lines := r.rig.Explain; !r.stopped && !r.w.Timed() {
		if all := lines(); !slices.ContainsFunc(all, func(l string) bool { return strings.Contains(l, ": blocked") }) {
			r.idle = all
			r.stop() // as an operator would: nothing else can happen
		}
	}
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
