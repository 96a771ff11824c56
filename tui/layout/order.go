package layout

import "slices"

// Limits of the search for few crossings: sweeps in all, sweeps in a row that
// may bring nothing before it ends, and items visited by all sweeps, which cuts
// the search short in graphs that are far too dense to be read anyway.
const (
	maxSweeps   = 24
	staleSweeps = 4
	sweepBudget = 150_000
)

// rankUnit is the distance between neighbouring positions in a rank, so that
// averages of positions can be kept as integers.
const rankUnit = 1 << 12

// order arranges the items of each layer so that few edges cross. It starts
// with a walk along the edges in the order of declaration, then sweeps over
// the layers, each time sorting a layer by the average position of its
// neighbours, and keeps the best arrangement seen.
func (w *work) order() {
	w.walk()
	x := newCrosser(w)
	best := x.count()
	kept := make([]int, len(w.items))
	keep := func() {
		for i := range w.items {
			kept[i] = w.items[i].pos
		}
	}
	keep()
	ranks := make([]int, len(w.items))
	stale := 0
	sweeps := min(maxSweeps, max(2, sweepBudget/max(1, len(w.items))))
	for sweep := 0; sweep < sweeps && best > 0 && stale < staleSweeps; sweep++ {
		rightwards := sweep%2 == 0
		for k := 1; k < len(w.layers); k++ {
			if rightwards {
				w.sortByNeighbours(k, &w.left, ranks)
			} else {
				w.sortByNeighbours(len(w.layers)-1-k, &w.right, ranks)
			}
		}
		if !rightwards {
			x.transpose()
		}
		stale++
		if c := x.count(); c < best {
			best, stale = c, 0
			keep()
		}
	}
	for _, layer := range w.layers {
		slices.SortFunc(layer, func(a, b int) int { return kept[a] - kept[b] })
		w.number(layer)
	}
	w.crossings = best
}

// walk puts the items into their layers in the order in which a depth-first
// walk from the sources meets them.
func (w *work) walk() {
	seen := make([]bool, len(w.items))
	var stack []int
	from := func(root int) {
		stack = append(stack[:0], root)
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[i] {
				continue
			}
			seen[i] = true
			l := w.items[i].layer
			w.layers[l] = append(w.layers[l], i)
			next := w.right.of(i)
			for k := len(next) - 1; k >= 0; k-- {
				stack = append(stack, next[k])
			}
		}
	}
	for v := range w.g.Nodes {
		if len(w.left.of(v)) == 0 {
			from(v)
		}
	}
	for _, layer := range w.layers {
		w.number(layer)
	}
}

// number tells the items of a layer their positions.
func (w *work) number(layer []int) {
	for pos, i := range layer {
		w.items[i].pos = pos
	}
}

// sortByNeighbours sorts layer l by the average position of the neighbours at
// one side. Items without any keep their place.
func (w *work) sortByNeighbours(l int, side *fan, ranks []int) {
	layer := w.layers[l]
	for _, i := range layer {
		ranks[i] = w.items[i].pos * rankUnit
		if near := side.of(i); len(near) > 0 {
			sum := 0
			for _, j := range near {
				sum += w.items[j].pos
			}
			ranks[i] = sum * rankUnit / len(near)
		}
	}
	slices.SortStableFunc(layer, func(a, b int) int { return ranks[a] - ranks[b] })
	w.number(layer)
}
