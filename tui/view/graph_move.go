package view

import (
	"cmp"
	"slices"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/layout"
)

// Way is a direction of a key.
type Way uint8

// The ways.
const (
	WayLeft  Way = iota // upstream: from an actor to an input, from an edge to its source
	WayRight            // downstream
	WayUp               // to the neighbour in the layer; for edges, to the gauge above
	WayDown
)

// Move returns what is selected after a key. From an actor, left and right
// lead to the edge that is nearest to its middle, and from an edge to the
// actor at its end. With nothing selected it takes the bottleneck, or else the
// first actor.
func (p *GraphPlan) Move(s *collector.Snapshot, sel Selection, way Way) Selection {
	if e := p.edgeAt(sel); e >= 0 {
		return p.moveEdge(e, sel, way)
	}
	if n := p.nodeAt(sel); n >= 0 {
		return p.moveNode(n, sel, way)
	}
	if i := int(s.Why.Actor); i >= 0 && i < len(p.nodeOf) && p.nodeOf[i] >= 0 {
		return Selection{SelectActor, i}
	}
	return p.First()
}

// First returns the first actor in reading order, Last the last.
func (p *GraphPlan) First() Selection {
	for _, layer := range p.Layout.Layers {
		for _, n := range layer {
			if i := p.nodes[n].actor; i >= 0 {
				return Selection{SelectActor, i}
			}
		}
	}
	return Selection{}
}

// Last returns the last actor in reading order.
func (p *GraphPlan) Last() Selection {
	for _, layer := range slices.Backward(p.Layout.Layers) {
		for _, n := range slices.Backward(layer) {
			if i := p.nodes[n].actor; i >= 0 {
				return Selection{SelectActor, i}
			}
		}
	}
	return Selection{}
}

func (p *GraphPlan) moveNode(n int, sel Selection, way Way) Selection {
	switch way {
	case WayLeft:
		return p.nearestEdge(n, p.inputs(n), sel)
	case WayRight:
		return p.nearestEdge(n, p.outputs(n), sel)
	}
	layer := p.Layout.Layers[p.Layout.Nodes[n].Layer]
	at := slices.Index(layer, n)
	step := 1
	if way == WayUp {
		step = -1
	}
	for k := at + step; k >= 0 && k < len(layer); k += step {
		if i := p.nodes[layer[k]].actor; i >= 0 {
			return Selection{SelectActor, i}
		}
	}
	return p.beyond(n, step, sel)
}

// beyond returns the nearest actor above or below node n in any layer: so that
// a node that is alone in its layer is no dead end.
func (p *GraphPlan) beyond(n, step int, sel Selection) Selection {
	here := p.Layout.Nodes[n]
	best, cost := sel, 0
	for k := range p.nodes {
		b := p.Layout.Nodes[k]
		dy := (b.Y - here.Y) * step
		if p.nodes[k].actor < 0 || b.Layer == here.Layer || dy <= 0 {
			continue
		}
		if c := dy*4 + abs(b.X-here.X); best == sel || c < cost {
			best, cost = Selection{SelectActor, p.nodes[k].actor}, c
		}
	}
	return best
}

// nearestEdge returns the edge whose end at node n is nearest to its middle.
func (p *GraphPlan) nearestEdge(n int, edges []int, sel Selection) Selection {
	box := p.Layout.Nodes[n]
	best, cost := sel, 0
	for _, e := range edges {
		r := &p.Layout.Edges[e]
		if len(r.Points) == 0 {
			continue
		}
		if c := abs(2*r.Gauge.Y - 2*box.Y - box.H + 1); best == sel || c < cost {
			best, cost = Selection{SelectChannel, p.edges[e].channels[0]}, c
		}
	}
	return best
}

func (p *GraphPlan) moveEdge(e int, sel Selection, way Way) Selection {
	end := p.edges[e].from
	switch way {
	case WayRight:
		end = p.edges[e].to
	case WayUp, WayDown:
		return p.nextGauge(e, sel, way)
	}
	if i := p.nodes[end].actor; i >= 0 {
		return Selection{SelectActor, i}
	}
	return sel
}

// nextGauge returns the edge whose gauge is the next one above or below, first
// of all in the same column.
func (p *GraphPlan) nextGauge(e int, sel Selection, way Way) Selection {
	here := p.Layout.Edges[e].Gauge
	best, cost := sel, 0
	for k := range p.edges {
		r := &p.Layout.Edges[k]
		dy := r.Gauge.Y - here.Y
		if way == WayUp {
			dy = -dy
		}
		if len(r.Points) == 0 || dy <= 0 {
			continue
		}
		if c := dy + 4*abs(r.Gauge.X-here.X); best == sel || c < cost {
			best, cost = Selection{SelectChannel, p.edges[k].channels[0]}, c
		}
	}
	return best
}

// inputs returns the edges that end at node n, from top to bottom.
func (p *GraphPlan) inputs(n int) []int {
	return p.sorted(func(e *planEdge) bool { return e.to == n })
}

// outputs returns the edges that begin at node n, sorted by where they end.
func (p *GraphPlan) outputs(n int) []int {
	return p.sorted(func(e *planEdge) bool { return e.from == n })
}

func (p *GraphPlan) sorted(wanted func(*planEdge) bool) []int {
	var out []int
	for e := range p.edges {
		if wanted(&p.edges[e]) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		ra, rb := &p.Layout.Edges[a], &p.Layout.Edges[b]
		return cmp.Or(ra.Gauge.Y-rb.Gauge.Y, ra.Gauge.X-rb.Gauge.X)
	})
	return out
}

// extent returns the cells that a selection takes: a box, or a gauge with its
// head.
func (p *GraphPlan) extent(sel Selection) (box layout.Box, ok bool) {
	if e := p.edgeAt(sel); e >= 0 {
		r := &p.Layout.Edges[e]
		if len(r.Points) == 0 {
			return box, false
		}
		x := min(r.Gauge.X, r.Head.X)
		return layout.Box{X: x, Y: r.Gauge.Y, W: p.measures.gauge() + 1, H: 1 + p.measures.label}, true
	}
	if n := p.nodeAt(sel); n >= 0 {
		return p.Layout.Nodes[n], true
	}
	return box, false
}

func abs(n int) int { return max(n, -n) }
