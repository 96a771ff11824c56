package layout

import "slices"

// finish turns rows, tracks and columns into boxes and routes.
func (w *work) finish() *Layout {
	l := &Layout{
		H:         w.height,
		Nodes:     make([]Box, len(w.g.Nodes)),
		Edges:     make([]Route, len(w.g.Edges)),
		Layers:    make([][]int, len(w.layers)),
		Crossings: w.crossings,
		Pinned:    w.pin.rows,
	}
	for i := range w.g.Nodes {
		t := &w.items[i]
		c := &w.cols[t.layer]
		l.Nodes[i] = Box{X: c.x, Y: t.y, W: w.boxWidth(i, c.w), H: t.h, Layer: t.layer}
	}
	if n := len(w.cols); n > 0 {
		l.W = w.cols[n-1].end()
	}
	for k, layer := range w.layers {
		for _, i := range layer {
			if w.real(i) {
				l.Layers[k] = append(l.Layers[k], i)
			}
		}
	}
	// All points live in one array; routes are cut out of it at the end, when
	// it does not move any more.
	points := make([]Point, 0, 4*len(w.segs)+4*len(w.bends))
	cuts := make([]int, len(w.edges)+1)
	for e := range w.edges {
		points = w.route(points, e, &l.Edges[e], l)
		cuts[e+1] = len(points)
	}
	for e := range w.edges {
		r := &l.Edges[e]
		if cuts[e] < cuts[e+1] {
			r.Points = points[cuts[e]:cuts[e+1]:cuts[e+1]]
			r.Straight = len(r.Points) <= 2
		}
		if r.Straight {
			l.Straight++
		}
	}
	l.pins = w.remember(l.H)
	return l
}

// route appends the points of edge e and fills in the rest of its Route.
func (w *work) route(points []Point, e int, r *Route, l *Layout) []Point {
	f := &w.edges[e]
	if !f.valid {
		return points
	}
	tail, head := w.ends(e)
	r.Feedback, r.Leftward = f.feedback, w.ports[head].right
	r.Net = tail
	target := &l.Nodes[w.g.Edges[e].To]
	row := w.row(head)
	if r.Leftward {
		r.Head = Point{target.X + target.W, row}
		r.Gauge = Point{r.Head.X + 1, row}
	} else {
		r.Head = Point{target.X - 1, row}
		r.Gauge = Point{r.Head.X - w.o.Gauge, row}
	}
	start := len(points)
	add := func(x, y int) { points = addPoint(points, start, Point{x, y}) }
	if f.bend >= 0 {
		b := &w.bends[f.bend]
		source := &l.Nodes[w.g.Edges[e].From]
		x := w.trackX(source.Layer, b.run.first)
		add(source.X+source.W, w.row(tail))
		add(x, w.row(tail))
		add(x, row)
		add(r.Head.X, row)
		return points
	}
	first, last := w.segs[f.lo].a, w.segs[f.hi-1].b
	left := &l.Nodes[w.ports[first].item]
	add(left.X+left.W, w.row(first))
	for s := f.lo; s < f.hi; s++ {
		g := &w.segs[s]
		a, b := w.row(g.a), w.row(g.b)
		if a == b {
			continue
		}
		layer := w.items[w.ports[g.a].item].layer
		x := w.trackX(layer, g.run.first)
		add(x, a)
		if g.run.second != g.run.first {
			add(x, g.run.jog)
			x = w.trackX(layer, g.run.second)
			add(x, g.run.jog)
		}
		add(x, b)
	}
	add(l.Nodes[w.ports[last].item].X-1, w.row(last))
	if f.back {
		slices.Reverse(points[start:])
	}
	return points
}

// trackX returns the column of a track in the gutter after a layer.
func (w *work) trackX(layer, track int) int {
	c := &w.cols[layer]
	return c.x + c.w + c.heads + c.lead + track
}

// addPoint appends p to the line that begins at points[start], leaving out
// what is no bend.
func addPoint(points []Point, start int, p Point) []Point {
	n := len(points)
	if n > start && points[n-1] == p {
		return points
	}
	if n > start+1 {
		a, b := points[n-2], points[n-1]
		if a.X == b.X && b.X == p.X || a.Y == b.Y && b.Y == p.Y {
			points[n-1] = p
			return points
		}
	}
	return append(points, p)
}
