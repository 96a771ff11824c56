// Package layout places a directed graph on a grid of character cells: nodes
// as boxes in layers from left to right, edges as orthogonal lines with room
// for a gauge and an arrow head before their target.
//
// It is pure: sizes in, cells out, no styles, no knowledge of what a node is.
// The same graph gives the same layout. What did not change between two
// topologies never moves, see Do.
package layout

// Graph is what is laid out. The order of nodes and edges is the order in
// which they were declared; it decides between equals.
type Graph struct {
	Nodes []Node
	Edges []Edge
}

// Node is a box. Its height grows beyond H when its edges need more rows.
type Node struct {
	Key  string // tells the node again in the next layout; unique
	W, H int    // least size in cells; below 1 counts as 1
}

// Edge is a line from one node to another, or to the same one. Edges with an
// end outside of Graph.Nodes get a Route without Points.
type Edge struct {
	Key      string // tells the edge again in the next layout; unique
	From, To int    // indices in Graph.Nodes
	Weight   int    // heavier edges are made straight first; below 1 counts as 1
	Feedback bool   // known to close a cycle; others are found by the layout
}

// Options are measures in cells. They may differ between zoom levels.
type Options struct {
	Pad     int  // rows of a box above its first and below its last port: 1 for boxes with a border
	Stride  int  // rows from one port to the next, so that a gauge can have a text below it; 0 is 1
	Gauge   int  // cells before the arrow head that belong to the gauge of an edge; 0 for none
	Lead    int  // cells of line between a box and the first place where lines branch or cross; with 0, one where they cross
	GapY    int  // rows between two boxes of a layer
	Stretch bool // make all boxes of a layer as wide as the widest
	TopOut  bool // edges leave a box at its first port row, where its name is
}

// Box is where a node is.
type Box struct {
	X, Y, W, H int
	Layer      int // index in Layout.Layers
}

// Point is a cell.
type Point struct{ X, Y int }

// Route is where an edge runs.
type Route struct {
	// Points is the line from the cell after the source's box to the head, one
	// point for each end and each bend. It is empty when the edge has an end
	// outside of the graph, and has one point when the boxes leave one cell.
	Points []Point
	// Head is the cell of the arrow head, next to the target's box.
	Head Point
	// Leftward says that the head points to the left, into the right side of
	// its target: feedback, self loops, and edges that a pinned layout routes
	// without moving their ends.
	Leftward bool
	// Gauge is the first of Options.Gauge cells of the line that belong to the
	// gauge, on the row of the head. Nothing but this edge is in them, nor in
	// the Options.Stride-1 rows below.
	Gauge Point
	// Net is shared by edges that leave the same port: their lines may join.
	// Lines of different nets cross, but never join or run on top of each
	// other.
	Net int
	// Feedback says that the edge closes a cycle.
	Feedback bool
	// Straight says that the line has no bend.
	Straight bool
}

// Layout is the result of Do. It is immutable.
type Layout struct {
	W, H      int
	Nodes     []Box   // Nodes[i] belongs to Graph.Nodes[i]
	Edges     []Route // Edges[i] belongs to Graph.Edges[i]
	Layers    [][]int // indices of nodes, left to right and top to bottom
	Crossings int     // of edges between neighbouring layers, before routing
	Straight  int     // edges without a bend
	Pinned    bool    // rows were kept from the layout before

	pins pins
}

// Do lays out g. prev may be nil, or the layout of an earlier state of the
// graph. With prev, nodes and edges that both graphs have, by Key, keep their
// layer, their order and their direction. When the options and the sizes of
// those nodes are the same too, they keep their rows: an addition then moves
// no box, except below one that must grow, and columns move to the right only
// when a line needs the room. A removal moves nothing, neither a box nor a line
// that stays. A layout from scratch
// can be tidier; compare Crossings and H. When less than half of the nodes
// are known, prev is ignored.
func Do(g Graph, o Options, prev *Layout) *Layout {
	w := newWork(g, o, prev)
	w.findFeedback()
	w.assignLayers()
	w.addChains()
	switch {
	case w.pin.rows:
		w.measure()
		w.keepRows()
		w.orderByRow()
		w.rankPorts()
	case w.pin.known:
		w.keepOrder()
		w.settle()
	default:
		w.order()
		w.settle()
	}
	w.pickRows()
	w.routeGutters()
	return w.finish()
}
