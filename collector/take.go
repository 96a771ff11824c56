package collector

import (
	"errors"
	"fmt"
	"time"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/collector/window"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// record takes in one record, and reports whether it was a frame.
func (f *follower) record(r source.Record, src source.Source) bool {
	switch {
	case r.Topology != nil:
		f.topology(r.Topology, src)
	case r.Frame != nil:
		return f.frame(r.Frame)
	case r.End != nil:
		f.end(r.End)
	}
	return false
}

// topology starts a new graph, unless it is the one that is known: after a
// reconnection to the same instance its counters go on where they were.
func (f *follower) topology(t *telemetry.Topology, src source.Source) {
	f.can(t, src)
	old := f.graph
	if old != nil && old.top.Instance == t.Instance && old.top.Generation == t.Generation {
		return
	}
	now := time.Now()
	switch {
	case old == nil:
	case old.top.Instance != t.Instance:
		f.log.add(Event{At: now, Severity: Hot, Text: fmt.Sprintf("restarted: pid %d -> %d", old.top.PID, t.PID)})
		f.lost = time.Time{}
		f.cur.Shutdown, f.cur.End, f.announced = nil, nil, false
	default:
		f.log.add(Event{At: now, Severity: Warm, Text: "the graph changed"})
	}
	f.graph = newGraph(t)
	c := &f.cur
	c.Service, c.AppVersion, c.PID, c.Host, c.Cores = t.Service, t.Version, t.PID, t.Host, t.Cores
	c.Instance, c.Generation, c.Metrics, c.Grace = t.Instance, t.Generation, t.Metrics, t.Grace
	c.Phase, c.CPU, c.RSS, c.Uptime, c.Window = telemetry.PhaseRunning, Unknown(), Unknown(), 0, 0
	c.Why, c.Findings = Verdict{Actor: -1}, nil
	f.notes(t, now)
}

// notes writes the warnings of a topology into the log, each text once.
func (f *follower) notes(t *telemetry.Topology, now time.Time) {
	told := map[string]int{} // text -> index in events
	var events []Event
	const most = 20 // a service may have as many warnings as actors
	var more []int
	for i := range t.Actors {
		for _, text := range t.Actors[i].Notes {
			if k, ok := told[text]; ok {
				more[k]++
				continue
			}
			if len(events) == most {
				continue
			}
			told[text] = len(events)
			events = append(events, Event{At: now, Severity: Warm, Subject: t.Actors[i].Name, Text: text})
			more = append(more, 0)
		}
	}
	for k, e := range events {
		if more[k] > 0 {
			e.Text += fmt.Sprintf(" (and %d more)", more[k])
		}
		f.log.add(e)
	}
}

func (f *follower) can(t *telemetry.Topology, src source.Source) {
	_, controls := src.(source.Controller)
	f.cur.Can = Abilities{
		Control: controls && t.Control,
		Votes:   controls,
		Latency: len(t.Channels) <= window.MaxHistograms,
	}
	for i := range t.Actors {
		f.cur.Can.ExactCPU = f.cur.Can.ExactCPU || t.Actors[i].ExactCPU
	}
}

// frame takes in a frame and publishes what it shows. A frame that does not
// fit is left out: the next will.
func (f *follower) frame(fr *telemetry.Frame) bool {
	g := f.graph
	if g == nil {
		return false
	}
	if err := g.win.Add(fr); err != nil {
		return errors.Is(err, window.ErrOld)
	}
	now := time.Now()
	f.up(now)
	g.arrived(now)
	g.judge(fr)
	g.watch(fr, now, &f.log)
	c, p := &f.cur, g.win.Process()
	f.phase(fr.Phase, now)
	c.Taken, c.Uptime, c.Window = now, fr.Mono, g.win.Span()
	c.CPU, c.RSS, c.FrameRate = Num(p.CPU), Num(p.RSS), g.frameRate()
	c.Actors, c.Channels, c.Why, c.Findings = g.actors(fr), g.channels(fr), g.why, g.findings()
	g.hold(fr, c.Actors, c.Channels)
	f.publish()
	return true
}

// up notes that the link is live.
func (f *follower) up(now time.Time) {
	f.tries = 0
	if !f.lost.IsZero() {
		f.log.add(Event{At: now, Text: "link back after " + span(now.Sub(f.lost))})
		f.lost = time.Time{}
	}
	f.cur.Link, f.cur.Problem, f.cur.Retry = LinkLive, "", time.Time{}
}

// phase notes the begin of a stop. Who asked for it is known when the votes
// were asked for; where they can not be, it is told without.
func (f *follower) phase(p telemetry.Phase, now time.Time) {
	if p != telemetry.PhaseRunning && !f.announced && !f.cur.Can.Votes {
		f.announced = true
		f.log.add(Event{At: now, Severity: Warm, Text: "stop requested"})
	}
	f.cur.Phase = p
}

// votes takes in the state of a stop; nil when it could not be had.
func (f *follower) votes(sh *telemetry.Shutdown) {
	if sh == nil || f.graph == nil || sh.Instance != f.cur.Instance || f.cur.End != nil {
		return
	}
	if !f.announced {
		f.announced = true
		text := "stop requested"
		if sh.Reason != "" {
			text += ": " + sh.Reason
		}
		f.log.add(Event{At: time.Now(), Severity: Warm, Text: text})
	}
	f.cur.Shutdown = sh
	f.publish()
}

// end takes in the last message of a service.
func (f *follower) end(e *telemetry.End) {
	f.cur.End, f.cur.Link, f.cur.Problem = e, LinkEnded, ""
	f.cur.Phase, f.cur.FrameRate = telemetry.PhaseStopped, Unknown()
	if f.cur.Shutdown != nil {
		f.cur.Shutdown = lastVotes(f.cur.Shutdown, e)
	}
	ev := Event{At: time.Now(), Severity: OK, Text: "ended cleanly"}
	if !e.Clean {
		ev.Severity, ev.Text = Full, "ended uncleanly"
		if e.Error != "" {
			ev.Text += ": " + e.Error
		}
	}
	f.log.add(ev)
	f.publish()
}

// lastVotes brings the votes up to the end of the service: the message of the
// end names whoever did not end, so everybody else did, and has no reason left.
func lastVotes(sh *telemetry.Shutdown, e *telemetry.End) *telemetry.Shutdown {
	last := *sh
	last.Phase, last.Elapsed, last.Remaining = telemetry.PhaseStopped, max(sh.Elapsed, e.Elapsed), 0
	last.Votes = make([]telemetry.ActorVote, len(sh.Votes))
	for i, v := range sh.Votes {
		last.Votes[i] = telemetry.ActorVote{ID: v.ID, Name: v.Name, State: telemetry.StateDone, Vote: telemetry.VoteYes}
	}
	for _, v := range e.Votes {
		if int64(v.ID) < int64(len(last.Votes)) {
			last.Votes[v.ID] = v
		}
	}
	return &last
}
