package view

import (
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
	return p.next(st.Selected, by, func(sel Selection) bool { return graphMatch(p.NameOf(s, sel), st.Query) })
}

// Matches returns how many actors and channels match the query.
func (p *GraphPlan) Matches(s *collector.Snapshot, query string) int {
	n := 0
	for _, sel := range p.reading() {
		if graphMatch(p.NameOf(s, sel), query) {
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
		if first := (Selection{SelectActor, i}); st.Selected != first && severityOf(s, st.Selected) < collector.Full {
			return first
		}
	}
	worst := collector.Warm
	for _, sel := range p.reading() {
		worst = max(worst, severityOf(s, sel))
	}
	return p.next(st.Selected, 1, func(sel Selection) bool { return severityOf(s, sel) == worst })
}

func severityOf(s *collector.Snapshot, sel Selection) collector.Severity {
	switch {
	case sel.Kind == SelectActor && sel.Index < len(s.Actors):
		return s.Actors[sel.Index].Severity
	case sel.Kind == SelectChannel && sel.Index < len(s.Channels):
		return s.Channels[sel.Index].Severity
	}
	return collector.OK
}

// next walks from the selection in reading order, round and round, to the next
// one that is wanted.
func (p *GraphPlan) next(from Selection, by int, wanted func(Selection) bool) Selection {
	all := p.reading()
	at := -1
	for i, sel := range all {
		if sel == from {
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

// NameOf returns the name of what is selected, "" for nothing. A bundle is
// named with its number of lanes.
func (p *GraphPlan) NameOf(s *collector.Snapshot, sel Selection) string {
	switch {
	case sel.Kind == SelectActor && sel.Index < len(s.Actors):
		return s.Actors[sel.Index].Name
	case sel.Kind == SelectChannel && sel.Index < len(s.Channels) && p.edgeOf[sel.Index] >= 0:
		return p.name(s, p.edgeOf[sel.Index])
	}
	return ""
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
