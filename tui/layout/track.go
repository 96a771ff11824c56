package layout

import (
	"cmp"
	"slices"
)

// constrain lists for each net those that must have their trunk further left:
// in a row that net a leaves from the left layer and net b enters into the
// right one, the line of a must end before that of b begins.
func (g *gutter) constrain() {
	for len(g.before) < len(g.nets) {
		g.before = append(g.before, nil)
	}
	for n := range g.nets {
		g.before[n] = g.before[n][:0]
	}
	for n := range g.nets {
		t := &g.nets[n]
		for _, row := range t.lefts {
			if m := g.rightAt[row]; m >= 0 && m != n && m != t.rest {
				g.before[m] = append(g.before[m], n)
			}
		}
		if t.rest >= 0 {
			g.before[t.rest] = append(g.before[t.rest], n)
		}
	}
	g.state = g.state[:0]
	for range g.nets {
		g.state = append(g.state, 0)
	}
}

// split looks for nets that must each be left of the other, and gives one of
// them a dogleg: two trunks, joined by a jog in a row that no other net uses.
// It reports whether it did, for there may be more.
func (g *gutter) split() bool {
	g.constrain()
	for n := range g.nets {
		if m := g.cyclic(n); m >= 0 {
			g.dogleg(m)
			return true
		}
	}
	return false
}

// cyclic returns a net of a cycle of constraints that can be reached from n,
// -1 if there is none.
func (g *gutter) cyclic(n int) int {
	switch g.state[n] {
	case 1:
		return n
	case 2:
		return -1
	}
	g.state[n] = 1
	for _, m := range g.before[n] {
		if c := g.cyclic(m); c >= 0 {
			return c
		}
	}
	g.state[n] = 2
	return -1
}

// dogleg splits net n. Its left half has no net that must be before it any
// more, and its right half none that must be after it, so that neither is on
// a cycle again.
func (g *gutter) dogleg(n int) {
	g.splitAt(n, g.freeRow(n))
}

func (g *gutter) splitAt(n, jog int) {
	g.jogs[jog] = true
	rest := len(g.nets)
	t := &g.nets[n]
	right := newNet(t.port)
	right.rights, right.first, right.jog = t.rights, n, jog
	if t.was.first != t.was.second {
		right.was.first = t.was.second
	}
	t.rights, t.rest, t.jog = nil, rest, jog
	g.nets = append(g.nets, right)
	g.mark(n)
	g.mark(rest)
}

// freeRow returns the row nearest to the middle of net n in which no other net
// has a horizontal line; a new one below all others when every row is taken.
func (g *gutter) freeRow(n int) int {
	t := &g.nets[n]
	middle := (t.lo + t.hi) / 2
	best := -1
	for row := range g.leftAt {
		if !g.free(row, n) {
			continue
		}
		if best < 0 || abs(row-middle) < abs(best-middle) {
			best = row
		}
	}
	if best < 0 {
		best = len(g.leftAt)
		g.addRow()
		g.w.height++
	}
	return best
}

// free reports whether no other net than n has a horizontal line in a row.
func (g *gutter) free(row, n int) bool {
	l, r := g.leftAt[row], g.rightAt[row]
	return !g.jogs[row] && (l < 0 || l == n) && (r < 0 || r == n)
}

// pack puts the trunks that have no track yet into tracks, the first one next
// to the left layer. Lines that go up come first, those that start higher
// before lower ones, then lines that go down the other way round: so that
// neighbours do not cross.
func (g *gutter) pack() {
	order := make([]int, 0, len(g.nets))
	for n := range g.nets {
		if g.nets[n].trunk() {
			order = append(order, n)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		rowA, downA := g.nets[a].course()
		rowB, downB := g.nets[b].course()
		switch {
		case downA != downB && downB:
			return -1
		case downA != downB:
			return 1
		case downA:
			return cmp.Compare(rowB, rowA)
		}
		return cmp.Compare(rowA, rowB)
	})
	for _, n := range order {
		g.place(n)
	}
}

// course returns the row at which a net starts, and whether most of it lies
// below.
func (t *net) course() (row int, down bool) {
	if t.first >= 0 {
		row = t.jog
	} else {
		row = t.lefts[0]
	}
	return row, t.hi-row >= row-t.lo
}

// place puts net n onto the first track that is free over the rows of its
// trunk and right of all nets that must be before it, which it places first.
func (g *gutter) place(n int) {
	if g.state[n] != 0 {
		return
	}
	g.state[n] = 1
	t := &g.nets[n]
	least := 0
	for _, m := range g.before[n] {
		if g.nets[m].trunk() {
			g.place(m)
			least = max(least, g.nets[m].track+1)
		}
	}
	track := least
	for track < len(g.spans) && !g.vacant(track, t) {
		track++
	}
	g.put(n, track)
}

// vacant reports whether the trunk of net t fits onto a track.
func (g *gutter) vacant(track int, t *net) bool {
	for _, s := range g.spans[track] {
		if t.lo <= s.end && s.y <= t.hi {
			return false
		}
	}
	return true
}

// put adds the trunk of net n to a track, which may be beyond the last.
func (g *gutter) put(n, track int) {
	for track >= len(g.spans) {
		if n := len(g.spans); n < cap(g.spans) {
			g.spans = g.spans[:n+1]
			g.spans[n] = g.spans[n][:0]
		} else {
			g.spans = append(g.spans, nil)
		}
	}
	t := &g.nets[n]
	g.spans[track] = append(g.spans[track], span{t.lo, t.hi, n})
	t.track = track
}
