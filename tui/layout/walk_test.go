package layout

import (
	"cmp"
	"fmt"
	"slices"
)

// pair is an edge as a person reads it off the screen.
type pair struct{ from, to int }

// read finds the edges in the painted cells: it starts wherever a line leaves
// a box without a head, and follows the line bits to the heads. Of the layout
// it knows nothing but what is painted.
func (r *raster) read() []pair {
	var out []pair
	for i, bits := range r.bits {
		if r.head[i] != none {
			continue
		}
		if i%r.w > 0 && bits&west != 0 && r.box[i-1] != none {
			out = r.follow(out, r.box[i-1], i, west)
		}
		if i%r.w+1 < r.w && bits&east != 0 && r.box[i+1] != none {
			out = r.follow(out, r.box[i+1], i, east)
		}
	}
	sortPairs(out)
	return out
}

func sortPairs(p []pair) {
	slices.SortFunc(p, func(a, b pair) int { return cmp.Or(a.from-b.from, a.to-b.to) })
}

// follow adds an edge for each head that the line at cell start, which comes
// from a box in direction back, leads to.
func (r *raster) follow(out []pair, source, start, back int) []pair {
	type step struct{ cell, back int }
	seen := map[int]bool{start: true}
	todo := []step{{start, back}}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if e := r.head[s.cell]; e != none {
			dx := 1
			if r.l.Edges[e].Leftward {
				dx = -1
			}
			out = append(out, pair{source, r.box[s.cell+dx]})
			continue
		}
		for _, m := range []struct{ bit, opposite, delta int }{
			{north, south, -r.w}, {south, north, r.w}, {east, west, 1}, {west, east, -1},
		} {
			if r.bits[s.cell]&m.bit == 0 || m.bit == s.back {
				continue
			}
			next := s.cell + m.delta
			for next >= 0 && next < len(r.bits) && r.bits[next]&m.opposite == 0 && r.bits[next] == north|south {
				next += m.delta // a line on top of this one
			}
			if next < 0 || next >= len(r.bits) || r.bits[next]&m.opposite == 0 {
				r.fault("the line from box %d breaks after cell %d,%d", source, s.cell%r.w, s.cell/r.w)
				continue
			}
			if !seen[next] {
				seen[next] = true
				todo = append(todo, step{next, m.opposite})
			}
		}
	}
	return out
}

// check returns what is wrong with a layout of g, "" if nothing is.
func check(g Graph, o Options, l *Layout) string {
	r := paint(l, o.Gauge)
	var want []pair
	n := len(g.Nodes)
	for e := range g.Edges {
		f, t := g.Edges[e].From, g.Edges[e].To
		ok := f >= 0 && f < n && t >= 0 && t < n
		if ok {
			want = append(want, pair{f, t})
		}
		if ok != (len(l.Edges[e].Points) > 0) {
			r.fault("edge %d from %d to %d has %d points", e, f, t, len(l.Edges[e].Points))
		}
	}
	r.labels(o)
	r.gaps(o)
	sortPairs(want)
	if got := r.read(); !slices.Equal(got, want) {
		r.fault("the cells show %v, the graph has %v", got, want)
	}
	if len(r.faults) == 0 {
		return ""
	}
	text := ""
	for _, f := range r.faults {
		text += f + "\n"
	}
	return fmt.Sprintf("%s%+v\n%s", text, o, r)
}

// labels checks that the rows below a gauge are empty.
func (r *raster) labels(o Options) {
	for e := range r.l.Edges {
		route := &r.l.Edges[e]
		if len(route.Points) == 0 {
			continue
		}
		for dy := 1; dy < o.Stride; dy++ {
			for k := range o.Gauge {
				i := (route.Gauge.Y+dy)*r.w + route.Gauge.X + k
				if i >= len(r.bits) || r.bits[i] != 0 || r.box[i] != none || r.gauge[i] != none || r.head[i] != none {
					r.fault("there is something %d below the gauge of edge %d", dy, e)
				}
			}
		}
	}
}

// gaps checks that boxes of a layer keep their distance, unless rows were
// kept, where a box may grow into it.
func (r *raster) gaps(o Options) {
	for _, layer := range r.l.Layers {
		for k := 1; k < len(layer); k++ {
			a, b := r.l.Nodes[layer[k-1]], r.l.Nodes[layer[k]]
			if !r.l.Pinned && b.Y < a.Y+a.H+o.GapY {
				r.fault("boxes %d and %d are %d rows apart", layer[k-1], layer[k], b.Y-a.Y-a.H)
			}
		}
	}
}
