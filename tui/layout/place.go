package layout

import "slices"

// Limits of relax: walks over all blocks, and blocks that are moved at once;
// and what a bend costs, in rows of line.
const (
	maxPasses = 8
	maxGroup  = 60
	bendCost  = 3
)

// settle gives every item its row: ports are ranked, chains of items tied into
// straight blocks, the blocks stacked as tightly as they go, and then moved to
// where their other edges are shortest.
func (w *work) settle() {
	w.measure()
	w.rankPorts()
	b := w.align()
	b.relax(b.stack())
	for i := range w.items {
		w.items[i].y = b.row(i)
	}
}

// row returns the first row of item i.
func (b *blocks) row(i int) int { return b.y[b.of[i]] + b.shift[i] }

// stack puts each block as high as the blocks above it allow, and returns the
// blocks so that each comes after those above it. The height that this takes
// is the bound for all that follows.
func (b *blocks) stack() []int {
	w := b.w
	waits := make([]int, len(b.y))
	order := make([]int, 0, len(b.y))
	for k := range b.y {
		for _, i := range b.items.of(k) {
			b.y[k] = max(b.y[k], -b.shift[i])
			if b.above[i] >= 0 {
				waits[k]++
			}
		}
		if waits[k] == 0 {
			order = append(order, k)
		}
	}
	for n := 0; n < len(order); n++ {
		for _, i := range b.items.of(order[n]) {
			b.bound = max(b.bound, b.row(i)+w.items[i].h)
			j := b.below[i]
			if j < 0 {
				continue
			}
			k := b.of[j]
			b.y[k] = max(b.y[k], b.row(i)+b.reach[i]-b.shift[j])
			if waits[k]--; waits[k] == 0 {
				order = append(order, k)
			}
		}
	}
	return order
}

// relax moves blocks, together with what they push before them, as long as
// that makes the edges between blocks shorter or straighter.
func (b *blocks) relax(order []int) {
	for range maxPasses {
		moved := false
		for _, k := range slices.Backward(order) {
			for b.shove(k, 1) {
				moved = true
			}
		}
		for _, k := range order {
			for b.shove(k, -1) {
				moved = true
			}
		}
		if !moved {
			return
		}
	}
}

// shove moves block k and all blocks that are in its way by as much as brings
// the next edge onto one line, or up to the next obstacle. It reports whether
// that was an improvement; otherwise nothing moved.
func (b *blocks) shove(k, dir int) bool {
	b.begin(k)
	wanted := false
	b.each(dir, func(d, _ int) { wanted = wanted || d > 0 })
	if !wanted {
		return false
	}
	step := b.gather(dir)
	if step == 0 {
		return false
	}
	b.each(dir, func(d, _ int) {
		if d > 0 {
			step = min(step, d)
		}
	})
	change := 0
	b.each(dir, func(d, weight int) {
		cost := abs(d-step) - abs(d)
		if d == step {
			cost -= bendCost
		}
		if d == 0 {
			cost += bendCost
		}
		change += cost * weight
	})
	if change >= 0 {
		return false
	}
	for _, g := range b.group {
		b.y[g] += dir * step
	}
	return true
}

// each calls f for every segment from the group to another block with the rows
// by which the group is away from it in direction dir.
func (b *blocks) each(dir int, f func(d, weight int)) {
	w := b.w
	m := len(w.segs)
	for _, g := range b.group {
		for _, p := range b.pulls.of(g) {
			s := &w.segs[p%m]
			here, there := &w.ports[s.a], &w.ports[s.b]
			if p >= m {
				here, there = there, here
			}
			if b.seen[b.of[there.item]] == b.mark {
				continue
			}
			d := b.row(there.item) + there.off - b.row(here.item) - here.off
			f(dir*d, s.weight)
		}
	}
}

// begin makes a group of block k alone.
func (b *blocks) begin(k int) {
	b.mark++
	b.group = append(b.group[:0], k)
	b.seen[k] = b.mark
}

// gather adds to the group what touches it, step by step, in direction dir,
// and returns by how many rows it can move; 0 when it touches the bound, or
// grows beyond maxGroup.
func (b *blocks) gather(dir int) int {
	room := b.bound
	for n := 0; n < len(b.group); n++ {
		if n == maxGroup {
			return 0
		}
		for _, i := range b.items.of(b.group[n]) {
			var free, j int
			if dir > 0 {
				if j = b.below[i]; j >= 0 {
					free = b.row(j) - b.row(i) - b.reach[i]
				} else {
					free = b.bound - b.row(i) - b.reach[i]
				}
			} else {
				free = b.row(i)
				if j = b.above[i]; j >= 0 {
					free -= b.row(j) + b.reach[j]
				}
			}
			switch {
			case j >= 0 && b.seen[b.of[j]] == b.mark:
			case free > 0:
				room = min(room, free)
			case j < 0:
				return 0
			default:
				b.seen[b.of[j]] = b.mark
				b.group = append(b.group, b.of[j])
			}
		}
	}
	return room
}
