package layout

// tightenPasses bounds how often assignLayers walks over all nodes to shorten
// edges; it nearly always settles after three.
const tightenPasses = 8

// assignLayers gives each node a layer, so that forward edges lead to the
// right: first the longest path from the sources, then each node moves within
// its slack to the end where more of its edges are. With a layout before,
// nodes keep their layers, whatever edges were added, and only new nodes get
// one.
func (w *work) assignLayers() {
	n := len(w.g.Nodes)
	in := newFan(n, len(w.edges), func(e int) int {
		if !w.forward(e) {
			return -1
		}
		return w.g.Edges[e].To
	})
	out := newFan(n, len(w.edges), func(e int) int {
		if !w.forward(e) {
			return -1
		}
		return w.g.Edges[e].From
	})
	topo := w.topological(&in, &out)
	if w.pin.known {
		w.keepLayers(topo, &in, &out)
		return
	}
	for _, v := range topo {
		for _, e := range out.of(v) {
			to := w.g.Edges[e].To
			w.layer[to] = max(w.layer[to], w.layer[v]+1)
		}
	}
	for pass := range tightenPasses {
		if !w.tighten(topo, &in, &out, pass%2 == 0) {
			break
		}
	}
}

// topological returns the nodes so that forward edges lead from earlier to
// later ones; of those that could be next, the one that was ready first.
func (w *work) topological(in, out *fan) []int {
	n := len(w.g.Nodes)
	topo := make([]int, 0, n)
	waits := make([]int, n)
	for v := range n {
		waits[v] = len(in.of(v))
		if waits[v] == 0 {
			topo = append(topo, v)
		}
	}
	for i := 0; i < len(topo); i++ {
		for _, e := range out.of(topo[i]) {
			to := w.g.Edges[e].To
			if waits[to]--; waits[to] == 0 {
				topo = append(topo, to)
			}
		}
	}
	return topo
}

// tighten moves nodes within their slack and reports whether any moved.
func (w *work) tighten(topo []int, in, out *fan, backwards bool) bool {
	moved := false
	for k := range topo {
		v := topo[k]
		if backwards {
			v = topo[len(topo)-1-k]
		}
		ins, outs := in.of(v), out.of(v)
		lo, hi := 0, len(topo)
		for _, e := range ins {
			lo = max(lo, w.layer[w.g.Edges[e].From]+1)
		}
		for _, e := range outs {
			hi = min(hi, w.layer[w.g.Edges[e].To]-1)
		}
		want := w.layer[v]
		switch {
		case len(outs) > len(ins):
			want = hi
		case len(outs) < len(ins):
			want = lo
		}
		if want != w.layer[v] && want >= lo && want <= hi {
			w.layer[v] = want
			moved = true
		}
	}
	return moved
}

// keepLayers gives known nodes the layers that they had, and each new node the
// one after the last of its inputs, or else the one before its first output.
func (w *work) keepLayers(topo []int, in, out *fan) {
	done := make([]bool, len(w.g.Nodes))
	for v, p := range w.pin.node {
		if p != nil {
			w.layer[v], done[v] = p.layer, true
		}
	}
	for _, v := range topo {
		if done[v] || len(in.of(v)) == 0 {
			continue
		}
		for _, e := range in.of(v) {
			if from := w.g.Edges[e].From; done[from] {
				w.layer[v] = max(w.layer[v], w.layer[from]+1)
				done[v] = true
			}
		}
	}
	for k := range topo {
		v := topo[len(topo)-1-k]
		if done[v] {
			continue
		}
		first := -1
		for _, e := range out.of(v) {
			if l := w.layer[w.g.Edges[e].To]; first < 0 || l < first {
				first = l
			}
		}
		w.layer[v], done[v] = max(0, first-1), true
	}
}
