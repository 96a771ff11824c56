package layout

import "slices"

// keepOrder arranges the layers as they were in the layout before, and puts
// each new item where it crosses least of what is there.
func (w *work) keepOrder() {
	x := newCrosser(w)
	var fresh []int
	for i := range w.items {
		t := &w.items[i]
		known := false
		if w.real(i) {
			if q := w.pin.node[i]; q != nil {
				t.pos, known = q.pos, true
			}
		} else if q, ok := w.pass(i); ok {
			t.pos, known = q.pos, true
		}
		if !known {
			fresh = append(fresh, i)
			continue
		}
		w.layers[t.layer] = append(w.layers[t.layer], i)
	}
	for _, layer := range w.layers {
		slices.SortStableFunc(layer, func(a, b int) int { return w.items[a].pos - w.items[b].pos })
		w.number(layer)
	}
	for _, i := range fresh {
		l := w.items[i].layer
		layer := w.layers[l]
		slot, saved, most := len(layer), 0, 0
		for k := len(layer) - 1; k >= 0; k-- {
			saved += x.gain(&w.left, layer[k], i) + x.gain(&w.right, layer[k], i)
			if saved > most {
				slot, most = k, saved
			}
		}
		w.layers[l] = slices.Insert(layer, slot, i)
		w.number(w.layers[l])
	}
	x = newCrosser(w) // layers may be wider now
	w.crossings = x.count()
}

// span is a range of rows that an item of a layer takes.
type span struct {
	y, end int
	item   int
}

// keepRows leaves every known item on the row where it was, and puts each new
// one onto the free rows nearest to what it is connected to.
func (w *work) keepRows() {
	taken := make([][]span, len(w.layers))
	placed := make([]bool, len(w.items))
	w.keepNodes(taken, placed)
	for i := len(w.g.Nodes); i < len(w.items); i++ {
		if q, ok := w.pass(i); ok {
			l := w.items[i].layer
			if y := w.nearest(taken[l], i, q.y); y == q.y {
				taken[l] = w.occupy(taken[l], i, y)
				placed[i] = true
			}
		}
	}
	touching := newFan(len(w.g.Nodes), 2*len(w.g.Edges), func(k int) int {
		e := k / 2
		switch {
		case !w.edges[e].valid:
			return -1
		case k%2 == 0:
			return w.g.Edges[e].From
		}
		return w.g.Edges[e].To
	})
	for v := range w.g.Nodes {
		if placed[v] {
			continue
		}
		sum, n := 0, 0
		for _, k := range touching.of(v) {
			e := &w.g.Edges[k/2]
			if u := e.From + e.To - v; placed[u] {
				sum += w.items[u].y + w.items[u].h/2
				n++
			}
		}
		want := 0
		if n > 0 {
			want = sum/n - w.items[v].h/2
		}
		l := w.layer[v]
		taken[l] = w.occupy(taken[l], v, w.nearest(taken[l], v, want))
		placed[v] = true
	}
	for s := range w.segs {
		i := w.ports[w.segs[s].b].item
		if placed[i] {
			continue
		}
		before := &w.items[w.ports[w.segs[s].a].item]
		l := w.items[i].layer
		taken[l] = w.occupy(taken[l], i, w.nearest(taken[l], i, before.y+before.h/2))
		placed[i] = true
	}
}

// keepNodes places the known nodes. One that must grow pushes those below it
// in its layer, as little as possible.
func (w *work) keepNodes(taken [][]span, placed []bool) {
	for v, q := range w.pin.node {
		if q == nil {
			continue
		}
		t := &w.items[v]
		t.y, t.h, placed[v] = q.y, max(t.h, q.h), true
		taken[t.layer] = append(taken[t.layer], span{t.y, t.y + t.h, v})
	}
	for l, list := range taken {
		slices.SortFunc(list, func(a, b span) int { return a.y - b.y })
		for k := 1; k < len(list); k++ {
			if push := list[k-1].end - list[k].y; push > 0 {
				list[k].y += push
				list[k].end += push
				w.items[list[k].item].y += push
			}
		}
		taken[l] = list
	}
}

// nearest returns the free row nearest to want at which item i fits between
// the spans of its layer, which are sorted.
func (w *work) nearest(taken []span, i, want int) int {
	h := w.items[i].h
	best, found := 0, false
	consider := func(lo, hi int) {
		if lo > hi {
			return
		}
		if y := min(max(want, lo), hi); !found || abs(y-want) < abs(best-want) {
			best, found = y, true
		}
	}
	lo := 0
	for _, s := range taken {
		consider(lo, s.y-w.gap(i, s.item)-h)
		lo = s.end + w.gap(s.item, i)
	}
	consider(lo, max(lo, want))
	return best
}

// occupy puts item i at row y and returns the spans with it.
func (w *work) occupy(taken []span, i, y int) []span {
	t := &w.items[i]
	t.y = y
	k, _ := slices.BinarySearchFunc(taken, y, func(s span, y int) int { return s.y - y })
	return slices.Insert(taken, k, span{y, y + t.h, i})
}

// orderByRow arranges the layers by the rows that are known now.
func (w *work) orderByRow() {
	for i := range w.items {
		l := w.items[i].layer
		w.layers[l] = append(w.layers[l], i)
	}
	for _, layer := range w.layers {
		slices.SortFunc(layer, func(a, b int) int { return w.items[a].y - w.items[b].y })
		w.number(layer)
	}
	w.crossings = newCrosser(w).count()
}

// keepPorts leaves known ports on their rows, and puts new ones onto the free
// rows nearest to where their lines come from. When these do not suffice, the
// side keeps the even spread that rankPorts gave it.
func (w *work) keepPorts(ends *fan) {
	known := make([]bool, len(w.ports))
	off := make([]int, len(w.ports))
	pin := func(p, row int) { known[p], off[p] = true, row }
	for v, q := range w.pin.node {
		if o := w.outs[v]; q != nil && q.out >= 0 && o >= 0 {
			pin(o, q.out)
		}
	}
	for e := range w.edges {
		q := w.pin.edge[e]
		if !w.edges[e].valid || q == nil || w.edgePin(e) == nil {
			continue
		}
		tail, head := w.ends(e)
		pin(head, q.head)
		if w.edges[e].back {
			pin(tail, q.tail)
		}
	}
	for i := range w.g.Nodes {
		w.keepSide(w.items[i].rights, known, off, ends)
		w.keepSide(w.items[i].lefts, known, off, ends)
	}
}

func (w *work) keepSide(ports []int, known []bool, off []int, ends *fan) {
	if len(ports) == 0 {
		return
	}
	first, rows := w.portRows(w.ports[ports[0]].item)
	busy := make([]bool, rows)
	fits := func(row int) bool {
		if row < first || row-first+w.o.Stride > rows {
			return false
		}
		return !slices.Contains(busy[row-first:row-first+w.o.Stride], true)
	}
	take := func(p, row int) {
		off[p] = row
		for k := range w.o.Stride {
			busy[row-first+k] = true
		}
	}
	for _, p := range ports {
		if known[p] {
			if !fits(off[p]) {
				return
			}
			take(p, off[p])
		}
	}
	for _, p := range ports {
		if known[p] {
			continue
		}
		best, cost := -1, 0
		for row := first; row < first+rows; row++ {
			if !fits(row) {
				continue
			}
			if c := w.portCost(p, row, ends); best < 0 || c < cost {
				best, cost = row, c
			}
		}
		if best < 0 {
			return
		}
		take(p, best)
	}
	for _, p := range ports {
		w.ports[p].off = off[p]
	}
}
