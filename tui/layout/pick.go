package layout

// pickRows moves ports along the sides of boxes that have more rows than
// ports, wherever that straightens a line. Two rounds, since each end of a
// line looks at the other one.
func (w *work) pickRows() {
	m := len(w.segs)
	ends := newFan(len(w.ports), 2*m, func(k int) int {
		if k < m {
			return w.segs[k].a
		}
		return w.segs[k-m].b
	})
	if w.pin.rows {
		w.keepPorts(&ends)
		return
	}
	for range 2 {
		for i := range w.g.Nodes {
			if !w.o.TopOut {
				w.pickSide(w.items[i].rights, &ends)
			}
			w.pickSide(w.items[i].lefts, &ends)
		}
	}
}

// pickSide distributes the free rows of one side of a node above, between and
// below its ports, keeping their order: the cheapest way by dynamic
// programming, where best[j][t] is the cost of the first j+1 ports when t free
// rows lie above the last of them.
func (w *work) pickSide(ports []int, ends *fan) {
	if len(ports) == 0 {
		return
	}
	first, rows := w.portRows(w.ports[ports[0]].item)
	free := rows - len(ports)*w.o.Stride
	if free <= 0 {
		return
	}
	width := free + 1
	best := make([]int, len(ports)*width)
	from := make([]int, len(ports)*width)
	for j, p := range ports {
		low, at := 0, 0 // the cheapest way up to port j-1 with at most t free rows
		for t := range width {
			if j > 0 {
				if c := best[(j-1)*width+t]; t == 0 || c < low {
					low, at = c, t
				}
			}
			best[j*width+t] = low + w.portCost(p, first+j*w.o.Stride+t, ends)
			from[j*width+t] = at
		}
	}
	last := len(ports) - 1
	t := 0
	for k := range width {
		if best[last*width+k] < best[last*width+t] {
			t = k
		}
	}
	for j := last; j >= 0; j-- {
		w.ports[ports[j]].off = first + j*w.o.Stride + t
		t = from[j*width+t]
	}
}

// portCost rates row off for port p: bends of its lines count most, then how
// far it is from where the port would be without any.
func (w *work) portCost(p, off int, ends *fan) int {
	cost := abs(off - w.ports[p].off)
	row := w.items[w.ports[p].item].y + off
	for _, k := range ends.of(p) {
		if s, other := w.end(k); w.row(other) != row {
			cost += s.weight << 16
		}
	}
	return cost
}

// end returns segment k, counted twice: its left ends first, then its right
// ends; and the port at the opposite end.
func (w *work) end(k int) (s *seg, other int) {
	if m := len(w.segs); k >= m {
		return &w.segs[k-m], w.segs[k-m].a
	}
	return &w.segs[k], w.segs[k].b
}
