package steadytest

import "fmt"

// What an actor must not do is to use the port or the state of another one: both
// belong to one goroutine, and in production nothing tells. Here whoever runs is
// known: in a simulation by the flow that has the control, in a harness by the
// goroutine. A coroutine of a body (iter.Pull) has a goroutine of its own, so only
// that of another actor counts.

// foreign is the mistake.
func foreign(who, owner, what string) error {
	return fmt.Errorf("actor %q uses %s of actor %q: a port and a state are for the body of their owner alone, on its goroutine", who, what, owner)
}

const aPort = "a port"

// owns notes when somebody else than the actor does what only the actor may.
func (r *run) owns(actor int, what string) {
	f := r.w.Current()
	if f == nil || f.Tag < 0 || r.together(f.Tag, actor) || r.wrong != nil || r.over {
		return
	}
	r.wrong = foreign(r.actors[f.Tag].Name, r.actors[actor].Name, what)
	if r.w.Killed == nil {
		r.w.Leave() // step is to see it
	}
}

// together reports whether two actors are one, or members of a troupe: they have
// one flow, and hand it over where no test sees it.
func (g *Graph) together(a, b int) bool {
	t := g.actors[a].Troupe
	return a == b || t != "" && t == g.actors[b].Troupe
}

// looked is how many steps of a run are looked at for messages of others.
const looked = 1000

// strangers says whether the turn of an actor has moved a port of another one,
// which a send without a wait does.
func (r *run) strangers(who int) error {
	if r.w.Steps() > looked {
		return nil
	}
	if r.sums == nil {
		r.sums = make([]uint64, len(r.actors))
	}
	var err error
	for i := range r.actors {
		sum := uint64(0)
		r.all = r.rig.Positions(i, r.all[:0])
		for _, n := range r.all {
			sum += n
		}
		if sum != r.sums[i] && who >= 0 && !r.together(who, i) && err == nil {
			err = foreign(r.actors[who].Name, r.actors[i].Name, aPort)
		}
		r.sums[i] = sum
	}
	return err
}

// owns is that of a harness, which reports at once and goes on.
func (h *Harness) owns(actor int, what string) {
	ids := h.graph.rig.Goroutines()
	self := ownGoroutine()
	if ids[actor] == self {
		return
	}
	for i, id := range ids {
		if id != self {
			continue
		}
		key := [2]int{i, actor}
		if _, told := h.strangers.LoadOrStore(key, true); !told {
			h.graph.problem(foreign(h.graph.actors[i].Name, h.graph.actors[actor].Name, what))
		}
	}
}
