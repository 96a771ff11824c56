package layout

import (
	"fmt"
	"strings"
)

// The directions in which a line leaves a cell.
const (
	north = 1 << iota
	east
	south
	west
)

const none = -1

// raster is a layout as a person sees it: for each cell one set of line bits,
// or a box, or a gauge, or a head. Lines of different nets that cross show the
// vertical one.
type raster struct {
	l      *Layout
	w, h   int
	bits   []int
	box    []int // node, or none
	gauge  []int // edge, or none
	head   []int // edge, or none
	hnet   []int // net that runs horizontally here
	vnet   []int
	faults []string
}

func (r *raster) fault(format string, args ...any) {
	if len(r.faults) < 20 {
		r.faults = append(r.faults, fmt.Sprintf(format, args...))
	}
}

// paint draws l and notes everything that overlaps.
func paint(l *Layout, gauge int) *raster {
	r := &raster{l: l, w: l.W, h: l.H}
	n := r.w * r.h
	for _, s := range []*[]int{&r.box, &r.gauge, &r.head, &r.hnet, &r.vnet} {
		*s = make([]int, n)
		for i := range *s {
			(*s)[i] = none
		}
	}
	r.bits = make([]int, n)
	for v, b := range l.Nodes {
		for y := b.Y; y < b.Y+b.H; y++ {
			for x := b.X; x < b.X+b.W; x++ {
				r.claim(r.box, x, y, v, "box")
			}
		}
	}
	for e := range l.Edges {
		r.reserve(e, gauge)
	}
	for e := range l.Edges {
		r.trace(e)
	}
	for i := range r.bits {
		h, v := r.hnet[i], r.vnet[i]
		if h != none && v != none && h != v {
			if r.bits[i]&(north|south) != north|south || r.bits[i]&(east|west) != east|west {
				r.fault("nets %d and %d touch at %d,%d without crossing", h, v, i%r.w, i/r.w)
			}
			r.bits[i] &= north | south
		}
	}
	return r
}

// claim marks a cell that nothing else may have.
func (r *raster) claim(layer []int, x, y, owner int, what string) {
	if x < 0 || y < 0 || x >= r.w || y >= r.h {
		r.fault("%s %d at %d,%d is outside of %dx%d", what, owner, x, y, r.w, r.h)
		return
	}
	i := y*r.w + x
	if r.box[i] != none || r.gauge[i] != none || r.head[i] != none {
		r.fault("%s %d at %d,%d overlaps box %d gauge %d head %d", what, owner, x, y, r.box[i], r.gauge[i], r.head[i])
		return
	}
	layer[i] = owner
}

func (r *raster) reserve(e, gauge int) {
	route := &r.l.Edges[e]
	if len(route.Points) == 0 {
		return
	}
	r.claim(r.head, route.Head.X, route.Head.Y, e, "head")
	for k := range gauge {
		r.claim(r.gauge, route.Gauge.X+k, route.Gauge.Y, e, "gauge")
	}
}

// trace draws the line of edge e.
func (r *raster) trace(e int) {
	route := &r.l.Edges[e]
	p := route.Points
	if len(p) == 0 {
		return
	}
	if p[len(p)-1] != route.Head {
		r.fault("edge %d ends at %v, its head is at %v", e, p[len(p)-1], route.Head)
	}
	for k := 0; k+1 < len(p); k++ {
		a, b := p[k], p[k+1]
		switch {
		case a.Y == b.Y:
			for x := min(a.X, b.X); x <= max(a.X, b.X); x++ {
				bit := 0
				if x > min(a.X, b.X) {
					bit |= west
				}
				if x < max(a.X, b.X) {
					bit |= east
				}
				r.line(r.hnet, e, x, a.Y, bit)
			}
		case a.X == b.X:
			for y := min(a.Y, b.Y); y <= max(a.Y, b.Y); y++ {
				bit := 0
				if y > min(a.Y, b.Y) {
					bit |= north
				}
				if y < max(a.Y, b.Y) {
					bit |= south
				}
				r.line(r.vnet, e, a.X, y, bit)
			}
		default:
			r.fault("edge %d: %v to %v is not orthogonal", e, a, b)
		}
	}
	// The source's port, and the head, which look at boxes.
	b := r.l.Nodes[r.node(e, p[0])]
	if p[0].X < b.X {
		r.line(r.hnet, e, p[0].X, p[0].Y, east)
	} else {
		r.line(r.hnet, e, p[0].X, p[0].Y, west)
	}
	if route.Leftward {
		r.line(r.hnet, e, route.Head.X, route.Head.Y, west)
	} else {
		r.line(r.hnet, e, route.Head.X, route.Head.Y, east)
	}
}

// node returns the box next to cell p.
func (r *raster) node(e int, p Point) int {
	for _, dx := range []int{-1, 1} {
		if x := p.X + dx; x >= 0 && x < r.w && r.box[p.Y*r.w+x] != none {
			return r.box[p.Y*r.w+x]
		}
	}
	r.fault("edge %d begins at %v, next to no box", e, p)
	return 0
}

func (r *raster) line(layer []int, e, x, y, bit int) {
	if x < 0 || y < 0 || x >= r.w || y >= r.h {
		r.fault("edge %d leaves the canvas at %d,%d", e, x, y)
		return
	}
	i := y*r.w + x
	net := r.l.Edges[e].Net
	if r.box[i] != none {
		r.fault("edge %d runs through box %d at %d,%d", e, r.box[i], x, y)
	}
	if g := r.gauge[i]; g != none && g != e {
		r.fault("edge %d runs through the gauge of %d at %d,%d", e, g, x, y)
	}
	if g := r.head[i]; g != none && g != e {
		r.fault("edge %d runs through the head of %d at %d,%d", e, g, x, y)
	}
	if layer[i] != none && layer[i] != net {
		r.fault("edge %d runs on top of net %d at %d,%d", e, layer[i], x, y)
	}
	layer[i] = net
	r.bits[i] |= bit
}

var boxGlyphs = []rune(" ╵╶╰╷│╭├╴╯─┴╮┤┬┼")

func (r *raster) String() string {
	var b strings.Builder
	for y := range r.h {
		var line strings.Builder
		for x := range r.w {
			i := y*r.w + x
			switch {
			case r.box[i] != none:
				n := r.l.Nodes[r.box[i]]
				switch {
				case x == n.X || x == n.X+n.W-1:
					line.WriteRune('█')
				default:
					line.WriteRune(rune('a' + r.box[i]%26))
				}
			case r.head[i] != none:
				if r.l.Edges[r.head[i]].Leftward {
					line.WriteRune('◀')
				} else {
					line.WriteRune('▶')
				}
			case r.gauge[i] != none:
				line.WriteRune('▒')
			default:
				line.WriteRune(boxGlyphs[r.bits[i]])
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
