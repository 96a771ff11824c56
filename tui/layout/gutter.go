package layout

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
	was    run   // in the layout before; without tracks when that is not known
}

func newNet(port int) net {
	return net{port: port, rest: -1, first: -1, was: run{first: -1, second: -1}}
}

// recall notes how one of the lines of the net ran before. Bends end before
// the jog of a dogleg, so the others know more.
func (t *net) recall(was run) {
	if was.first != was.second || t.was.first < 0 && t.was.second < 0 {
		t.was = was
	}
}

// trunk reports whether the net needs a track.
func (t *net) trunk() bool { return t.lo != t.hi }

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
	kept    bool // tracks are those of the layout before, as far as it had any
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
		g.keepJogs()
		for g.split() {
		}
		w.openColumn(l)
		g.assign(&w.cols[l], w.room(l))
		for n := range g.nets {
			g.record(n, &bySeg, &byBend)
		}
		w.closeColumn(l, g)
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
			g.nets = append(g.nets, newNet(p))
			n := &g.nets[len(g.nets)-1]
			n.lefts = append(n.lefts, row)
			for _, b := range bends {
				n.lefts = append(n.lefts, w.row(w.bends[b].to))
				n.recall(w.ran(w.bends[b].edge, 0))
			}
			for _, s := range segs {
				n.rights = append(n.rights, w.row(w.segs[s].b))
				e := w.segs[s].edge
				n.recall(w.ran(e, s-w.edges[e].lo))
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
