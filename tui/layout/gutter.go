package layout

// column is a layer and the gutter at its right, in cells.
type column struct {
	x, w   int // of the boxes
	heads  int // of the gutter: for arrow heads and gauges that point to the left
	lead   int // line before the first track
	tracks int
	spare  int // kept from the layout before, so that nothing moves to the left
	tail   int // for arrow heads and gauges that point to the right
}

// end returns the first cell after the gutter.
func (c *column) end() int { return c.x + c.w + c.gutter() }

func (c *column) gutter() int { return c.heads + c.lead + c.tracks + c.spare + c.tail }

// run is how a line crosses a gutter: from the row of its left port along it
// to track first, there to row jog, along that to track second, and there to
// the row of its other port. Without a dogleg both tracks are the same.
type run struct{ first, second, jog int }

// net is all lines that leave one port to the right. It has one vertical
// trunk, on a track of the gutter, from which they branch.
type net struct {
	port   int
	lefts  []int // rows at which it meets boxes of the left layer, its port's first
	rights []int // rows at which it meets items of the right layer
	lo, hi int   // rows of the trunk
	track  int   // -1 when it is a straight line and needs no trunk
	rest   int   // index of the net that holds its right side, after a split; -1
	jog    int   // row that leads there
	first  int   // -1, or the net that this one is the right side of
}

// gutter routes the nets between one layer and the next.
type gutter struct {
	w       *work
	nets    []net
	leftAt  []int // net that meets the left layer in a row, -1 for none
	rightAt []int
	jogs    []bool // rows that a dogleg uses
	spans   [][]span
	before  [][]int // nets that must be on tracks left of each net's
	state   []byte
}

// routeGutters assigns a track to every line that bends, gutter by gutter, and
// computes the columns.
func (w *work) routeGutters() {
	for i := range w.items {
		w.height = max(w.height, w.items[i].y+w.items[i].h)
	}
	if w.pin.rows {
		w.height = max(w.height, w.pin.prev.h)
	}
	bySeg := newFan(len(w.ports), len(w.segs), func(s int) int { return w.segs[s].a })
	byBend := newFan(len(w.ports), len(w.bends), func(b int) int { return w.bends[b].from })
	g := &gutter{w: w}
	w.cols = make([]column, len(w.layers))
	for l := range w.layers {
		g.reset()
		g.collect(l, &bySeg, &byBend)
		for g.split() {
		}
		g.assign()
		for n := range g.nets {
			g.record(n, &bySeg, &byBend)
		}
		w.sizeColumn(l, g)
	}
}

func (g *gutter) reset() {
	h := g.w.height
	g.nets = g.nets[:0]
	g.leftAt, g.rightAt, g.jogs = g.leftAt[:0], g.rightAt[:0], g.jogs[:0]
	for range h {
		g.addRow()
	}
}

func (g *gutter) addRow() {
	g.leftAt = append(g.leftAt, -1)
	g.rightAt = append(g.rightAt, -1)
	g.jogs = append(g.jogs, false)
}

// collect makes the nets of the gutter after layer l, in the order of their
// ports.
func (g *gutter) collect(l int, bySeg, byBend *fan) {
	w := g.w
	for _, i := range w.layers[l] {
		for _, p := range w.items[i].rights {
			segs, bends := bySeg.of(p), byBend.of(p)
			if len(segs)+len(bends) == 0 {
				continue // the end of a bend; it belongs to the net of its source
			}
			row := w.row(p)
			g.nets = append(g.nets, net{port: p, rest: -1, first: -1})
			n := &g.nets[len(g.nets)-1]
			n.lefts = append(n.lefts, row)
			for _, b := range bends {
				n.lefts = append(n.lefts, w.row(w.bends[b].to))
			}
			for _, s := range segs {
				n.rights = append(n.rights, w.row(w.segs[s].b))
			}
		}
	}
	for n := range g.nets {
		g.mark(n)
	}
}

// mark notes the rows of net n, and how far its trunk reaches.
func (g *gutter) mark(n int) {
	t := &g.nets[n]
	t.lo, t.hi = len(g.leftAt), -1
	meet := func(row int) { t.lo, t.hi = min(t.lo, row), max(t.hi, row) }
	for _, row := range t.lefts {
		g.leftAt[row] = n
		meet(row)
	}
	for _, row := range t.rights {
		g.rightAt[row] = n
		meet(row)
	}
	if t.rest >= 0 || t.first >= 0 {
		meet(t.jog)
	}
}

// record writes the tracks of net n to the lines that it is made of.
func (g *gutter) record(n int, bySeg, byBend *fan) {
	t := &g.nets[n]
	if t.first >= 0 {
		return // recorded with its left side
	}
	r := run{first: t.track, second: t.track}
	for _, b := range byBend.of(t.port) {
		g.w.bends[b].run = r
	}
	if t.rest >= 0 {
		r.second, r.jog = g.nets[t.rest].track, t.jog
	}
	for _, s := range bySeg.of(t.port) {
		g.w.segs[s].run = r
	}
}

// crowded reports whether a line would be hidden by the trunk of another one
// right where it leaves its box, if there were no cell between.
func (g *gutter) crowded() bool {
	if len(g.spans) == 0 {
		return false
	}
	for _, s := range g.spans[0] {
		for row := s.y; row <= s.end; row++ {
			if n := g.leftAt[row]; n >= 0 && n != s.item && g.nets[n].rest != s.item {
				return true
			}
		}
	}
	return false
}

// sizeColumn computes how wide layer l and its gutter are.
func (w *work) sizeColumn(l int, g *gutter) {
	c := &w.cols[l]
	var was *column
	if w.pin.rows && l < len(w.pin.prev.cols) {
		was = &w.pin.prev.cols[l]
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
	c.tracks = len(g.spans)
	c.lead = w.o.Lead
	if c.lead == 0 && g.crowded() {
		c.lead = 1
	}
	switch last := l+1 == len(w.layers); {
	case last && len(g.nets) == 0:
		c.lead = 0
	case c.tracks == 0 && !last:
		// Heads at both sides are in different rows, so they may share columns.
		c.lead = max(1, w.o.Lead)
		if c.heads > 0 && c.tail > 0 {
			wide := max(c.heads, c.tail)
			c.heads, c.tail = wide, 0
		}
	}
	if was != nil {
		c.spare = max(0, was.w+was.gutter()-c.w-c.gutter())
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
