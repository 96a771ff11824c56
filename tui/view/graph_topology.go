package view

import (
	"strconv"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/layout"
	"github.com/steadytop/steadytop/tui/screen"
)

// planNode is a node of the layout: an actor, a folded group of them, or what
// is outside of the graph.
type planNode struct {
	actor   int    // index in Snapshot.Actors, of a group its first member; -1 for what is outside
	group   *group // nil for a single actor
	members []int  // of the group
	inside  []int  // channels between members, which are not drawn
	name    int    // cells of the whole name
	differs int    // byte of the name from which it is unlike all others; 0 when they have little in common
	more    int    // cells of the number of members
	ins     int    // channels that end here, folded
	outs    int
}

// planEdge is an edge of the layout: a channel, or several with the same ends
// that are shown as one.
type planEdge struct {
	channels []int // indices in Snapshot.Channels
	from, to int   // nodes
}

// topology is a Snapshot as the layout sees it.
type topology struct {
	s     *collector.Snapshot
	nodes []planNode
	keys  []string
	edges []planEdge
	graph layout.Graph // without sizes

	at     []int // node of each actor, -1 when it is not shown
	folded map[foldedEdge]int
}

// foldedEdge is what channels that are shown as one have in common.
type foldedEdge struct {
	name     string
	from, to int // nodes
	feedback bool
}

// readTopology folds actors and then channels, gives channels that lead out of
// the graph an end of their own, and leaves out what is not near the focus.
func readTopology(s *collector.Snapshot, focus int, g *grouping, owner []int) *topology {
	t := &topology{s: s, at: make([]int, len(s.Actors)), folded: map[foldedEdge]int{}}
	shown := neighbourhood(s, focus, owner)
	groups := map[int]int{} // group to node
	for i := range s.Actors {
		t.at[i] = -1
		if shown != nil && !shown[i] {
			continue
		}
		name := s.Actors[i].Name
		if owner[i] < 0 {
			t.at[i] = t.add(name, planNode{actor: i, name: screen.StringWidth(name)})
			continue
		}
		n, known := groups[owner[i]]
		if !known {
			h := &g.groups[owner[i]]
			n = t.add(h.key, planNode{
				actor: i, group: h, members: h.members,
				name: screen.StringWidth(h.name), more: len(appendTimes(nil, len(h.members))),
			})
			groups[owner[i]] = n
		}
		t.at[i] = n
	}
	for k := range s.Channels {
		t.channel(k, shown == nil)
	}
	t.markEnds()
	return t
}

// channel adds channel k to the edge that shows it, or makes one. Only when the
// whole graph is shown do the ends outside of it appear.
func (t *topology) channel(k int, whole bool) {
	ch := &t.s.Channels[k]
	from, to := t.end(ch.From), t.end(ch.To)
	if !whole && (from < 0 || to < 0) || from < 0 && to < 0 && !ch.Native {
		return
	}
	if from == to && from >= 0 && (ch.From != ch.To || t.nodes[from].troupe()) {
		t.nodes[from].inside = append(t.nodes[from].inside, k)
		return
	}
	f := foldedEdge{from: from, to: to, feedback: ch.Feedback}
	grouped := from >= 0 && t.nodes[from].group != nil || to >= 0 && t.nodes[to].group != nil
	switch {
	case from >= 0 && t.nodes[from].troupe() || to >= 0 && t.nodes[to].troupe():
	case grouped:
		f.name = edgeStem(ch)
	case ch.Bundle != "":
		f.name, f.feedback = ch.Bundle, false
	}
	fold := grouped || ch.Bundle != ""
	if e, ok := t.folded[f]; ok && fold {
		t.edges[e].channels = append(t.edges[e].channels, k)
		return
	}
	key := ch.Name
	if fold { // lanes of one bundle may lead to many
		key = f.name + "\x00" + t.key(from) + "\x00" + t.key(to) + "\x00" + strconv.FormatBool(f.feedback)
		t.folded[f] = len(t.edges)
	}
	t.edge(k, key, from, to, ch.Feedback)
}

// edge adds an edge with its first channel, and the ends that are outside.
func (t *topology) edge(k int, key string, from, to int, feedback bool) {
	if from < 0 {
		from = t.add("from "+key, planNode{actor: -1, name: len(outside)})
	}
	if to < 0 {
		to = t.add("to "+key, planNode{actor: -1, name: len(outside)})
	}
	t.nodes[from].outs++
	t.nodes[to].ins++
	t.edges = append(t.edges, planEdge{channels: []int{k}, from: from, to: to})
	t.graph.Edges = append(t.graph.Edges, layout.Edge{Key: key, From: from, To: to, Feedback: feedback})
}

// end returns the node of an end of a channel, -1 when there is none.
func (t *topology) end(i int32) int {
	if i < 0 || int(i) >= len(t.at) {
		return -1
	}
	return t.at[i]
}

func (t *topology) key(n int) string {
	if n < 0 {
		return ""
	}
	return t.keys[n]
}

func (t *topology) add(key string, n planNode) int {
	t.nodes = append(t.nodes, n)
	t.keys = append(t.keys, key)
	return len(t.nodes) - 1
}

// troupe reports whether n is a folded troupe.
func (n *planNode) troupe() bool { return n.group != nil && n.group.troupe }

// neighbourhood returns which actors are the one in focus or joined to it by
// a channel, each with those that it is folded with; nil when there is no
// focus.
func neighbourhood(s *collector.Snapshot, focus int, owner []int) []bool {
	i := focus - 1
	if i < 0 || i >= len(s.Actors) {
		return nil
	}
	here := func(k int32) bool {
		return int(k) == i || k >= 0 && int(k) < len(owner) && owner[k] >= 0 && owner[k] == owner[i]
	}
	shown := make([]bool, len(s.Actors))
	groups := map[int]bool{}
	show := func(k int32) {
		if k >= 0 && int(k) < len(shown) {
			shown[k] = true
			if owner[k] >= 0 {
				groups[owner[k]] = true
			}
		}
	}
	show(int32(i))
	for k := range s.Channels {
		from, to := s.Channels[k].From, s.Channels[k].To
		if here(from) {
			show(to)
		}
		if here(to) {
			show(from)
		}
	}
	for k := range shown {
		shown[k] = shown[k] || owner[k] >= 0 && groups[owner[k]]
	}
	return shown
}

// sized returns the graph with the sizes of measures m.
func (t *topology) sized(m *measures) layout.Graph {
	g := t.graph
	g.Nodes = make([]layout.Node, len(t.nodes))
	for i := range t.nodes {
		w, h := m.node(&t.nodes[i])
		g.Nodes[i] = layout.Node{Key: t.keys[i], W: w, H: h}
	}
	return g
}

// appendTimes appends the number of members or lanes.
func appendTimes(b []byte, n int) []byte { return strconv.AppendInt(append(b, " x"...), int64(n), 10) }

// name returns what a folded edge is called: its channel, its bundle, the name
// that its channels share, or its ends.
func (p *GraphPlan) name(s *collector.Snapshot, e int) string {
	lanes := p.edges[e].channels
	ch := &s.Channels[lanes[0]]
	if len(lanes) == 1 {
		return ch.Name
	}
	name := ch.Bundle
	if name == "" {
		name = stemName(ch.Name)
	}
	for _, k := range lanes {
		if edgeStem(&s.Channels[k]) != edgeStem(ch) {
			name = p.label(s, p.edges[e].from) + " to " + p.label(s, p.edges[e].to)
			break
		}
	}
	return string(appendTimes([]byte(name), len(lanes)))
}

// label returns the name of a node, of a group without the number of members.
func (p *GraphPlan) label(s *collector.Snapshot, n int) string {
	switch v := &p.nodes[n]; {
	case v.actor < 0:
		return outside
	case v.group != nil:
		return v.group.name
	default:
		return s.Actors[v.actor].Name
	}
}
