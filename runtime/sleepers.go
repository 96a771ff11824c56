package steady

import "github.com/steadytop/steadytop/runtime/internal/park"

// This file lets the test kit wake whoever sleeps, for no reason, and see whether
// anything has come of it: then somebody else should have woken it.

// Sleepers implements rig.Graph.
func (r *rigged) Sleepers() int { return len(r.g.actors) + len(r.sleepers()) }

// sleepers are the parkers of the library's own flows; nil for those that there are
// not.
func (r *rigged) sleepers() [3]*park.Parker {
	g := r.g
	g.mu.Lock()
	all := [3]*park.Parker{g.main, g.drain}
	g.mu.Unlock()
	if g.saver != nil {
		all[2] = g.saver.parker
	}
	return all
}

// Wake implements rig.Graph.
func (r *rigged) Wake(sleeper int) bool {
	var p *park.Parker
	if i := sleeper - len(r.g.actors); i >= 0 {
		p = r.sleepers()[i]
	} else {
		p = r.g.actors[sleeper].parker
	}
	if p == nil || !p.Armed() {
		return false
	}
	if sleeper < len(r.g.actors) {
		r.g.actors[sleeper].forget() // it has to look for itself, and not at who has called
	}
	p.Wake()
	return true
}

// Standing implements rig.Graph. That a flow ran and slept again makes no difference:
// not the time, nor how often it did.
func (r *rigged) Standing(sleeper int, into []uint64) []uint64 {
	if sleeper >= len(r.g.actors) {
		if sleeper > len(r.g.actors) {
			return into
		}
		return r.g.standing(into)
	}
	a := r.g.actors[sleeper]
	into = r.Positions(sleeper, into)
	into = append(into, uint64(a.clock.state()), a.epoch.Load()%2, a.restarts.Load(), a.torn.Load(), bit(a.over.Load()))
	if v := a.vote.Load(); v != nil {
		into = append(into, uint64(v.answer), uint64(v.index))
	}
	return into
}

// standing is Standing for what belongs to no actor.
func (g *Graph) standing(into []uint64) []uint64 {
	into = append(into, uint64(g.life()))
	for _, e := range g.edges {
		into = append(into, bit(e.core.Closed())+2*bit(e.core.Ended())+4*bit(e.core.Gone()))
	}
	for _, l := range g.loops {
		into = append(into, bit(l.closing.Load()))
	}
	if g.saver != nil {
		for _, f := range g.saver.files {
			f.mu.Lock()
			into = append(into, f.handed, f.saved, bit(f.saving), bit(f.closed))
			f.mu.Unlock()
		}
	}
	return into
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
