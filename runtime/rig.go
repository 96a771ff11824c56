package steady

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

func init() {
	rig.Open = func(g any) rig.Graph { g.(*Graph).setup(); return &rigged{g: g.(*Graph)} }
}

// rigged is a graph as the test kit sees it.
type rigged struct {
	g         *Graph
	witnesses []witness // by channel, once it is guarded
}

// Set implements rig.Graph. Time stamps are taken as under Run.
func (r *rigged) Set(s rig.Setup) {
	r.g.measure = true
	if s.Sched != nil {
		r.g.sched, r.g.journal.inline = s.Sched, true
		if r.g.Logger == nil {
			r.g.Logger = slog.New(slog.DiscardHandler) // it fails thousands of times on purpose
		}
	}
	if s.Files != nil {
		r.g.files = s.Files
	}
	if s.Probe != nil {
		r.g.probe = s.Probe
	}
}

// Actors implements rig.Graph.
func (r *rigged) Actors() []rig.Actor {
	all := make([]rig.Actor, len(r.g.actors))
	for i, a := range r.g.actors {
		all[i] = rig.Actor{Name: a.name, Troupe: a.place.troupe, Restarts: a.limits.max()}
		for _, p := range a.ins {
			all[i].In = append(all[i].In, p.e.port(false))
		}
		for _, p := range a.outs {
			all[i].Out = append(all[i].Out, p.e.port(true))
		}
	}
	return all
}

func (e *edge) port(sends bool) rig.Port {
	p := rig.Port{Channel: e.id, Name: e.name, Type: e.ends.message()}
	tx, rx := e.ends.ports()
	p.End = rx
	if sends {
		p.End = tx
	}
	return p
}

// Channels implements rig.Graph.
func (r *rigged) Channels() []rig.Channel {
	all := make([]rig.Channel, len(r.g.edges))
	for i, e := range r.g.edges {
		all[i] = rig.Channel{Name: e.name, Type: e.ends.message(), Capacity: e.capacity, From: -1, To: -1}
		if e.from != nil {
			all[i].From = e.from.id
		}
		if e.to != nil {
			all[i].To = e.to.id
		}
	}
	return all
}

// Replace implements rig.Graph.
func (r *rigged) Replace(actor int, body any, options ...any) {
	a := r.g.actors[actor]
	a.body = body.(func(*Actor) error)
	a.limited = false // a Restart takes the place of that of production
	for _, o := range options {
		o.(Option).apply(a)
	}
}

// Tap implements rig.Graph.
func (r *rigged) Tap(channel int, f func(message any)) {
	e := r.g.edges[channel].ends
	e.onRelease(func(from, to uint64) {
		for i := from; i != to; i++ {
			f(e.at(i))
		}
	})
}

// Freeze implements rig.Graph.
func (r *rigged) Freeze(channel int) { r.g.edges[channel].core.Freeze() }

// Frozen implements rig.Graph.
func (r *rigged) Frozen(channel int) bool { return r.g.edges[channel].core.Frozen() }

// Thaw implements rig.Graph.
func (r *rigged) Thaw(channel int) {
	r.g.edges[channel].core.Thaw()
	r.g.mu.Lock()
	drain := r.g.drain
	r.g.mu.Unlock()
	if drain != nil {
		drain.Wake()
	}
}

// Counters implements rig.Graph.
func (r *rigged) Counters(channel int) (sent, taken uint64) {
	return r.g.edges[channel].core.Counters()
}

// Closed implements rig.Graph.
func (r *rigged) Closed(channel int) bool { return r.g.edges[channel].core.Closed() }

// Service implements rig.Graph.
func (r *rigged) Service() rig.Service {
	if s := r.g.svc.Load(); s != nil {
		return s
	}
	return nil
}

// RequestStop implements rig.Graph.
func (r *rigged) RequestStop(reason string) { r.g.requestStop(reason) }

// Stopping implements rig.Graph.
func (r *rigged) Stopping() bool { return r.g.life() >= stopRequested }

// Nudge implements rig.Graph.
func (r *rigged) Nudge() { r.g.nudgeAll() }

// Abort implements rig.Graph.
func (r *rigged) Abort() {
	r.g.phase.Store(uint32(expired))
	r.g.cancel()
	r.g.nudgeAll()
}

// Goroutines implements rig.Graph.
func (r *rigged) Goroutines() []uint64 {
	ids := make([]uint64, len(r.g.actors))
	for i, a := range r.g.actors {
		ids[i] = a.goid.Load()
	}
	return ids
}

// Positions implements rig.Graph.
func (r *rigged) Positions(actor int, into []uint64) []uint64 {
	a := r.g.actors[actor]
	for _, i := range a.ins {
		into = append(into, i.Next())
	}
	for _, o := range a.outs {
		into = append(into, o.Next())
	}
	return into
}

// Touched implements rig.Graph.
func (r *rigged) Touched(actor int) bool {
	a := r.g.actors[actor]
	over := a.tick - 1
	for _, o := range a.outs {
		if o.Open(over) {
			return true
		}
	}
	for _, i := range a.ins {
		if _, n := i.Pending(over); n > 0 {
			return true
		}
	}
	return slices.ContainsFunc(a.kept, func(k kept) bool { return k.changed(over) })
}

// Explain implements rig.Graph.
func (r *rigged) Explain() (lines []string) {
	for _, a := range r.g.actors {
		if a.over.Load() {
			continue
		}
		s := a.clock.state()
		what := a.doing(s)
		if v := a.vote.Load(); v != nil && v.answer == telemetry.VoteVeto {
			what += ", refused to stop: " + v.reason()
		}
		lines = append(lines, fmt.Sprintf("%s: %s", a.name, what))
	}
	return lines
}

// probed tells the probe of a boundary, and makes the actor fail if it wants
// that. Nothing has happened since the end of the iteration but that the tick
// was counted up: counted down again, all that bears its number can be rolled
// back.
func (a *Actor) probed(over bool) {
	if v := a.g.probe.Boundary(a.id, over); v != nil {
		if over {
			a.tick--
		}
		panic(v)
	}
}
