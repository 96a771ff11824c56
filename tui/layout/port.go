package layout

import (
	"cmp"
	"math"
	"slices"
)

// measure lists the ports of each item and gives it the height that they need.
func (w *work) measure() {
	side := func(right bool) fan {
		return newFan(len(w.items), len(w.ports), func(p int) int {
			if w.ports[p].right != right {
				return -1
			}
			return w.ports[p].item
		})
	}
	lefts, rights := side(false), side(true)
	for i := range w.items {
		t := &w.items[i]
		t.lefts, t.rights = lefts.of(i), rights.of(i)
		t.h = 1
		if w.real(i) {
			need := max(len(t.lefts), len(t.rights)) * w.o.Stride
			t.h = max(1, w.g.Nodes[i].H, need+2*w.o.Pad)
		}
	}
}

// rankPorts sorts the ports at each side of each item by where their lines
// lead, so that lines of one item do not cross each other without need, and
// spreads them over its rows.
func (w *work) rankPorts() {
	w.rankRights()
	for i := range w.items {
		t := &w.items[i]
		slices.SortStableFunc(t.rights, w.byRank)
		w.spread(i, t.rights)
	}
	order := make([]int, len(w.ports)) // of each port at the right side of its item
	for i := range w.items {
		for k, p := range w.items[i].rights {
			order[p] = k
		}
	}
	for s := range w.segs {
		a, b := w.segs[s].a, w.segs[s].b
		near := w.items[w.ports[a].item].pos
		w.ports[b].rank = near*rankUnit + min(order[a], rankUnit-1)
	}
	for i := range w.items {
		t := &w.items[i]
		slices.SortStableFunc(t.lefts, w.byRank)
		w.spread(i, t.lefts)
	}
}

// rankRights gives the ports at right sides the average position of what they
// lead to. Bends within a layer come above or below all others.
func (w *work) rankRights() {
	sum := make([]int, len(w.ports))
	count := make([]int, len(w.ports))
	for s := range w.segs {
		a, b := w.segs[s].a, w.segs[s].b
		sum[a] += w.items[w.ports[b].item].pos
		count[a]++
	}
	for p := range w.ports {
		switch {
		case w.o.TopOut && w.ports[p].right && w.ports[p].edge < 0:
			w.ports[p].rank = math.MinInt
		case count[p] > 0:
			w.ports[p].rank = sum[p] * rankUnit / count[p]
		}
	}
	for _, b := range w.bends {
		from, to := &w.items[w.ports[b.from].item], &w.items[w.ports[b.to].item]
		w.ports[b.to].rank = math.MaxInt
		if from.pos < to.pos {
			w.ports[b.to].rank = -1
		}
	}
}

func (w *work) byRank(a, b int) int {
	return cmp.Or(cmp.Compare(w.ports[a].rank, w.ports[b].rank), cmp.Compare(w.ports[a].edge, w.ports[b].edge))
}

// spread puts ports onto rows around the middle of an item, or from its first
// row when lines leave at the top.
func (w *work) spread(i int, ports []int) {
	first, rows := w.portRows(i)
	if !w.o.TopOut && w.real(i) {
		first += (rows - len(ports)*w.o.Stride) / 2
	}
	for k, p := range ports {
		w.ports[p].off = first + k*w.o.Stride
	}
}

// portRows returns the first row of an item that may have a port, and how many
// rows follow from it on.
func (w *work) portRows(i int) (first, rows int) {
	if !w.real(i) {
		return 0, 1
	}
	return w.o.Pad, w.items[i].h - 2*w.o.Pad
}
