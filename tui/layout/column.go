package layout

// column is a layer and the gutter at its right, in cells.
type column struct {
	x, w   int // of the boxes
	heads  int // of the gutter: for arrow heads and gauges that point to the left
	lead   int // line before the first track
	tracks int
	spare  int // kept from the layout before, so that nothing moves to the left
	tail   int // for arrow heads and gauges that point to the right, or line where there are none
}

// end returns the first cell after the gutter.
func (c *column) end() int { return c.x + c.w + c.gutter() }

func (c *column) gutter() int { return c.heads + c.lead + c.tracks + c.spare + c.tail }

// before returns the column that layer l had in the layout before, nil when
// there is none to keep.
func (w *work) before(l int) *column {
	if w.pin.rows && l < len(w.pin.prev.cols) {
		return &w.pin.prev.cols[l]
	}
	return nil
}

// openColumn computes what the boxes of layer l and the heads in its gutter
// take.
func (w *work) openColumn(l int) {
	c := &w.cols[l]
	if was := w.before(l); was != nil {
		c.w = was.w
	}
	for _, i := range w.layers[l] {
		if w.real(i) {
			c.w = max(c.w, w.g.Nodes[i].W, 1)
		}
	}
	for _, i := range w.layers[l] {
		for _, p := range w.items[i].rights {
			if w.ports[p].head {
				c.heads = max(c.heads, w.boxWidth(i, c.w)+1+w.o.Gauge-c.w)
			}
		}
	}
	if l+1 < len(w.layers) {
		for _, i := range w.layers[l+1] {
			for _, p := range w.items[i].lefts {
				if w.ports[p].head {
					c.tail = 1 + w.o.Gauge
				}
			}
		}
	}
}

// room returns the cells that the gutter after layer l has for tracks and what
// leads to them without moving the next layer; -1 when nothing is to be kept.
func (w *work) room(l int) int {
	was, c := w.before(l), &w.cols[l]
	if was == nil {
		return -1
	}
	return was.w + was.gutter() - c.w - c.heads - c.tail
}

// closeColumn computes how wide the gutter after layer l is, now that it has
// tracks.
func (w *work) closeColumn(l int, g *gutter) {
	c := &w.cols[l]
	was, room := w.before(l), w.room(l)
	c.tracks, c.lead = len(g.spans), g.lead()
	if trail := g.trail(c); trail > 0 {
		c.tail = trail
		room -= trail
	}
	switch last := l+1 == len(w.layers); {
	case last && len(g.nets) == 0:
		c.lead = 0
	case c.tracks == 0 && !last:
		// Heads at both sides are in different rows, so they may share columns.
		c.lead = max(1, w.o.Lead)
		if c.heads > 0 && c.tail > 0 {
			wide := max(c.heads, c.tail)
			room += c.heads + c.tail - wide
			c.heads, c.tail = wide, 0
		}
	case g.kept && was.tracks > 0:
		// Tracks that stay are to stay in the same cells too.
		less := was.heads - c.heads
		if less >= 0 && was.lead >= c.lead && less+was.lead+c.tracks <= room {
			room -= less
			c.heads, c.lead = was.heads, was.lead
		}
	}
	if was != nil {
		c.spare = max(0, room-c.lead-c.tracks)
	}
	if l > 0 {
		c.x = w.cols[l-1].end()
	}
}

// boxWidth returns the width of the box of node i in a column of width col.
func (w *work) boxWidth(i, col int) int {
	if w.o.Stretch {
		return col
	}
	return max(1, w.g.Nodes[i].W)
}

// width returns the cells that tracks and what leads to and from them take in
// the gutter of c.
func (g *gutter) width(c *column) int { return g.lead() + len(g.spans) + g.trail(c) }

// lead returns the cells of line before the first track.
func (g *gutter) lead() int {
	if g.w.o.Lead == 0 && g.hides(0, g.leftAt) {
		return 1
	}
	return g.w.o.Lead
}

// trail returns the cells of line that the gutter of c needs after the last
// track because there are no heads, which have room before them.
func (g *gutter) trail(c *column) int {
	if c.tail == 0 && g.hides(len(g.spans)-1, g.rightAt) {
		return 1
	}
	return 0
}

// hides reports whether a trunk on a track crosses the end of another line,
// which could not be seen if it were right next to its box.
func (g *gutter) hides(track int, ends []int) bool {
	if len(g.spans) == 0 {
		return false
	}
	for _, s := range g.spans[track] {
		for row := s.y; row <= s.end; row++ {
			if n := ends[row]; n >= 0 && g.nets[n].port != g.nets[s.item].port {
				return true
			}
		}
	}
	return false
}
