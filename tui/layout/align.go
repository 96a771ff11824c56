package layout

import (
	"cmp"
	"slices"
)

// align chooses the segments that will be straight, and ties the items at
// their ends into blocks that move together. The longest parts of long edges
// come first, then heavy edges, then those in the middle of their node. Of two
// segments that cross, only one can be straight, and at each side of an item
// at most one is, so that a block is a chain through neighbouring layers, and
// blocks can never be entangled.
func (w *work) align() *blocks {
	n := len(w.items)
	b := &blocks{w: w, next: make([]int, n), back: make([]int, n)}
	for i := range n {
		b.next[i], b.back[i] = -1, -1
	}
	b.listNeighbours()
	for _, s := range w.candidates() {
		i, j := w.ports[w.segs[s].a].item, w.ports[w.segs[s].b].item
		if b.next[i] < 0 && b.back[j] < 0 && !b.crossesStraight(i, j) {
			b.next[i], b.back[j] = j, i
			w.segs[s].straight = true
		}
	}
	b.tie()
	return b
}

// candidates returns the segments in the order in which they are made straight.
func (w *work) candidates() []int {
	type candidate struct{ seg, class, weight, aside int }
	list := make([]candidate, len(w.segs))
	middle := func(ports []int, p int) int {
		return abs(2*slices.Index(ports, p) - len(ports) + 1)
	}
	for s := range w.segs {
		g := &w.segs[s]
		i, j := w.ports[g.a].item, w.ports[g.b].item
		c := candidate{seg: s, class: 1, weight: g.weight}
		if !w.real(i) && !w.real(j) {
			c.class = 0
		}
		c.aside = middle(w.items[i].rights, g.a) + middle(w.items[j].lefts, g.b) + w.aside(i, j)
		list[s] = c
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(a.class-b.class, b.weight-a.weight, a.aside-b.aside, a.seg-b.seg)
	})
	out := make([]int, len(list))
	for k := range list {
		out[k] = list[k].seg
	}
	return out
}

// aside tells how far item j is from the middle of the items that item i leads
// to, in half positions.
func (w *work) aside(i, j int) int {
	near := w.right.of(i)
	lo, hi := w.items[j].pos, w.items[j].pos
	for _, k := range near {
		lo, hi = min(lo, w.items[k].pos), max(hi, w.items[k].pos)
	}
	return abs(2*w.items[j].pos - lo - hi)
}

func abs(n int) int { return max(n, -n) }

// blocks are chains of items that are kept on one line.
type blocks struct {
	w          *work
	next, back []int // item in the next, in the previous layer of the same chain; -1 at the ends

	above, below []int // neighbours of each item in its layer; -1 at the ends
	reach        []int // rows from the first of each item to where the next may begin

	of    []int // block of each item
	shift []int // row of each item, relative to its block
	y     []int // row of each block
	items fan   // of each block
	pulls fan   // segments of each block that lead to another one
	bound int   // rows that the blocks may use

	seen  []int // marks of the last group
	mark  int
	group []int
}

// listNeighbours notes how the items of each layer follow each other.
func (b *blocks) listNeighbours() {
	w := b.w
	n := len(w.items)
	b.above, b.below, b.reach = make([]int, n), make([]int, n), make([]int, n)
	for _, layer := range w.layers {
		for pos, i := range layer {
			b.above[i], b.below[i], b.reach[i] = -1, -1, w.items[i].h
			if pos > 0 {
				j := layer[pos-1]
				b.above[i], b.below[j] = j, i
				b.reach[j] += w.gap(j, i)
			}
		}
	}
}

// crossesStraight reports whether a line from item i to item j of the next
// layer would cross a segment that was chosen before.
func (b *blocks) crossesStraight(i, j int) bool {
	w := b.w
	layer, pos := w.layers[w.items[i].layer], w.items[i].pos
	for k := pos - 1; k >= 0; k-- {
		if to := b.next[layer[k]]; to >= 0 {
			if w.items[to].pos > w.items[j].pos {
				return true
			}
			break
		}
	}
	for k := pos + 1; k < len(layer); k++ {
		if to := b.next[layer[k]]; to >= 0 {
			return w.items[to].pos < w.items[j].pos
		}
	}
	return false
}

// tie numbers the chains and computes how their items lie to each other.
func (b *blocks) tie() {
	w := b.w
	n := len(w.items)
	b.of, b.shift = make([]int, n), make([]int, n)
	offs := make([][2]int, n) // rows at which the straight segment leaves and enters
	for s := range w.segs {
		if g := &w.segs[s]; g.straight {
			offs[w.ports[g.a].item][0] = w.ports[g.a].off
			offs[w.ports[g.b].item][1] = w.ports[g.b].off
		}
	}
	count := 0
	for i := range n {
		if b.back[i] >= 0 {
			continue
		}
		for k := i; k >= 0; k = b.next[k] {
			b.of[k] = count
			if to := b.next[k]; to >= 0 {
				b.shift[to] = b.shift[k] + offs[k][0] - offs[to][1]
			}
		}
		count++
	}
	b.y = make([]int, count)
	b.items = newFan(count, n, func(i int) int { return b.of[i] })
	// Each segment between two blocks pulls both: numbers below len(w.segs)
	// stand for its left end, those above for its right end.
	m := len(w.segs)
	b.pulls = newFan(count, 2*m, func(k int) int {
		g := &w.segs[k%m]
		i, j := b.of[w.ports[g.a].item], b.of[w.ports[g.b].item]
		if i == j {
			return -1
		}
		if k < m {
			return i
		}
		return j
	})
	b.seen = make([]int, count)
}
