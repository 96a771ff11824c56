package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/layout"
)

// GraphPlan is where everything of a graph is, for one topology, pane and
// zoom. It is immutable, and takes time to make: the caller keeps it.
type GraphPlan struct {
	Layout *layout.Layout
	Level  Level
	Step   Zoom // of the ladder, 1 the largest
	Fits   bool // the pane shows all of it

	nodes    []planNode
	edges    []planEdge
	nodeOf   []int // node of each actor, -1 when it is not shown
	edgeOf   []int // edge of each channel, -1 when it is not shown
	inside   []int // node of which each channel joins two members, -1 for none
	grouping *grouping
	troupes  bool // FoldFit folds troupes
	measures measures
	asked    planKey
}

// planKey is what a plan depends on.
type planKey struct {
	instance         telemetry.Instance
	generation       uint64
	actors, channels int
	w, h             int
	zoom             Zoom
	focus            int
	fold             Folding
}

// PlanGraph returns the plan for a pane of w by h cells. It returns old, which
// may be nil, when that is still right, which costs nothing; otherwise old
// makes what stays the same stay where it is. To lay the graph out from
// scratch, pass nil.
func PlanGraph(s *collector.Snapshot, st GraphState, w, h int, old *GraphPlan) *GraphPlan {
	key := planKey{s.Instance, s.Generation, len(s.Actors), len(s.Channels), w, h, st.Zoom, st.Focus, st.Fold}
	if old != nil && old.asked == key {
		return old
	}
	f := &fitter{w: w, h: h}
	if old != nil && old.asked.focus == st.Focus && old.asked.fold == st.Fold {
		f.prev = old.Layout // what is unfolded has no place in the layers of the others
	}
	p := &GraphPlan{asked: key, grouping: groupsOf(s, old)}
	if p.troupes = f.fold(s, st, p.grouping, old); old != nil && p.troupes != old.troupes {
		f.prev = nil
	}
	p.nodes, p.edges = f.t.nodes, f.t.edges
	switch {
	case st.Zoom > ZoomFit:
		p.Step = min(st.Zoom, MaxZoom)
		p.measures = ladder[p.Step-1]
		p.Layout = f.do(&p.measures)
	case f.prev != nil && old.samePane(key) && f.keep(old):
		p.Step, p.measures, p.Layout = old.Step, old.measures, f.layout
	default:
		step := f.choose()
		p.Step, p.measures, p.Layout = Zoom(step+1), f.measures, f.layout
	}
	p.Level = p.measures.level
	p.Fits = p.Layout.W <= w && p.Layout.H <= h
	p.index(s)
	return p
}

// describes reports whether the plan was made for the topology of s.
func (p *GraphPlan) describes(s *collector.Snapshot) bool {
	k := p.asked
	return k.instance == s.Instance && k.generation == s.Generation && k.actors == len(s.Actors) && k.channels == len(s.Channels)
}

// samePane reports whether k differs from what p was made for in the topology
// alone.
func (p *GraphPlan) samePane(k planKey) bool {
	return p.asked.w == k.w && p.asked.h == k.h && p.asked.zoom == k.zoom && p.asked.fold == k.fold
}

// groupsOf returns the groups of s, those of old if that is of the same
// topology.
func groupsOf(s *collector.Snapshot, old *GraphPlan) *grouping {
	if old != nil && old.describes(s) {
		return old.grouping
	}
	return readGroups(s)
}

func (p *GraphPlan) index(s *collector.Snapshot) {
	p.nodeOf = make([]int, len(s.Actors))
	p.edgeOf = make([]int, len(s.Channels))
	p.inside = make([]int, len(s.Channels))
	for i := range p.nodeOf {
		p.nodeOf[i] = -1
	}
	for k := range p.edgeOf {
		p.edgeOf[k], p.inside[k] = -1, -1
	}
	for n := range p.nodes {
		v := &p.nodes[n]
		if v.actor >= 0 {
			p.nodeOf[v.actor] = n
		}
		for _, i := range v.members {
			p.nodeOf[i] = n
		}
		for _, k := range v.inside {
			p.inside[k] = n
		}
	}
	for e := range p.edges {
		for _, k := range p.edges[e].channels {
			p.edgeOf[k] = e
		}
	}
}

// fitter looks for the measures with which a graph fits a pane.
type fitter struct {
	t        *topology
	w, h     int
	prev     *layout.Layout
	measures measures       // the best so far
	layout   *layout.Layout // with them
}

// fewNodes is the least number of nodes for which FoldFit folds troupes: a graph
// of one node says nothing.
const fewNodes = 3

// fold reads the topology as it is to be folded, and reports whether FoldFit
// folds troupes: if the graph does not fit without. What was decided for a pane
// stays.
func (f *fitter) fold(s *collector.Snapshot, st GraphState, g *grouping, old *GraphPlan) bool {
	read := func(troupes bool) *topology { return readTopology(s, st.Focus, g, g.owners(st.Fold, troupes)) }
	f.t = read(false)
	if st.Fold.Mode != FoldFit || g.troupes() == 0 {
		return false
	}
	if old != nil && old.asked.w == f.w && old.asked.h == f.h && old.asked.fold.Mode == FoldFit {
		if old.troupes {
			f.t = read(true)
		}
		return old.troupes
	}
	less := read(true)
	if len(less.nodes) < fewNodes || len(less.nodes) == len(f.t.nodes) {
		return false
	}
	whole := *f
	if l := whole.do(&ladder[lastCompact]); l.W <= f.w && l.H <= f.h {
		return false
	}
	f.t = less
	return true
}

// do lays the graph out. Every further try keeps the order of the first, so
// that zoom never shuffles actors.
func (f *fitter) do(m *measures) *layout.Layout {
	l := layout.Do(f.t.sized(m), m.options(), f.prev)
	if f.prev == nil {
		f.prev = l
	}
	return l
}

// try lays the graph out with m and keeps that if it fits.
func (f *fitter) try(m measures) bool {
	l := f.do(&m)
	if l.W > f.w || l.H > f.h {
		return false
	}
	f.measures, f.layout = m, l
	return true
}

// keep tries the measures of a plan for the same pane and a topology that has
// much in common.
func (f *fitter) keep(old *GraphPlan) bool {
	l := f.do(&old.measures)
	f.measures, f.layout = old.measures, l
	return l.Pinned && (!old.Fits || l.W <= f.w && l.H <= f.h)
}

// choose takes the first step of the ladder that fits, and lets it grow into
// the space that is left. When none fits it takes the last but the dots.
func (f *fitter) choose() int {
	compact := ladder[lastCompact]
	base := f.do(&compact)
	for step := range ladder {
		m := ladder[step]
		if m.level == LevelDot || !f.hopeful(base, &m) || !f.try(m) {
			continue
		}
		if m.level <= LevelSlim {
			f.grow()
		}
		return step
	}
	slim := ladder[lastSlim]
	if len(base.Nodes) <= maxSlim {
		if l := f.do(&slim); l.H <= f.h {
			f.measures, f.layout = slim, l
			return lastSlim
		}
	}
	f.measures, f.layout = compact, base
	return lastCompact
}

// maxSlim bounds the graphs for which choose tries slim cards though they are
// too wide for the pane.
const maxSlim = 100

// hopeful reports whether measures m may fit, by counting what they need at
// least: it saves laying out a large graph for each step of the ladder.
func (f *fitter) hopeful(base *layout.Layout, m *measures) bool {
	width := 0
	for k, layer := range base.Layers {
		wide, high := 1, 0
		for _, n := range layer {
			w, h := m.node(&f.t.nodes[n])
			ports := f.t.nodes[n].ins * (1 + m.label)
			if m.level <= LevelSlim {
				ports += 2
			}
			wide, high = max(wide, w), high+max(h, ports)
		}
		if high+(len(layer)-1)*m.gap > f.h {
			return false
		}
		width += wide
		if k > 0 {
			width += m.gauge() + 2
		}
	}
	return width <= f.w
}

// Most cells that cards and gauges grow to: beyond, the eye has too far to go.
const (
	maxCard = 34
	maxBar  = 20
	maxRows = 7
	maxGap  = 3
)

// Sizes that are reached first: gauges with room for both figures below them,
// and cards in which most names fit.
const (
	wantBar  = 11
	wantCard = 16
)

// grow enlarges what fits into the space that is left: rows of cards and gaps
// for the height, then gauges and cards in turn for the width.
func (f *fitter) grow() {
	rows, gap := maxRows, maxGap
	if f.measures.level == LevelSlim {
		rows, gap = 3, 1
	}
	f.growBy(func(m *measures) bool { m.rows++; return m.rows <= rows })
	f.growBy(func(m *measures) bool { m.gap++; return m.gap <= gap })
	if f.measures.label > 0 {
		f.growBy(func(m *measures) bool { m.bar++; return m.bar <= wantBar })
		f.growBy(func(m *measures) bool { m.card++; return m.card <= wantCard })
	}
	for {
		bar := f.growBy1(func(m *measures) bool { m.bar++; return m.bar <= maxBar && m.bar*2 <= m.card+4 })
		card := f.growBy1(func(m *measures) bool { m.card++; return m.card <= maxCard })
		if !bar && !card {
			return
		}
	}
}

// growBy applies change as often as the result is wanted and fits.
func (f *fitter) growBy(change func(*measures) bool) {
	for f.growBy1(change) {
	}
}

func (f *fitter) growBy1(change func(*measures) bool) bool {
	m := f.measures
	return change(&m) && f.try(m)
}
