package screen

// HLine draws a straight horizontal line of w cells.
func (c *Canvas) HLine(x, y, w int, wt Weight, st Style) {
	r := c.g.glyphs.Joint(Line(East, wt) | Line(West, wt))
	c.Fill(Rect{x, y, w, 1}, r, st)
}

// VLine draws a straight vertical line of h cells.
func (c *Canvas) VLine(x, y, h int, wt Weight, st Style) {
	r := c.g.glyphs.Joint(Line(North, wt) | Line(South, wt))
	c.Fill(Rect{x, y, 1, h}, r, st)
}

// Box draws a frame along the inner edge of r. A rectangle of one row or
// column becomes a line. The inside is not touched.
func (c *Canvas) Box(r Rect, wt Weight, st Style) {
	if r.Empty() {
		return
	}
	if r.H == 1 {
		c.HLine(r.X, r.Y, r.W, wt, st)
		return
	}
	if r.W == 1 {
		c.VLine(r.X, r.Y, r.H, wt, st)
		return
	}
	x1, y1 := r.X+r.W-1, r.Y+r.H-1
	c.HLine(r.X+1, r.Y, r.W-2, wt, st)
	c.HLine(r.X+1, y1, r.W-2, wt, st)
	c.VLine(r.X, r.Y+1, r.H-2, wt, st)
	c.VLine(x1, r.Y+1, r.H-2, wt, st)
	g := c.g.glyphs
	c.Set(r.X, r.Y, g.Joint(Line(East, wt)|Line(South, wt)), st)
	c.Set(x1, r.Y, g.Joint(Line(West, wt)|Line(South, wt)), st)
	c.Set(r.X, y1, g.Joint(Line(East, wt)|Line(North, wt)), st)
	c.Set(x1, y1, g.Joint(Line(West, wt)|Line(North, wt)), st)
}
