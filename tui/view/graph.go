package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/layout"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// GraphState is what a user chose in the graph pane. The zero value shows the
// whole graph as large as it fits, with nothing selected. It is a value: the
// functions that change it return a new one.
type GraphState struct {
	Zoom     Zoom      // ZoomFit, or a fixed level
	Fold     Folding   // which actors are shown as one
	Focus    int       // 0 for the whole graph; n shows only actor n-1 and its neighbours
	X, Y     int       // first cell of the layout in the pane, where it does not fit
	Selected Selection // an actor, a channel, or nothing
	Query    string    // what does not match is dimmed; "" for no search
}

// SelectKind says what a Selection is.
type SelectKind uint8

// The kinds of selections.
const (
	SelectNothing SelectKind = iota
	SelectActor
	SelectChannel
)

// Selection is an actor or a channel by its index in the Snapshot. It is valid
// within one instance and generation; Follow carries it over to another. What
// is folded is selected when any of it is.
type Selection struct {
	Kind  SelectKind
	Index int // in Snapshot.Actors or Snapshot.Channels
}

// DrawGraph draws the graph into the whole of c, as p has it laid out for the
// size of c. Nothing that is measured moves anything. A plan for another
// topology than that of s is replaced, at the price of making one each time.
func DrawGraph(c *screen.Canvas, s *collector.Snapshot, p *GraphPlan, st GraphState, th *theme.Theme) {
	w, h := c.Size()
	if !p.describes(s) {
		p = PlanGraph(s, st, w, h, p)
	}
	if len(p.Layout.Nodes) == 0 {
		text := "no actors"
		if s.Link == collector.LinkConnecting {
			text = "waiting for the service"
		}
		centred(c, w, h/2, text, th.Muted)
		return
	}
	x, y := p.origin(st, w, h)
	d := &drawing{
		c: c.Sub(screen.Rect{X: -x, Y: -y, W: p.Layout.W, H: p.Layout.H}),
		s: s, p: p, st: st, th: th,
		window: screen.Rect{X: x, Y: y, W: w, H: h}, selected: -1,
	}
	if e := p.edgeAt(st.Selected); e < 0 {
		d.selected = p.nodeAt(st.Selected)
	}
	d.edges()
	for n := range p.Layout.Nodes {
		d.node(n)
	}
	d.ports()
	d.more(c)
	d.release()
}

// drawing is one run of DrawGraph. Its canvas has the coordinates of the
// layout.
type drawing struct {
	c      *screen.Canvas
	s      *collector.Snapshot
	p      *GraphPlan
	st     GraphState
	th     *theme.Theme
	window screen.Rect // the visible part of the layout
	pen    *pen

	selected int        // node that is selected, -1 for none
	lookOf   []edgeLook // of each edge
}

// visible reports whether any cell of r is in the window.
func (d *drawing) visible(r screen.Rect) bool { return !d.window.Intersect(r).Empty() }

func boxRect(b layout.Box) screen.Rect { return screen.Rect{X: b.X, Y: b.Y, W: b.W, H: b.H} }

// node draws the box of a node.
func (d *drawing) node(n int) {
	box := boxRect(d.p.Layout.Nodes[n])
	if !d.visible(box) {
		return
	}
	i := d.p.nodes[n].actor
	if i < 0 {
		d.outside(n, box)
		return
	}
	look := nodeLook{
		actor:    &d.s.Actors[i],
		node:     &d.p.nodes[n],
		index:    n,
		selected: d.selected == n,
		match:    d.p.matches(d.s, n, d.st.Query),
	}
	var sum collector.Actor
	if look.node.group != nil {
		sum, look.crowd = d.p.sum(d.s, n, d.p.Level <= LevelSlim)
		look.actor = &sum
	}
	look.sign, look.signStyle = actorSign(d.c.Glyphs(), look.actor, d.th)
	if look.hogs = d.hogs(n); look.hogs > 0 && look.sign != d.c.Glyphs().Bottleneck {
		look.sign, look.signStyle = d.c.Glyphs().Warning, d.th.Severity(collector.Hot)
	}
	look.faded = d.st.Query != "" && !look.match
	switch d.p.Level {
	case LevelCompact, LevelDot:
		d.compact(box, &look)
	default:
		d.card(box, &look)
	}
}

// hogs returns how many actors of a node keep their troupe from running.
func (d *drawing) hogs(n int) int {
	count := 0
	for i := range d.s.Findings {
		f := &d.s.Findings[i]
		if f.Kind == collector.FindingHog && f.Actor >= 0 && int(f.Actor) < len(d.p.nodeOf) && d.p.nodeOf[f.Actor] == n {
			count++
		}
	}
	return count
}

// nodeLook is how an actor is to be shown.
type nodeLook struct {
	actor     *collector.Actor
	node      *planNode
	index     int   // of the node
	crowd     crowd // of a group
	hogs      int   // actors in it that keep their troupe from running
	sign      rune  // what it does
	signStyle screen.Style
	selected  bool
	match     bool // its name matches the search
	faded     bool // there is a search, and it does not
}

// title returns the style of the actor's name.
func (l *nodeLook) title(th *theme.Theme) screen.Style {
	switch {
	case l.match:
		return th.Match
	case l.actor.Severity >= collector.Full:
		return th.Severity(l.actor.Severity)
	}
	return th.Strong
}

// outside draws the far end of a channel that leads out of the graph, on the
// row of its line.
func (d *drawing) outside(n int, box screen.Rect) {
	for e := range d.p.edges {
		r := &d.p.Layout.Edges[e]
		switch {
		case len(r.Points) == 0:
		case d.p.edges[e].from == n:
			d.c.TextRight(box.X, r.Points[0].Y, box.W, outside, d.th.Muted)
		case d.p.edges[e].to == n:
			d.c.Text(box.X, r.Head.Y, box.W, outside, d.th.Muted)
		}
	}
}

// outside is what stands for whatever is at the far end of a channel that
// leads out of the graph.
const outside = "outside"
