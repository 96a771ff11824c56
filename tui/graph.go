package tui

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/view"
)

// graphPanes is how the main view is divided: the graph, and what explains it
// where there is room. A pane that has none is empty.
type graphPanes struct {
	graph, legend, why, facts, events screen.Rect
}

// From these sizes on there are panes below the graph, a legend, and panes
// side by side.
const (
	panesFrom  = 16
	legendFrom = 20
	wideFrom   = 120
	tallFrom   = 32
)

// divide gives most of a pane to the graph. What depends on the size alone
// never moves the graph.
func divide(r screen.Rect) graphPanes {
	p := graphPanes{graph: r}
	switch {
	case r.H < panesFrom:
		return p
	case r.W >= wideFrom && r.H >= tallFrom:
		var strip screen.Rect
		strip, p.graph = r.SplitBottom(max(7, r.H/6))
		p.why, strip = strip.SplitLeft(r.W * 2 / 5)
		p.why.W--
		p.facts, p.events = strip.SplitTop(2)
		if p.events.H > 0 {
			p.events.Y, p.events.H = p.events.Y+1, p.events.H-1
		}
	default:
		p.events, p.graph = r.SplitBottom(2)
		p.facts, p.graph = p.graph.SplitBottom(2)
		p.why, p.graph = p.graph.SplitBottom(min(4, 2+(r.H-panesFrom)/4))
	}
	if r.H >= legendFrom {
		p.legend, p.graph = p.graph.SplitBottom(1)
	}
	return p
}

// drawGraph draws the main view.
func (m *model) drawGraph(c *screen.Canvas, s *collector.Snapshot) {
	p := divide(c.Bounds())
	m.layOut(s, p.graph.W, p.graph.H)
	view.DrawGraph(c.Sub(p.graph), s, m.plan, m.graph, m.theme)
	if !p.legend.Empty() {
		view.DrawGraphLegend(c.Sub(p.legend), m.theme)
	}
	if p.why.Empty() {
		return
	}
	view.DrawWhy(c.Sub(p.why), s, m.theme)
	view.DrawEvents(c.Sub(p.events), s, m.theme)
	m.plan.DrawFacts(c.Sub(p.facts), s, m.graph.Selected, m.theme)
}

// layOut brings the plan of the graph up to date.
func (m *model) layOut(s *collector.Snapshot, w, h int) {
	now := view.PlanGraph(s, m.graph, w, h, m.plan)
	if now != m.plan {
		m.graph = m.graph.Carry(m.plan, now)
		m.plan = now
	}
}
