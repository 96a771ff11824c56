package view

import "github.com/steadytop/steadytop/tui/screen"

// more marks the sides of the pane behind which there is more to see. A mark
// looks like the head of an edge, so it keeps away from lines and boxes.
func (d *drawing) more(c *screen.Canvas) {
	w, h := c.Size()
	g, st := c.Glyphs(), d.th.Accent.With(screen.Reverse)
	l := d.p.Layout
	if d.window.X > 0 {
		c.Set(0, middle(h, func(y int) bool { return d.blank(0, y) && d.blank(1, y) }), g.Left, st)
	}
	if d.window.X+w < l.W {
		c.Set(w-1, middle(h, func(y int) bool { return d.blank(w-1, y) && d.blank(w-2, y) }), g.Right, st)
	}
	if d.window.Y > 0 {
		c.Set(middle(w, func(x int) bool { return d.blank(x, 0) && d.blank(x, 1) }), 0, g.Up, st)
	}
	if d.window.Y+h < l.H {
		c.Set(middle(w, func(x int) bool { return d.blank(x, h-1) && d.blank(x, h-2) }), h-1, g.Down, st)
	}
}

// middle returns the one of n cells that is next to the middle and good, the
// middle itself when none is.
func middle(n int, good func(int) bool) int {
	for off := range n/2 + 1 {
		for _, i := range [...]int{n/2 - off, n/2 + off} {
			if i >= 0 && i < n && good(i) {
				return i
			}
		}
	}
	return n / 2
}

// blank reports whether no line and no box reaches a cell of the pane. What is
// measured does not matter to that.
func (d *drawing) blank(x, y int) bool {
	x, y = x+d.window.X, y+d.window.Y
	if s := d.pen.at(x, y); s != nil && (s.h != 0 || s.v != 0) {
		return false
	}
	for n := range d.p.Layout.Nodes {
		if boxRect(d.p.Layout.Nodes[n]).In(x, y) {
			return false
		}
	}
	return true
}
