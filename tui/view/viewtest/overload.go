package viewtest

import (
	"fmt"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Overload is a service of 500 actors in ten troupes: each deals out what comes
// in to its workers by a bundle, and joins what they made by another. The
// workers of match are too slow, one of store waits to be started again, and a
// lane of book is full while the others are not.
func Overload() *collector.Snapshot {
	s := service("overload", 7301)
	o := &overload{s: s, at: map[string]int32{}}
	for i := range 8 {
		a := o.actor(fmt.Sprintf("gateway[%d]", i), "", 0.3)
		a.Schedule, a.CPUKind, a.Cores = telemetry.ScheduleSolo, collector.CPUExact, []int{i}
	}
	s.Actors[3].Notes = []string{"no real-time priority: not permitted"}
	for _, t := range []struct {
		name    string
		workers int
		after   []string
	}{
		{"feed-eu", 40, nil},
		{"feed-us", 40, nil},
		{"parse-eu", 44, []string{"feed-eu"}},
		{"parse-us", 44, []string{"feed-us"}},
		{"risk", 48, []string{"parse-eu", "parse-us"}},
		{"book", 48, []string{"parse-eu", "parse-us"}},
		{"match", 64, []string{"risk", "book"}},
		{"store", 48, []string{"match"}},
		{"report", 40, []string{"match"}},
		{"audit", 44, []string{"match", "risk"}},
	} {
		o.troupe(t.name, t.workers, t.after)
	}
	for i := range 8 {
		o.bundle("ticks", i, fmt.Sprintf("gateway[%d]", i), []string{"feed-eu.in", "feed-us.in"}[i%2], 0.1)
	}
	o.actor("pager", "", 0.01)
	o.actor("clock", "", 0.02)
	o.channel("alarms", "audit.out", "pager", 0)
	o.channel("time", "clock", "match.in", 0.02)
	o.channel("limits", "match.out", "risk.in", 0.1).Feedback = true
	o.trouble()
	return s
}

type overload struct {
	s  *collector.Snapshot
	at map[string]int32
}

func (o *overload) actor(name, troupe string, busy float64) *collector.Actor {
	i := len(o.s.Actors)
	o.at[name] = int32(i)
	a := collector.Actor{
		ID: uint32(i), Name: name, Schedule: telemetry.SchedulePooled, State: telemetry.StateWaiting, For: 3 * time.Millisecond,
		CPU: collector.Num(busy), CPUKind: collector.CPUEstimate, Busy: collector.Num(busy), Waiting: collector.Num(1 - busy),
		History: wave(busy, busy/4, i),
	}
	if troupe != "" {
		a.Schedule, a.Troupe, a.CPUKind = telemetry.ScheduleTroupe, troupe, collector.CPUExact
	}
	o.s.Actors = append(o.s.Actors, a)
	return &o.s.Actors[i]
}

func (o *overload) channel(name, from, to string, fill float64) *collector.Channel {
	k := link(o.s, o.s.Actors[o.at[from]].Name, o.s.Actors[o.at[to]].Name, 64, uint64(fill*64), 900)
	k.Name = name
	return k
}

func (o *overload) bundle(name string, lane int, from, to string, fill float64) *collector.Channel {
	k := o.channel(fmt.Sprintf("%s[%d]", name, lane), from, to, fill)
	k.Bundle, k.Lane = name, lane
	return k
}

// troupe adds the members of a troupe and their channels, and what joins it to
// those before it.
func (o *overload) troupe(name string, workers int, after []string) {
	o.actor(name+".in", name, 0.1)
	o.actor(name+".out", name, 0.1)
	for i := range workers {
		worker := fmt.Sprintf("%s[%d]", name, i)
		o.actor(worker, name, 0.6/float64(workers))
		o.bundle(name+".work", i, name+".in", worker, float64(i%5)/20)
		o.bundle(name+".done", i, worker, name+".out", float64(i%3)/20)
	}
	o.actor(name+".stats", name, 0.01)
	o.channel(name+".counts", name+".out", name+".stats", 0.05)
	for _, from := range after {
		for lane := range 8 {
			o.bundle(from+" to "+name, lane, from+".out", name+".in", float64(lane)/20)
		}
	}
}

// trouble makes match the bottleneck.
func (o *overload) trouble() {
	s := o.s
	set := func(name string, state telemetry.State, busy, blocked float64, sev collector.Severity) {
		a := &s.Actors[o.at[name]]
		a.State, a.Busy, a.Blocked, a.Waiting, a.Severity = state, collector.Num(busy), collector.Num(blocked), collector.Num(1-busy-blocked), sev
	}
	set("match.in", telemetry.StateBusy, 0.4, 0.1, collector.Full)
	set("risk.out", telemetry.StateBlocked, 0.1, 0.7, collector.Hot)
	set("book.out", telemetry.StateBlocked, 0.1, 0.7, collector.Hot)
	set("book[7]", telemetry.StateBlocked, 0.01, 0.9, collector.Hot)
	set("store[11]", telemetry.StateBackoff, 0, 0, collector.Hot)
	s.Actors[o.at["store[11]"]].Restarts = 4
	for k := range s.Channels {
		ch := &s.Channels[k]
		if ch.To == o.at["match.in"] && ch.Bundle != "" || ch.Name == "book.done[7]" {
			ch.Length, ch.Fill, ch.Severity, ch.FullFor = 64, 1, collector.Full, 12*time.Second
		}
	}
	s.Why = collector.Verdict{
		Actor: o.at["match.in"], Headline: `match.in is the bottleneck: busy 40%, its input "risk to match[3]" full for 12 s`,
		Evidence: []string{`risk.out waited for room in "risk to match[3]" 70% of the last 5 s`},
	}
}
