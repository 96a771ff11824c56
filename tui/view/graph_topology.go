package view

import (
	"strconv"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/layout"
	"github.com/steadytop/steadytop/tui/screen"
)

// planNode is a node of the layout.
type planNode struct {
	actor int // index in Snapshot.Actors; -1 for what is outside of the graph
	name  int // cells of the whole name
	ins   int // channels that end here, folded
	outs  int
}

// planEdge is an edge of the layout: a channel, or a bundle of them with the
// same ends.
type planEdge struct {
	channels []int // indices in Snapshot.Channels
	from, to int   // nodes
}

// topology is a Snapshot as the layout sees it.
type topology struct {
	nodes []planNode
	keys  []string
	edges []planEdge
	graph layout.Graph // without sizes
}

// readTopology folds the lanes of bundles, gives channels that lead out of the
// graph an end of their own, and leaves out what is not near the focus.
func readTopology(s *collector.Snapshot, focus int) *topology {
	t := &topology{}
	shown := neighbourhood(s, focus)
	at := make([]int, len(s.Actors))
	for i := range s.Actors {
		at[i] = -1
		if shown == nil || shown[i] {
			at[i] = t.add(i, s.Actors[i].Name, screen.StringWidth(s.Actors[i].Name))
		}
	}
	end := func(i int32, side, key string) int {
		if i >= 0 && int(i) < len(at) {
			return at[i]
		}
		if shown != nil {
			return -1
		}
		return t.add(-1, side+key, len(outside))
	}
	type lanes struct {
		bundle   string
		from, to int32
	}
	folded := map[lanes]int{}
	for k := range s.Channels {
		ch := &s.Channels[k]
		key := ch.Name
		if ch.Bundle != "" {
			b := lanes{ch.Bundle, ch.From, ch.To}
			if e, ok := folded[b]; ok {
				t.edges[e].channels = append(t.edges[e].channels, k)
				continue
			}
			key = ch.Bundle
			folded[b] = len(t.edges)
		}
		if ch.From < 0 && ch.To < 0 {
			delete(folded, lanes{ch.Bundle, ch.From, ch.To})
			continue
		}
		from, to := end(ch.From, "from ", key), end(ch.To, "to ", key)
		if from < 0 || to < 0 {
			delete(folded, lanes{ch.Bundle, ch.From, ch.To})
			continue
		}
		t.nodes[from].outs++
		t.nodes[to].ins++
		t.edges = append(t.edges, planEdge{channels: []int{k}, from: from, to: to})
		t.graph.Edges = append(t.graph.Edges, layout.Edge{Key: key, From: from, To: to, Feedback: ch.Feedback})
	}
	return t
}

func (t *topology) add(actor int, key string, width int) int {
	t.nodes = append(t.nodes, planNode{actor: actor, name: width})
	t.keys = append(t.keys, key)
	return len(t.nodes) - 1
}

// neighbourhood returns which actors are the one in focus or joined to it by
// a channel; nil when there is no focus.
func neighbourhood(s *collector.Snapshot, focus int) []bool {
	i := focus - 1
	if i < 0 || i >= len(s.Actors) {
		return nil
	}
	shown := make([]bool, len(s.Actors))
	shown[i] = true
	for k := range s.Channels {
		from, to := int(s.Channels[k].From), int(s.Channels[k].To)
		if from == i && to >= 0 && to < len(shown) {
			shown[to] = true
		}
		if to == i && from >= 0 && from < len(shown) {
			shown[from] = true
		}
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

// name returns what a folded edge is called: its channel, or its bundle.
func (p *GraphPlan) name(s *collector.Snapshot, e int) string {
	ch := &s.Channels[p.edges[e].channels[0]]
	if n := len(p.edges[e].channels); n > 1 {
		return ch.Bundle + " x" + strconv.Itoa(n)
	}
	return ch.Name
}
