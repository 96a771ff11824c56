package layout

// addChains turns edges into segments between neighbouring layers, with a
// dummy in each layer that an edge only passes, and creates the ports at which
// they end.
func (w *work) addChains() {
	depth := 0
	for v := range w.g.Nodes {
		w.items[v] = item{edge: -1, layer: w.layer[v], h: 1}
		w.outs[v] = -1
		depth = max(depth, w.layer[v]+1)
	}
	w.layers = make([][]int, max(depth, w.pin.depth))
	for e := range w.edges {
		if !w.edges[e].valid {
			continue
		}
		from, to := w.g.Edges[e].From, w.g.Edges[e].To
		switch lf, lt := w.layer[from], w.layer[to]; {
		case lf < lt:
			w.addChain(e, w.out(from), to)
		case lf > lt:
			w.edges[e].back = true
			p := w.addPort(port{item: to, right: true, head: true, edge: e})
			w.addChain(e, p, from)
		default:
			w.edges[e].bend = len(w.bends)
			head := w.addPort(port{item: to, right: true, head: true, edge: e})
			w.bends = append(w.bends, bend{from: w.out(from), to: head, edge: e})
		}
	}
	w.left = w.neighbours(func(s *seg) (int, int) { return s.b, s.a })
	w.right = w.neighbours(func(s *seg) (int, int) { return s.a, s.b })
}

// addChain leads edge e from port p at the right side of an item to the left
// side of node last, which is in a later layer.
func (w *work) addChain(e, p, last int) {
	weight := max(1, w.g.Edges[e].Weight)
	w.edges[e].lo = len(w.segs)
	for l := w.items[w.ports[p].item].layer + 1; l < w.layer[last]; l++ {
		d := len(w.items)
		w.items = append(w.items, item{edge: e, layer: l, h: 1})
		w.segs = append(w.segs, seg{a: p, b: w.addPort(port{item: d, edge: e}), edge: e, weight: weight})
		p = w.addPort(port{item: d, right: true, edge: e})
	}
	end := w.addPort(port{item: last, head: !w.edges[e].back, edge: e})
	w.segs = append(w.segs, seg{a: p, b: end, edge: e, weight: weight})
	w.edges[e].hi = len(w.segs)
}

// out returns the port at which all edges to the right leave node v.
func (w *work) out(v int) int {
	if w.outs[v] < 0 {
		w.outs[v] = w.addPort(port{item: v, right: true, edge: -1})
	}
	return w.outs[v]
}

func (w *work) addPort(p port) int {
	w.ports = append(w.ports, p)
	return len(w.ports) - 1
}

// neighbours lists for each item the items at the other ends of its segments.
func (w *work) neighbours(ends func(*seg) (here, there int)) fan {
	f := newFan(len(w.items), len(w.segs), func(s int) int {
		here, _ := ends(&w.segs[s])
		return w.ports[here].item
	})
	for i, s := range f.list {
		_, there := ends(&w.segs[s])
		f.list[i] = w.ports[there].item
	}
	return f
}
