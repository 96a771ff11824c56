package view

import (
	"slices"
	"strings"

	"github.com/steadytop/steadytop/collector"
)

// graphMatch reports whether a search for query, which is not case sensitive,
// means name.
func graphMatch(name, query string) bool {
	return query != "" && strings.Contains(strings.ToLower(name), strings.ToLower(query))
}

// NextMatch returns the next actor or channel in reading order after the
// selection whose name matches the query, the one before for a negative by;
// the selection itself when nothing matches.
func (p *GraphPlan) NextMatch(s *collector.Snapshot, st GraphState, by int) Selection {
	return p.next(st.Selected, by, func(sel Selection) bool {
		if e := p.edgeAt(sel); e >= 0 {
			return graphMatch(p.name(s, e), st.Query) || slices.ContainsFunc(p.edges[e].channels, func(k int) bool {
				return graphMatch(s.Channels[k].Name, st.Query)
			})
		}
		return p.matches(s, p.nodeAt(sel), st.Query)
	})
}

// matches reports whether a search means node n: by the name of an actor of it,
// or by its own.
func (p *GraphPlan) matches(s *collector.Snapshot, n int, query string) bool {
	if n < 0 || p.nodes[n].actor < 0 {
		return false
	}
	v := &p.nodes[n]
	if v.group == nil {
		return graphMatch(s.Actors[v.actor].Name, query)
	}
	return graphMatch(v.group.name, query) ||
		slices.ContainsFunc(v.members, func(i int) bool { return graphMatch(s.Actors[i].Name, query) })
}

// Matches returns how many of the actors and channels that the graph shows,
// folded or not, match the query.
func (p *GraphPlan) Matches(s *collector.Snapshot, query string) int {
	n := 0
	for i, at := range p.nodeOf {
		if at >= 0 && graphMatch(s.Actors[i].Name, query) {
			n++
		}
	}
	for k, at := range p.edgeOf {
		if at >= 0 && graphMatch(s.Channels[k].Name, query) {
			n++
		}
	}
	return n
}

// NextBottleneck returns the actor or channel to look at first: the bottleneck
// that the verdict names; and from one in trouble the next of the highest
// severity that occurs.
func (p *GraphPlan) NextBottleneck(s *collector.Snapshot, st GraphState) Selection {
	if i := int(s.Why.Actor); i >= 0 && i < len(p.nodeOf) && p.nodeOf[i] >= 0 {
		if first := (Selection{SelectActor, i}); st.Selected != first && p.severity(s, st.Selected) < collector.Full {
			return first
		}
	}
	worst := collector.Warm
	for _, sel := range p.reading() {
		worst = max(worst, p.severity(s, sel))
	}
	return p.next(st.Selected, 1, func(sel Selection) bool { return p.severity(s, sel) == worst })
}

// severity returns the severity of what is selected, the worst of all that is
// folded into it.
func (p *GraphPlan) severity(s *collector.Snapshot, sel Selection) collector.Severity {
	worst := collector.OK
	for _, k := range p.Lanes(sel) {
		worst = max(worst, s.Channels[k].Severity)
	}
	if n := p.nodeAt(sel); p.edgeAt(sel) < 0 && n >= 0 && p.nodes[n].actor >= 0 {
		worst = s.Actors[p.nodes[n].actor].Severity
		for _, i := range p.nodes[n].members {
			worst = max(worst, s.Actors[i].Severity)
		}
	}
	return worst
}

// next walks from the selection in reading order, round and round, to the next
// one that is wanted.
func (p *GraphPlan) next(from Selection, by int, wanted func(Selection) bool) Selection {
	all := p.reading()
	e, n := p.edgeAt(from), p.nodeAt(from)
	at := -1
	for i, sel := range all {
		if e >= 0 && p.edgeAt(sel) == e || e < 0 && n >= 0 && sel.Kind == SelectActor && p.nodeOf[sel.Index] == n {
			at = i
		}
	}
	if at < 0 && by < 0 {
		at = 0
	}
	for range all {
		at = (at + by + len(all)) % len(all)
		if wanted(all[at]) {
			return all[at]
		}
	}
	return from
}

// reading lists what can be selected: layer by layer the actors, each followed
// by the edges that end at it.
func (p *GraphPlan) reading() []Selection {
	var out []Selection
	for _, layer := range p.Layout.Layers {
		for _, n := range layer {
			for _, e := range p.inputs(n) {
				out = append(out, Selection{SelectChannel, p.edges[e].channels[0]})
			}
			if i := p.nodes[n].actor; i >= 0 {
				out = append(out, Selection{SelectActor, i})
			}
		}
	}
	return out
}

// NameOf returns the name of what is selected, "" for nothing. What is folded is
// named with the number of its members or lanes.
func (p *GraphPlan) NameOf(s *collector.Snapshot, sel Selection) string {
	if e := p.edgeAt(sel); e >= 0 {
		return p.name(s, e)
	}
	n := p.nodeAt(sel)
	switch {
	case n < 0 || p.nodes[n].actor < 0:
		return ""
	case p.nodes[n].group != nil:
		return string(appendTimes([]byte(p.nodes[n].group.name), len(p.nodes[n].members)))
	}
	return s.Actors[p.nodes[n].actor].Name
}

// Follow carries a selection over from one Snapshot to another one, of another
// generation or instance, by name. What is gone is Nothing.
func Follow(old, now *collector.Snapshot, sel Selection) Selection {
	switch {
	case sel.Kind == SelectActor && sel.Index < len(old.Actors):
		for i := range now.Actors {
			if now.Actors[i].Name == old.Actors[sel.Index].Name {
				return Selection{SelectActor, i}
			}
		}
	case sel.Kind == SelectChannel && sel.Index < len(old.Channels):
		for k := range now.Channels {
			if now.Channels[k].Name == old.Channels[sel.Index].Name {
				return Selection{SelectChannel, k}
			}
		}
	}
	return Selection{}
}
