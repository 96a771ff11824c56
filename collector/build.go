package collector

import (
	"github.com/steadytop/steadytop/collector/diagnose"
	"github.com/steadytop/steadytop/collector/window"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

var cpuKinds = [...]CPUKind{
	window.CPUUnknown: CPUUnknown, window.CPUExact: CPUExact,
	window.CPUEstimate: CPUEstimate, window.CPUBound: CPUBound,
}

// actors makes the actors of a Snapshot. They are new ones each time: those of
// earlier Snapshots are in the hands of readers.
func (g *graph) actors(fr *telemetry.Frame) []Actor {
	figures := g.win.Actors()
	out := make([]Actor, len(figures))
	for i := range out {
		t, a := &g.top.Actors[i], &figures[i]
		out[i] = Actor{
			ID: t.ID, Name: t.Name, Schedule: t.Schedule, Troupe: t.Troupe,
			Cores: t.Cores, Realtime: t.Realtime, Notes: t.Notes,
			Body: fr.Actors.Body[i], BodyMax: g.bodies.Longest(i),
			State: fr.Actors.State[i], For: max(0, fr.Mono-fr.Actors.Since[i]),
			CPU: Num(a.CPU), CPUKind: cpuKinds[a.CPUKind],
			Busy: Num(a.Busy), Blocked: Num(a.Blocked), Waiting: Num(a.Waiting), Call: Num(a.Call), Backoff: Num(a.Backoff),
			In: Num(a.In), Out: Num(a.Out),
			Restarts: fr.Actors.Restarts[i], Torn: fr.Actors.Torn[i], Vote: fr.Actors.Vote[i],
			Severity: Severity(a.Level), History: a.History,
		}
	}
	for i := range g.hogs {
		hog := &out[g.hogs[i].Actor]
		hog.Severity = max(hog.Severity, Hot)
	}
	switch a := g.why.Actor; {
	case g.kind == diagnose.Deadlock || g.kind == diagnose.Stalled:
		for _, i := range g.judging.Still() {
			out[i].Severity = Full
		}
	case g.kind == diagnose.Bottleneck && a >= 0:
		out[a].Severity = Full
	}
	return out
}

// findings makes the findings of a Snapshot.
func (g *graph) findings() []Finding {
	var out []Finding
	for i := range g.hogs {
		h := &g.hogs[i]
		out = append(out, Finding{Kind: FindingHog, Actor: h.Actor, Severity: Hot, Text: h.Sentence(g.top), Advice: h.Advice()})
	}
	return out
}

// channels makes the channels of a Snapshot.
func (g *graph) channels(fr *telemetry.Frame) []Channel {
	figures := g.win.Channels()
	out := make([]Channel, len(figures))
	for i := range out {
		t, c := &g.top.Channels[i], &figures[i]
		out[i] = Channel{
			ID: t.ID, Name: t.Name, Type: t.Type, From: t.From, To: t.To,
			Bundle: t.Bundle, Lane: t.Lane, Feedback: t.Feedback, Capacity: t.Capacity,
			Length: c.Length, Fill: Num(c.Fill), Sent: fr.Channels.Sent[i], Taken: fr.Channels.Taken[i],
			Native: t.Native, SentRate: Num(c.SentRate), TakeRate: Num(c.TakeRate), Closed: fr.Channels.Closed[i], FullFor: c.FullFor,
			P50: Num(c.P50), P90: Num(c.P90), P99: Num(c.P99), Latency: c.Latency,
			Severity: Severity(c.Level), History: c.History,
		}
	}
	return out
}
