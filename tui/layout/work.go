package layout

// work is the state of one run of Do.
type work struct {
	g     Graph
	o     Options
	pin   pinned
	edges []edge
	layer []int // of each node

	// items are what a layer is made of: first the nodes, in the order of the
	// graph, then the dummies by which long edges pass a layer.
	items  []item
	layers [][]int // items from top to bottom
	segs   []seg
	bends  []bend
	ports  []port
	outs   []int // port at which the edges of a node leave, -1 before the first

	left, right fan // neighbours of each item

	cols      []column
	crossings int
	height    int
}

// item is a node or a dummy in a layer.
type item struct {
	edge   int // that a dummy belongs to; -1 for a node
	layer  int
	pos    int // in its layer
	y, h   int
	lefts  []int // ports, top to bottom
	rights []int
}

// edge is what the layout knows about an edge of the graph.
type edge struct {
	valid    bool
	feedback bool
	back     bool // runs from a layer to one at its left
	lo, hi   int  // its segs are segs[lo:hi]
	bend     int  // index in bends when both ends are in one layer; else -1
}

// seg is the part of an edge between two neighbouring layers. Port a is at the
// right side of an item, port b at the left side of one in the next layer.
type seg struct {
	a, b     int // ports
	edge     int
	weight   int
	straight bool // its ends are tied onto one line
	run      run  // how it crosses the gutter
}

// bend is an edge between two ports at the right side of one layer.
type bend struct {
	from, to int // ports
	edge     int
	run      run
}

// port is a row of an item at which lines end.
type port struct {
	item  int
	right bool // side of the item
	head  bool // an arrow points into the item here
	edge  int  // -1 for the port that the outgoing edges of a node share
	rank  int  // order on its side
	off   int  // row within the item
}

func newWork(g Graph, o Options, prev *Layout) *work {
	o.Stride = max(1, o.Stride)
	n := len(g.Nodes)
	w := &work{
		g: g, o: o,
		edges: make([]edge, len(g.Edges)),
		layer: make([]int, n),
		items: make([]item, n, n+len(g.Edges)),
		segs:  make([]seg, 0, 2*len(g.Edges)),
		ports: make([]port, 0, 4*len(g.Edges)),
		outs:  make([]int, n),
	}
	for i := range w.edges {
		e := &g.Edges[i]
		ok := e.From >= 0 && e.From < n && e.To >= 0 && e.To < n
		w.edges[i] = edge{valid: ok, bend: -1, feedback: ok && (e.Feedback || e.From == e.To)}
	}
	w.recall(prev)
	return w
}

// forward reports whether edge e counts for layers: it has two ends, and
// closes no cycle.
func (w *work) forward(e int) bool { return w.edges[e].valid && !w.edges[e].feedback }

// row returns the row of the canvas on which port p is.
func (w *work) row(p int) int {
	return w.items[w.ports[p].item].y + w.ports[p].off
}

// real reports whether item i is a node of the graph.
func (w *work) real(i int) bool { return i < len(w.g.Nodes) }

// gap returns the rows that must stay free between items a and b, which follow
// each other in a layer.
func (w *work) gap(a, b int) int {
	switch {
	case w.real(a) && w.real(b):
		return w.o.GapY
	case w.real(a) || w.real(b):
		return w.o.GapY / 2
	}
	return 0
}

// fan is a list of lists of ints in two slices.
type fan struct {
	start []int
	list  []int
}

func (f *fan) of(i int) []int { return f.list[f.start[i]:f.start[i+1]] }

// newFan groups the numbers 0..count-1 by key, which is in 0..n-1 or negative
// for those to leave out. Within a group they ascend.
func newFan(n, count int, key func(i int) int) fan {
	f := fan{start: make([]int, n+1)}
	total := 0
	for i := range count {
		if k := key(i); k >= 0 {
			f.start[k+1]++
			total++
		}
	}
	for k := range n {
		f.start[k+1] += f.start[k]
	}
	f.list = make([]int, total)
	next := append([]int(nil), f.start[:n]...)
	for i := range count {
		if k := key(i); k >= 0 {
			f.list[next[k]] = i
			next[k]++
		}
	}
	return f
}
