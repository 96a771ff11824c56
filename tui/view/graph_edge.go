package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// edgeLook is how an edge is to be shown.
type edgeLook struct {
	channel  int           // the fullest lane
	fill     collector.Num // of all lanes
	rank     int           // of lines that share a cell, the highest decides the colour
	severity collector.Severity
	line     screen.Style
	head     screen.Style
	weight   screen.Weight
	selected bool
	faded    bool
	visible  bool
}

// looks computes how each edge looks.
func (d *drawing) looks() []edgeLook {
	out := make([]edgeLook, len(d.p.edges))
	for e := range out {
		out[e] = d.look(e)
	}
	return out
}

func (d *drawing) look(e int) edgeLook {
	lanes := d.p.edges[e].channels
	l := edgeLook{channel: lanes[0]}
	var held, room uint64
	for _, k := range lanes {
		ch := &d.s.Channels[k]
		l.severity = max(l.severity, ch.Severity)
		if ch.Fill > d.s.Channels[l.channel].Fill {
			l.channel = k
		}
		held, room = held+ch.Length, room+ch.Capacity
		l.selected = l.selected || d.st.Selected == Selection{SelectChannel, k}
	}
	l.fill = d.s.Channels[l.channel].Fill
	if len(lanes) > 1 && l.fill.Known() && room > 0 {
		l.fill = collector.Num(float64(held) / float64(room))
	}
	l.line, l.weight = d.th.Edge(l.severity), edgeWeight(d.th, l.severity)
	l.rank = int(l.severity)
	l.head = l.line
	if d.p.Layout.Edges[e].Feedback && l.severity < collector.Hot {
		l.line, l.head = d.th.Feedback, d.th.Feedback
	}
	switch {
	case l.selected:
		l.rank += 100
		l.line, l.head = d.th.Select(l.line), d.th.Select(l.head)
	case d.st.Query != "" && !d.found(e):
		l.faded = true
		l.rank -= 100
		l.line, l.head = d.th.Fade(l.line), d.th.Fade(l.head)
	}
	return l
}

// edgeWeight returns the weight of an edge's line. Double lines have no
// characters to join or cross lighter ones, so a full edge is heavy, as a hot
// one is; its gauge tells them apart.
func edgeWeight(th *theme.Theme, s collector.Severity) screen.Weight {
	return min(th.Weight(s), screen.Heavy)
}

// found reports whether a search means edge e: by its own name, or because it
// joins two actors that it means.
func (d *drawing) found(e int) bool {
	for _, k := range d.p.edges[e].channels {
		if graphMatch(d.s.Channels[k].Name, d.st.Query) {
			return true
		}
	}
	return d.p.matches(d.s, d.p.edges[e].from, d.st.Query) && d.p.matches(d.s, d.p.edges[e].to, d.st.Query)
}

// edges draws lines, gauges and heads.
func (d *drawing) edges() {
	d.pen = newPen(d.window)
	d.lookOf = d.looks()
	for e := range d.lookOf {
		d.lookOf[e].visible = d.trace(e)
	}
	d.pen.draw(d.c, d.lookOf)
	for e := range d.lookOf {
		if d.lookOf[e].visible {
			d.gauge(e)
		}
	}
}

// trace gives the line of edge e to the pen, with a stub into the frame of the
// card that it leaves. It reports whether any of it is near the window.
func (d *drawing) trace(e int) bool {
	r := &d.p.Layout.Edges[e]
	if len(r.Points) == 0 {
		return false
	}
	lo, hi := r.Points[0], r.Points[0]
	for _, p := range r.Points {
		lo.X, lo.Y = min(lo.X, p.X), min(lo.Y, p.Y)
		hi.X, hi.Y = max(hi.X, p.X), max(hi.Y, p.Y)
	}
	if !d.visible(screen.Rect{X: lo.X - 1, Y: lo.Y, W: hi.X - lo.X + 3, H: hi.Y - lo.Y + 2}) {
		return false
	}
	l := &d.lookOf[e]
	k := ink{edge: int32(e), net: int32(r.Net), weight: l.weight, dashed: r.Feedback}
	start := r.Points[0]
	if d.exitsLeft(e) {
		d.pen.row(start.X, start.X+1, start.Y, k, d.lookOf)
	} else {
		d.pen.row(start.X-1, start.X, start.Y, k, d.lookOf)
	}
	for i := 1; i < len(r.Points); i++ {
		a, b := r.Points[i-1], r.Points[i]
		if a.Y == b.Y {
			d.pen.row(a.X, b.X, a.Y, k, d.lookOf)
		} else {
			d.pen.column(a.X, a.Y, b.Y, k, d.lookOf)
		}
	}
	return true
}

// exitsLeft reports whether edge e leaves its source at the left side.
func (d *drawing) exitsLeft(e int) bool {
	return d.p.Layout.Edges[e].Points[0].X < d.p.Layout.Nodes[d.p.edges[e].from].X
}

// ports joins the lines to the frames of the cards that they leave.
func (d *drawing) ports() {
	if d.p.Level > LevelSlim {
		return
	}
	g := d.c.Glyphs()
	frame := screen.Line(screen.North, screen.Light) | screen.Line(screen.South, screen.Light)
	for e := range d.lookOf {
		if !d.lookOf[e].visible || d.p.nodes[d.p.edges[e].from].actor < 0 {
			continue
		}
		start := d.p.Layout.Edges[e].Points[0]
		x := start.X - 1
		if d.exitsLeft(e) {
			x = start.X + 1
		}
		if s := d.pen.at(x, start.Y); s != nil {
			st := d.c.Cell(x, start.Y).Style
			if look := &d.lookOf[s.hEdge]; look.severity >= collector.Hot && !look.faded {
				st = look.line
			}
			d.c.Set(x, start.Y, g.Joint(frame|s.h), st)
		}
	}
}

func (d *drawing) release() { pens.Put(d.pen) }
