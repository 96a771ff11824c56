package diagnose

import (
	"fmt"
	"slices"
	"sort"

	"github.com/steadytop/steadytop/collector/units"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Limits of a verdict, so that it fits a pane.
const (
	maxNamed = 3 // names in one sentence
	maxNot   = 2 // sentences on what is not the cause
)

func (j *Judge) bottleneck(c *charge) Verdict {
	v := Verdict{Kind: Bottleneck, Actor: c.actor, Channel: c.worst, Headline: j.headline(c)}
	if a := &j.g.Actors[c.actor]; a.State == telemetry.StateWaiting && !j.crowded(c.actor) {
		if other := j.starved(c.actor); other >= 0 {
			if s := j.source(c.actor, other); s != "" {
				v.Evidence = append(v.Evidence, s)
			}
		}
	}
	direct, further := j.heldBack(c.actor)
	for _, i := range direct[:min(len(direct), maxNamed)] {
		v.Evidence = append(v.Evidence, j.waited(i))
	}
	if n := len(direct) - maxNamed; n > 0 {
		v.Evidence = append(v.Evidence, fmt.Sprintf("%d more wait for it", n))
	}
	if len(further) > 0 {
		v.Evidence = append(v.Evidence, "held back behind them: "+j.blockedList(further))
	}
	if s := j.needs(c.worst); s != "" {
		v.Evidence = append(v.Evidence, s)
	}
	v.Evidence = append(v.Evidence, j.rivals(c)...)
	v.Evidence = append(v.Evidence, j.notTheCause(c, direct)...)
	return v
}

// headline names the actor and what it does while others wait for it.
func (j *Judge) headline(c *charge) string {
	a, in := &j.g.Actors[c.actor], &j.g.Channels[c.worst]
	input := "its input " + quote(in.Name) + " " + fullness(in)
	state := "its input " + quote(in.Name) + " is " + fullness(in)
	if a.State == telemetry.StateDone {
		return fmt.Sprintf("%s has ended, and %s", a.Name, state)
	}
	busy, call, backoff, waiting := known(a.Busy), known(a.Call), known(a.Backoff), known(a.Waiting)
	switch max(busy, call, backoff, waiting) {
	case busy:
		return fmt.Sprintf("%s is the bottleneck: busy %s, %s", a.Name, units.Percent(busy), input)
	case call:
		return fmt.Sprintf("%s is the bottleneck: in calls %s of the time, %s", a.Name, units.Percent(call), input)
	case backoff:
		return fmt.Sprintf("%s is the bottleneck: it fails, and waits to start again %s of the time, %s", a.Name, units.Percent(backoff), input)
	}
	if j.crowded(c.actor) {
		return fmt.Sprintf("%s holds others back: the thread of its troupe %s is taken by others, and %s", a.Name, a.Troupe, state)
	}
	if other := j.starved(c.actor); other >= 0 {
		return fmt.Sprintf("%s holds others back: it waits for %s %s of the time, while %s",
			a.Name, quote(j.g.Channels[other].Name), units.Percent(waiting), state)
	}
	return fmt.Sprintf("%s holds others back: it waits %s of the time, although %s", a.Name, units.Percent(waiting), state)
}

// starved returns the emptiest input of an actor, if one is as good as empty.
func (j *Judge) starved(actor int32) int32 {
	best, low := int32(-1), 0.05
	for i := range j.g.Channels {
		if c := &j.g.Channels[i]; c.To == actor && !c.Native && c.Fill < low {
			best, low = int32(i), c.Fill
		}
	}
	return best
}

func (j *Judge) outside(c *charge) Verdict {
	in := &j.g.Channels[c.channel]
	v := Verdict{
		Kind: Outside, Actor: -1, Channel: c.channel,
		Headline: fmt.Sprintf("outside of the graph nobody takes enough from %s: it is %s", quote(in.Name), fullness(in)),
		Evidence: []string{j.waited(c.channel)},
	}
	if s := j.needs(c.channel); s != "" {
		v.Evidence = append(v.Evidence, s)
	}
	return v
}

// heldBack returns the channels into actor whose senders wait for it, worst
// first, and the actors that wait for those senders in turn.
func (j *Judge) heldBack(actor int32) (direct, further []int32) {
	seen := map[int32]bool{actor: true}
	front := []int32{actor}
	for depth := 0; len(front) > 0; depth++ {
		var back []int32
		for _, i := range j.holding {
			c := &j.g.Channels[i]
			if !slices.Contains(front, c.To) || !j.holds(i, depth == 0) {
				continue
			}
			if depth == 0 {
				direct = append(direct, i)
			}
			if !seen[c.From] {
				seen[c.From] = true
				back = append(back, c.From)
			}
		}
		if depth > 0 {
			further = append(further, back...)
		}
		front = back
	}
	sort.SliceStable(direct, func(a, b int) bool { return j.held[direct[a]] > j.held[direct[b]] })
	return direct, further
}

func (j *Judge) waited(i int32) string {
	c := &j.g.Channels[i]
	return fmt.Sprintf("%s waited for room in %s %s of the last %s",
		j.g.Actors[c.From].Name, quote(c.Name), units.Percent(j.held[i]), duration(j.g.Span))
}

func (j *Judge) blockedList(actors []int32) string {
	g := j.g
	sort.SliceStable(actors, func(a, b int) bool { return known(g.Actors[actors[a]].Blocked) > known(g.Actors[actors[b]].Blocked) })
	var names []string
	for _, a := range actors {
		names = append(names, g.Actors[a].Name+" "+units.Percent(known(g.Actors[a].Blocked)))
	}
	return list(names)
}

func (j *Judge) needs(i int32) string {
	factor, offered := j.need(i)
	if factor == 0 {
		return ""
	}
	return fmt.Sprintf("needs %.1fx: %s came in before it was full, %s go out", factor, units.Rate(offered), units.Rate(j.g.Channels[i].TakeRate))
}

// rivals names the others that hold someone back and are not victims.
func (j *Judge) rivals(c *charge) []string {
	var others []*charge
	for _, o := range j.charges {
		if o.subject != c.subject && o.actor >= 0 && known(j.g.Actors[o.actor].Blocked) < selfHeld && !j.innocent(o) && j.hogOf(o.actor) == nil {
			others = append(others, o)
		}
	}
	sort.Slice(others, func(a, b int) bool { return others[a].before(others[b]) })
	var out []string
	for _, o := range others[:min(len(others), 1)] {
		from := j.g.Channels[o.worst].From
		out = append(out, fmt.Sprintf("also: %s holds back %s, %s of the time",
			j.g.Actors[o.actor].Name, j.g.Actors[from].Name, units.Percent(j.held[o.worst])))
	}
	return out
}
