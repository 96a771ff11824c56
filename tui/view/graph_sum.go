package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// crowd counts the members of a group.
type crowd struct {
	all, blocked, failed, done int
	inside                     int // channel between members that is fullest, -1 for none
}

// urgency orders states by how much one member in it says of a group.
func urgency(s telemetry.State) int {
	switch s {
	case telemetry.StateDone:
		return 0
	case telemetry.StateCall:
		return 2
	case telemetry.StateBusy:
		return 3
	case telemetry.StateBlocked:
		return 4
	case telemetry.StateBackoff:
		return 5
	}
	return 1
}

// sum returns the members of a group as one actor: the worst state and
// severity, CPU and rates of all together, and how they spend their time on the
// average; for a troupe, how its thread does. A history costs more than the
// rest.
func (p *GraphPlan) sum(s *collector.Snapshot, n int, history bool) (collector.Actor, crowd) {
	node := &p.nodes[n]
	first := &s.Actors[node.members[0]]
	a := collector.Actor{
		Name: node.group.name, Schedule: first.Schedule, Troupe: first.Troupe, State: telemetry.StateDone, CPUKind: collector.CPUExact,
		CPU: collector.Unknown(), Busy: collector.Unknown(), In: collector.Unknown(), Out: collector.Unknown(),
	}
	c := crowd{all: len(node.members), inside: -1}
	for _, i := range node.members {
		c.add(&a, &s.Actors[i])
	}
	p.shares(s, node, &a)
	p.flows(s, n, &a)
	for _, k := range node.inside {
		if c.inside < 0 || s.Channels[k].Fill > s.Channels[c.inside].Fill {
			c.inside = k
		}
		a.Severity = max(a.Severity, min(s.Channels[k].Severity, collector.Hot))
	}
	if history {
		a.History = sumHistory(s, node)
	}
	return a, c
}

// add counts one member.
func (c *crowd) add(sum, a *collector.Actor) {
	switch a.State {
	case telemetry.StateBlocked:
		c.blocked++
	case telemetry.StateBackoff:
		c.failed++
	case telemetry.StateDone:
		c.done++
	}
	if urgency(a.State) > urgency(sum.State) {
		sum.State, sum.For = a.State, a.For
	} else if a.State == sum.State {
		sum.For = max(sum.For, a.For)
	}
	sum.Severity = max(sum.Severity, a.Severity)
	sum.Restarts += a.Restarts
	sum.Torn += a.Torn
	if len(sum.Notes) == 0 {
		sum.Notes = a.Notes
	}
	if a.CPU.Known() {
		sum.CPU = collector.Num(sum.CPU.Or(0)) + a.CPU
		sum.CPUKind = rougher(sum.CPUKind, a.CPUKind)
	}
}

// rougher returns the kind of a sum of two figures.
func rougher(a, b collector.CPUKind) collector.CPUKind {
	if a == collector.CPUBound || b == collector.CPUBound {
		return collector.CPUBound
	}
	if a == collector.CPUEstimate || b == collector.CPUEstimate {
		return collector.CPUEstimate
	}
	return a
}

// shares sets how the time is spent. No two members of a troupe run at once, so
// that what they are busy adds up; what is left of the thread's time is split
// like that of its members.
func (p *GraphPlan) shares(s *collector.Snapshot, node *planNode, a *collector.Actor) {
	var busy, blocked, waiting, call, backoff float64
	known := 0
	for _, i := range node.members {
		if m := &s.Actors[i]; m.Busy.Known() {
			known++
			busy += m.Busy.Or(0)
			blocked += m.Blocked.Or(0)
			waiting += m.Waiting.Or(0)
			call += m.Call.Or(0)
			backoff += m.Backoff.Or(0)
		}
	}
	if known == 0 {
		a.Blocked, a.Waiting, a.Call, a.Backoff = a.Busy, a.Busy, a.Busy, a.Busy
		return
	}
	scale := 1 / float64(known)
	if rest := blocked + waiting + call + backoff; a.Troupe == "" {
		busy *= scale
	} else if busy = min(1, busy); rest > 0 {
		scale = (1 - busy) / rest
	}
	a.Busy, a.Blocked, a.Waiting = collector.Num(busy), collector.Num(blocked*scale), collector.Num(waiting*scale)
	a.Call, a.Backoff = collector.Num(call*scale), collector.Num(backoff*scale)
}

// flows sets the rates at which messages enter and leave a group.
func (p *GraphPlan) flows(s *collector.Snapshot, n int, a *collector.Actor) {
	add := func(sum *collector.Num, rate collector.Num) {
		if rate.Known() {
			*sum = collector.Num(sum.Or(0)) + rate
		}
	}
	for e := range p.edges {
		g := &p.edges[e]
		if g.from != n && g.to != n {
			continue
		}
		for _, k := range g.channels {
			if g.to == n {
				add(&a.In, s.Channels[k].TakeRate)
			}
			if g.from == n {
				add(&a.Out, s.Channels[k].SentRate)
			}
		}
	}
}

// sumHistory returns the mean of the histories of the members, or their sum for
// a troupe.
func sumHistory(s *collector.Snapshot, node *planNode) []float32 {
	var out []float32
	longest := 0
	for _, i := range node.members {
		longest = max(longest, len(s.Actors[i].History))
	}
	out = make([]float32, longest)
	scale := 1 / float32(len(node.members))
	if s.Actors[node.members[0]].Troupe != "" {
		scale = 1
	}
	for _, i := range node.members {
		h := s.Actors[i].History
		for k, v := range h {
			out[longest-len(h)+k] += v * scale
		}
	}
	for k := range out {
		out[k] = min(1, out[k])
	}
	return out
}
