package view

import (
	"sync"

	"github.com/steadytop/steadytop/tui/screen"
)

// pen collects the lines of all edges in the visible cells before they are
// drawn, because what a cell shows depends on all lines through it: lines of
// one net join, and of two that cross the vertical one is on top.
type pen struct {
	window screen.Rect
	cells  []stroke
}

// stroke is the lines in one cell. Horizontal and vertical lines are kept
// apart; the edge of the highest rank decides how they look.
type stroke struct {
	h, v       screen.Lines
	hNet, vNet int32 // 1 + the net
	hEdge      int32
	vEdge      int32
	solid      bool // a line through it is not feedback
}

var pens = sync.Pool{New: func() any { return new(pen) }}

// newPen returns an empty pen for the cells of window.
func newPen(window screen.Rect) *pen {
	p := pens.Get().(*pen)
	p.window = window
	n := window.W * window.H
	if cap(p.cells) < n {
		p.cells = make([]stroke, n)
	}
	p.cells = p.cells[:n]
	clear(p.cells)
	return p
}

// at returns the stroke of a cell; nil outside of the window.
func (p *pen) at(x, y int) *stroke {
	if !p.window.In(x, y) {
		return nil
	}
	return &p.cells[(y-p.window.Y)*p.window.W+x-p.window.X]
}

// ink is how the line of one edge is drawn.
type ink struct {
	edge, net int32
	weight    screen.Weight
	dashed    bool
}

// horizontal adds lines that leave the cell to the east or the west.
func (p *pen) horizontal(x, y int, l screen.Lines, k ink, looks []edgeLook) {
	s := p.at(x, y)
	if s == nil {
		return
	}
	if s.hNet == 0 || looks[k.edge].rank > looks[s.hEdge].rank {
		s.hEdge = k.edge
	}
	s.h, s.hNet = s.h.Join(l), k.net+1
	s.solid = s.solid || !k.dashed
}

// vertical adds lines that leave the cell to the north or the south.
func (p *pen) vertical(x, y int, l screen.Lines, k ink, looks []edgeLook) {
	s := p.at(x, y)
	if s == nil {
		return
	}
	if s.vNet == 0 || looks[k.edge].rank > looks[s.vEdge].rank {
		s.vEdge = k.edge
	}
	s.v, s.vNet = s.v.Join(l), k.net+1
	s.solid = s.solid || !k.dashed
}

// row draws a horizontal line from x0 to x1, which may be at its left.
func (p *pen) row(x0, x1, y int, k ink, looks []edgeLook) {
	if x1 < x0 {
		x0, x1 = x1, x0
	}
	east, west := screen.Line(screen.East, k.weight), screen.Line(screen.West, k.weight)
	for x := max(x0, p.window.X); x <= min(x1, p.window.X+p.window.W-1); x++ {
		var l screen.Lines
		if x > x0 {
			l |= west
		}
		if x < x1 {
			l |= east
		}
		p.horizontal(x, y, l, k, looks)
	}
}

// column draws a vertical line from y0 to y1, which may be above it.
func (p *pen) column(x, y0, y1 int, k ink, looks []edgeLook) {
	if y1 < y0 {
		y0, y1 = y1, y0
	}
	north, south := screen.Line(screen.North, k.weight), screen.Line(screen.South, k.weight)
	for y := max(y0, p.window.Y); y <= min(y1, p.window.Y+p.window.H-1); y++ {
		var l screen.Lines
		if y > y0 {
			l |= north
		}
		if y < y1 {
			l |= south
		}
		p.vertical(x, y, l, k, looks)
	}
}

// draw puts the collected lines onto the canvas.
func (p *pen) draw(c *screen.Canvas, looks []edgeLook) {
	g := c.Glyphs()
	for i := range p.cells {
		s := &p.cells[i]
		if s.hNet == 0 && s.vNet == 0 {
			continue
		}
		lines, edge := s.h|s.v, s.hEdge
		if s.vNet != 0 && (s.hNet == 0 || s.hNet != s.vNet || looks[s.vEdge].rank > looks[s.hEdge].rank) {
			edge = s.vEdge
		}
		if s.hNet != 0 && s.vNet != 0 && s.hNet != s.vNet {
			lines = s.v
		}
		r := g.Joint(lines)
		if !s.solid {
			r = dashed(g, lines, r)
		}
		c.Set(p.window.X+i%p.window.W, p.window.Y+i/p.window.W, r, looks[edge].line)
	}
}

// dashed returns the broken twin of a straight line, and of all else r.
func dashed(g *screen.GlyphSet, l screen.Lines, r rune) rune {
	e, w := l.Weight(screen.East), l.Weight(screen.West)
	n, s := l.Weight(screen.North), l.Weight(screen.South)
	switch {
	case n == 0 && s == 0 && (e > screen.Light || w > screen.Light):
		return g.HeavyDashH
	case n == 0 && s == 0:
		return g.DashH
	case e == 0 && w == 0 && (n > screen.Light || s > screen.Light):
		return g.HeavyDashV
	case e == 0 && w == 0:
		return g.DashV
	}
	return r
}
