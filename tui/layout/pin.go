package layout

// pins is what a layout remembers for the next one.
type pins struct {
	o     Options
	nodes []nodePin
	edges []edgePin
	cols  []column
	h     int
}

type nodePin struct {
	key        string
	minW, minH int // as asked for
	layer, pos int
	y, h       int
	out        int // row of the port at which its edges leave, -1 for none
}

type edgePin struct {
	key      string
	feedback bool
	lo, hi   int   // layers of the ends, the left one first
	passes   []way // one for each layer between them
	runs     []run // one for each gutter between them, or that of a bend
	tail     int   // row within the source at which a leftward edge leaves it
	head     int   // row within the target
}

// way is where a long edge passes a layer.
type way struct{ pos, y int }

// pinned is what this run knows of the layout before.
type pinned struct {
	known bool // layers, order and directions are kept
	rows  bool // rows too
	depth int  // layers that it had
	node  []*nodePin
	edge  []*edgePin
	prev  *pins
}

// recall finds the nodes and edges of this graph in the layout before. Each of
// its pins serves once, so that a key used twice does no harm.
func (w *work) recall(prev *Layout) {
	if prev == nil {
		return
	}
	p := &prev.pins
	nodes := make(map[string]*nodePin, len(p.nodes))
	for i := range p.nodes {
		nodes[p.nodes[i].key] = &p.nodes[i]
	}
	edges := make(map[string]*edgePin, len(p.edges))
	for i := range p.edges {
		edges[p.edges[i].key] = &p.edges[i]
	}
	pin := pinned{
		rows: p.o == w.o, depth: len(prev.Layers), prev: p,
		node: make([]*nodePin, len(w.g.Nodes)), edge: make([]*edgePin, len(w.g.Edges)),
	}
	found := 0
	for i := range w.g.Nodes {
		n := &w.g.Nodes[i]
		q := nodes[n.Key]
		if q == nil {
			continue
		}
		delete(nodes, n.Key)
		pin.node[i] = q
		found++
		pin.rows = pin.rows && q.minW == n.W && q.minH == n.H
	}
	if 2*found < len(w.g.Nodes) {
		return
	}
	for i := range w.g.Edges {
		key := w.g.Edges[i].Key
		if q := edges[key]; q != nil && w.edges[i].valid {
			delete(edges, key)
			pin.edge[i] = q
		}
	}
	pin.known = true
	w.pin = pin
}

// pass returns where the layout before led dummy i, if it did.
func (w *work) pass(i int) (way, bool) {
	t := &w.items[i]
	if q := w.edgePin(t.edge); q != nil {
		return q.passes[t.layer-q.lo-1], true
	}
	return way{}, false
}

// ran returns how edge e crossed the k-th gutter on its way in the layout
// before; a run without tracks when it was a straight line there, or unknown.
func (w *work) ran(e, k int) run {
	if w.pin.rows {
		if q := w.edgePin(e); q != nil && k < len(q.runs) {
			return q.runs[k]
		}
	}
	return run{first: -1, second: -1}
}

// edgePin returns the pin of edge e, nil when there is none or when an end of
// it is in another layer now.
func (w *work) edgePin(e int) *edgePin {
	q := w.pin.edge[e]
	if q == nil {
		return nil
	}
	lo, hi := w.layer[w.g.Edges[e].From], w.layer[w.g.Edges[e].To]
	if q.lo != min(lo, hi) || q.hi != max(lo, hi) {
		return nil
	}
	return q
}

// remember collects the pins for the next layout.
func (w *work) remember(height int) pins {
	p := pins{o: w.o, cols: w.cols, h: height}
	p.nodes = make([]nodePin, len(w.g.Nodes))
	for i := range w.g.Nodes {
		n, t := &w.g.Nodes[i], &w.items[i]
		p.nodes[i] = nodePin{n.Key, n.W, n.H, t.layer, t.pos, t.y, t.h, -1}
		if o := w.outs[i]; o >= 0 {
			p.nodes[i].out = w.ports[o].off
		}
	}
	p.edges = make([]edgePin, 0, len(w.g.Edges))
	ways := make([]way, 0, len(w.items))
	runs := make([]run, 0, len(w.segs)+len(w.bends))
	for e := range w.g.Edges {
		f := &w.edges[e]
		if !f.valid {
			continue // new, should both of its ends appear
		}
		lf, lt := w.layer[w.g.Edges[e].From], w.layer[w.g.Edges[e].To]
		q := edgePin{key: w.g.Edges[e].Key, feedback: f.feedback, lo: min(lf, lt), hi: max(lf, lt)}
		way0, run0 := len(ways), len(runs)
		for s := f.lo; s < f.hi; s++ {
			runs = append(runs, w.segs[s].run)
			if s+1 < f.hi {
				t := &w.items[w.ports[w.segs[s].b].item]
				ways = append(ways, way{t.pos, t.y})
			}
		}
		if f.bend >= 0 {
			runs = append(runs, w.bends[f.bend].run)
		}
		q.passes, q.runs = ways[way0:len(ways):len(ways)], runs[run0:len(runs):len(runs)]
		tail, head := w.ends(e)
		q.tail, q.head = w.ports[tail].off, w.ports[head].off
		p.edges = append(p.edges, q)
	}
	return p
}

// ends returns the ports of edge e at its source and at its target.
func (w *work) ends(e int) (tail, head int) {
	f := &w.edges[e]
	if f.bend >= 0 {
		return w.bends[f.bend].from, w.bends[f.bend].to
	}
	first, last := w.segs[f.lo].a, w.segs[f.hi-1].b
	if f.back {
		return last, first
	}
	return first, last
}
