package layout

import "slices"

// crosser counts crossings between neighbouring layers.
type crosser struct {
	w    *work
	tree []int // Fenwick tree over the positions of a layer
	near []int // positions of the neighbours of one item
	far  []int
}

func newCrosser(w *work) *crosser {
	widest := 0
	for _, layer := range w.layers {
		widest = max(widest, len(layer))
	}
	return &crosser{w: w, tree: make([]int, widest+1)}
}

// count returns the crossings of all segments.
func (x *crosser) count() int {
	total := 0
	for l := 0; l+1 < len(x.w.layers); l++ {
		total += x.between(l)
	}
	return total
}

// between counts pairs of segments from layer l to the next whose ends are in
// opposite orders: for each segment, those before it that end further down.
func (x *crosser) between(l int) int {
	w := x.w
	size := len(w.layers[l+1])
	tree := x.tree[:size+1]
	clear(tree)
	crossings, before := 0, 0
	for _, i := range w.layers[l] {
		x.near = x.positions(x.near[:0], &w.right, i)
		for _, p := range x.near {
			notBelow := 0
			for k := p + 1; k > 0; k -= k & -k {
				notBelow += tree[k]
			}
			crossings += before - notBelow
		}
		for _, p := range x.near {
			for k := p + 1; k <= size; k += k & -k {
				tree[k]++
			}
		}
		before += len(x.near)
	}
	return crossings
}

// positions appends the positions of the neighbours of item i.
func (x *crosser) positions(list []int, side *fan, i int) []int {
	for _, j := range side.of(i) {
		list = append(list, x.w.items[j].pos)
	}
	return list
}

// transpose swaps neighbours within layers as long as that removes crossings,
// for at most three rounds.
func (x *crosser) transpose() {
	w := x.w
	for range 3 {
		better := false
		for _, layer := range w.layers {
			for k := 0; k+1 < len(layer); k++ {
				a, b := layer[k], layer[k+1]
				if x.gain(&w.left, a, b)+x.gain(&w.right, a, b) > 0 {
					layer[k], layer[k+1] = b, a
					w.items[b].pos, w.items[a].pos = k, k+1
					better = true
				}
			}
		}
		if !better {
			break
		}
	}
}

// gain returns how many crossings at one side go away when b, which follows a,
// is put before it.
func (x *crosser) gain(side *fan, a, b int) int {
	as, bs := side.of(a), side.of(b)
	switch {
	case len(as) == 0 || len(bs) == 0:
		return 0
	case len(as) == 1 && len(bs) == 1:
		return sign(x.w.items[as[0]].pos - x.w.items[bs[0]].pos)
	case len(as)*len(bs) <= 16:
		g := 0
		for _, i := range as {
			for _, j := range bs {
				g += sign(x.w.items[i].pos - x.w.items[j].pos)
			}
		}
		return g
	}
	x.near = x.positions(x.near[:0], side, a)
	x.far = x.positions(x.far[:0], side, b)
	slices.Sort(x.near)
	slices.Sort(x.far)
	return inversions(x.near, x.far) - inversions(x.far, x.near)
}

// inversions counts pairs of an element of as and a smaller one of bs, both
// sorted.
func inversions(as, bs []int) int {
	n, j := 0, 0
	for _, a := range as {
		for j < len(bs) && bs[j] < a {
			j++
		}
		n += j
	}
	return n
}

func sign(n int) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}
