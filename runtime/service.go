package steady

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// service is what the graph shows of itself to whoever publishes it. It reads;
// the only thing it can do to the graph is ask it to stop.
//
// It keeps the parts that the graph had at the start: what is built later is a
// mistake that is told elsewhere, and not a reason to show nothing any more.
type service struct {
	g        *Graph
	topology *telemetry.Topology
	actors   []*Actor
	edges    []*edge
	watched  []*Watched
}

// newService describes the graph. The graph must be prepared.
func newService(g *Graph, metrics string, control bool) *service {
	host, _ := os.Hostname()
	t := &telemetry.Topology{
		Schema: telemetry.Schema, Service: g.Name, Version: g.Version,
		PID: os.Getpid(), Host: host, Cores: runtime.GOMAXPROCS(0),
		Instance: g.instance, Generation: 1, Start: g.born,
		Metrics: metrics, Control: control, Grace: g.graceTime(),
		Actors: make([]telemetry.Actor, 0, len(g.actors)), Channels: make([]telemetry.Channel, 0, len(g.edges)+len(g.watched)),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		if t.Version == "" && info.Main.Version != "(devel)" {
			t.Version = info.Main.Version
		}
		t.Library = libraryVersion(info)
	}
	for _, a := range g.actors {
		t.Actors = append(t.Actors, a.describe())
	}
	for _, e := range g.edges {
		t.Channels = append(t.Channels, e.describe())
	}
	for _, w := range g.watched {
		t.Channels = append(t.Channels, w.describe(len(t.Channels)))
	}
	return &service{
		g: g, topology: t,
		actors: slices.Clone(g.actors), edges: slices.Clone(g.edges), watched: slices.Clone(g.watched),
	}
}

func (e *edge) describe() telemetry.Channel {
	c := telemetry.Channel{
		ID: uint32(e.id), Name: e.name, Type: e.typ, Capacity: uint64(e.capacity),
		From: int32(e.from.id), To: int32(e.to.id), Feedback: e.feedback,
	}
	if e.bundle != nil {
		c.Bundle, c.Lane = e.bundle.name, e.lane
	}
	return c
}

const modulePath = "github.com/steadytop/steadytop"

func libraryVersion(info *debug.BuildInfo) string {
	if info.Main.Path == modulePath {
		return info.Main.Version
	}
	i := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == modulePath })
	if i < 0 {
		return ""
	}
	return info.Deps[i].Version
}

func (a *Actor) describe() telemetry.Actor {
	s := telemetry.SchedulePooled
	switch {
	case a.place.solo:
		s = telemetry.ScheduleSolo
	case a.place.shared:
		s = telemetry.ScheduleTroupe
	}
	d := telemetry.Actor{
		ID: uint32(a.id), Name: a.name, Schedule: s, Troupe: a.place.troupe,
		ExactCPU: !a.place.pooled() && exactThreadCPU, Notes: a.notes(),
	}
	if own := a.place.own; own != nil {
		d.Cores, d.Realtime = own.cores, own.prio
	}
	return d
}

// Topology implements publish.Service.
func (s *service) Topology() *telemetry.Topology { return s.topology }

// RequestShutdown implements publish.Service.
func (s *service) RequestShutdown(reason string) { s.g.requestStop(reason) }

// Shutdown implements publish.Service.
func (s *service) Shutdown() telemetry.Shutdown {
	g := s.g
	now := g.sched.Now()
	d := telemetry.Shutdown{Instance: g.instance, Phase: g.telemetryPhase(), Votes: s.votes(now)}
	if d.Phase != telemetry.PhaseRunning {
		d.Reason, d.Elapsed = g.stopped(now)
	}
	if d.Phase == telemetry.PhaseStopping {
		d.Remaining = max(0, g.graceTime()-d.Elapsed)
	}
	return d
}

// stopped returns why a stop was requested, and how long ago: 0 if the graph
// ended without a request.
func (g *Graph) stopped(now time.Duration) (reason string, elapsed time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.grace == nil {
		return "", 0
	}
	return g.reason, now - g.stopAt
}

func (g *Graph) telemetryPhase() telemetry.Phase {
	switch {
	case g.isOver():
		return telemetry.PhaseStopped
	case g.life() >= stopRequested:
		return telemetry.PhaseStopping
	default:
		return telemetry.PhaseRunning
	}
}

// votes returns the last answer of each actor. While a stop is pending, an
// actor that was never asked gets what it is doing as its reason.
func (s *service) votes(now time.Duration) []telemetry.ActorVote {
	g := s.g
	votes := make([]telemetry.ActorVote, len(s.actors))
	for i, a := range s.actors {
		state, since := a.clock.read(nil, 0)
		v := telemetry.ActorVote{ID: uint32(i), Name: a.name, State: state, Age: max(0, now-since)}
		if last := a.vote.Load(); last != nil {
			v.Vote, v.Reason, v.Where, v.Age = last.answer, last.reason(), last.where(), max(0, now-last.since)
		} else if g.life() >= stopRequested {
			v.Reason = a.doing(state)
		}
		votes[i] = v
	}
	return votes
}

// ActorDetail implements publish.Service.
func (s *service) ActorDetail(id uint32) (telemetry.ActorDetail, bool) {
	if int64(id) >= int64(len(s.actors)) {
		return telemetry.ActorDetail{}, false
	}
	a := s.actors[id]
	d := telemetry.ActorDetail{
		Actor: a.describe(), State: a.clock.state(), Regeneration: a.restarts.Load(),
		RestartMax: a.limits.max(), Window: a.limits.window(),
		Failures: a.failures.Load(), DeadLetters: a.aside.Load(),
	}
	d.FailingSince, _ = a.failing(s.g.sched.Now())
	d.States = a.states()
	if f := a.failure.Load(); f != nil {
		d.LastFailure, d.FailedAt = fmt.Sprint(f.err), f.at
		if p, ok := f.err.(*PanicError); ok {
			d.Stack = string(p.Stack)
		}
	}
	return d, true
}

// Failures implements publish.Failing.
func (s *service) Failures(actor int) (failures, letters uint64, failing time.Duration) {
	a := s.g.actors[actor]
	if since, f := a.failing(s.g.sched.Now()); f != nil {
		failing = max(0, time.Since(since))
	}
	return a.failures.Load(), a.aside.Load(), failing
}

// end describes the result of the graph.
func (s *service) end(err error) telemetry.End {
	g := s.g
	e := telemetry.End{Instance: g.instance, Clean: err == nil}
	if err != nil {
		e.Error = fmt.Sprint(err) // which outlives what a method of the user panics with
	}
	now := g.sched.Now()
	e.Reason, e.Elapsed = g.stopped(now)
	for _, v := range s.votes(now) {
		if v.State != telemetry.StateDone {
			e.Votes = append(e.Votes, v)
		}
	}
	for _, l := range g.leftovers() {
		e.Left = append(e.Left, telemetry.Leftover{Channel: l.Channel, Count: l.Count, Dropped: l.Dropped})
	}
	return e
}
