package steadytest

import (
	"fmt"
	"slices"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// State implements rig.Probe.
func (r *run) State(actor int, s telemetry.State) {
	if r.w.Killed != nil && s == telemetry.StateBusy {
		panic(errKilled) // it was woken, and its body is not to go on
	}
	r.owns(actor, aPort)
	r.last = actor
	r.awake.Store(int32(actor))
	r.name(r.actors[actor].Name)
	if f := r.w.Current(); f != nil {
		f.Tag = actor
	}
	if r.w.Trace != nil {
		r.moves(actor)
		r.w.Note("is %v", s)
	}
}

// Set implements rig.Probe.
func (r *run) Set(actor int, state string) { r.owns(actor, fmt.Sprintf("state %q", state)) }

// Failed implements rig.Probe.
func (r *run) Failed(actor int, err error) {
	r.hurt[actor] = false
	r.w.Mark("failed: %v", err)
}

// TakenBack implements rig.Probe.
func (r *run) TakenBack(actor int) { r.fails[actor].takenBack() }

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
	r.owns(actor, aPort)
	r.last = actor
	if r.w.Trace != nil {
		r.moves(actor)
		r.w.Note("is at a boundary")
	}
	if err := r.rig.CheckAwake(actor); err != nil && r.wrong == nil {
		r.wrong = err
	}
	// To look at the stack each time would double the time of a run.
	if over && r.hurt[actor] && r.wrong == nil {
		r.wrong = r.fails[actor].boundary(r.Graph, actor)
	}
	r.stopInTime()
	if r.wrong != nil || r.killTime() {
		r.w.Leave() // step is to see it
	}
	r.w.Pause()
	r.last = actor
	r.awake.Store(int32(actor))
	if r.w.Killed != nil {
		return errKilled
	}
	if over && r.tried < 0 {
		if v := r.appointment(actor); v != nil {
			r.hurt[actor] = true
			return v
		}
	}
	return r.meet(actor)
}

// meet lets the faults happen whose time has come.
func (r *run) meet(actor int) any {
	if r.tried >= 0 {
		return nil
	}
	r.marks++
	if only := r.plan.only; only > 0 && actor != only%len(r.actors) {
		return nil
	}
	if r.next >= len(r.plan.faults) || r.marks < r.plan.faults[r.next].at || r.over {
		return nil
	}
	f := r.plan.faults[r.next]
	r.next++
	a := &r.actors[actor]
	switch f.kind {
	case Delays:
		if r.rig.Stopping() && r.g.Grace != 0 {
			return nil // who has set a deadline may not have so long
		}
		r.happened.Delays++
		r.w.Sleep(f.size)
	case Jumps:
		if r.rig.Stopping() {
			return nil // the deadline would be over
		}
		r.happened.Jumps++
		r.w.Mark("the clock jumps by %v", f.size)
		r.w.Jump(f.size)
	case Panics:
		if a.Restarts >= 0 && r.injected[actor] >= (a.Restarts+1)/2 || len(a.In) == 0 && r.rig.Stopping() {
			return nil // it would not be started again
		}
		r.injected[actor]++
		r.hurt[actor] = true
		r.happened.Panics++
		r.w.Mark("panics")
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

// diskFails says whether a call of the disk is to fail. It must not be one that
// opens a state, nor the last of a save when there is no other.
func (r *run) diskFails(call int) error {
	if r.last < 0 || r.over || r.rig.Stopping() || !slices.Contains(r.plan.errors, call) {
		return nil
	}
	r.happened.DiskErrors++
	r.w.Mark("the disk fails")
	return errDisk
}
