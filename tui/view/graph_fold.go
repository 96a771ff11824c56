package view

import (
	"strings"
)

// FoldMode says which actors are shown as one node.
type FoldMode uint8

// The modes.
const (
	FoldFit      FoldMode = iota // siblings, and troupes if the pane has no room for the rest
	FoldNothing                  // every actor is a node
	FoldSiblings                 // actors whose names differ in numbers only, with the same neighbours
	FoldAll                      // siblings and troupes
	foldModes
)

// String says what the mode does, as the user is told.
func (m FoldMode) String() string {
	return [...]string{
		"folded until it fits", "every actor on its own", "siblings are folded", "siblings and troupes are folded",
	}[m]
}

// Folding is a mode and its exceptions. It is a value that can be compared.
type Folding struct {
	Mode FoldMode
	// but is the groups that are otherwise: each its key with a sign before it,
	// + for folded and - for not, and a line end behind.
	but string
}

// folded reports whether group g is one node. troupes says what is done to
// troupes under FoldFit.
func (f Folding) folded(g *group, troupes bool) bool {
	switch {
	case f.but == "":
	case strings.Contains(f.but, "+"+g.key+"\n"):
		return true
	case strings.Contains(f.but, "-"+g.key+"\n"):
		return false
	}
	switch f.Mode {
	case FoldNothing:
		return false
	case FoldSiblings:
		return !g.troupe
	case FoldAll:
		return true
	}
	return !g.troupe || troupes
}

// with returns the folding in which group g is folded, or not.
func (f Folding) with(g *group, folded bool) Folding {
	f.but = strings.ReplaceAll(f.but, "+"+g.key+"\n", "")
	f.but = strings.ReplaceAll(f.but, "-"+g.key+"\n", "")
	sign := "-"
	if folded {
		sign = "+"
	}
	f.but += sign + g.key + "\n"
	return f
}

// owners returns the group as a member of which each actor is shown, -1 for
// those that are shown themselves.
func (g *grouping) owners(f Folding, troupes bool) []int {
	out := make([]int, len(g.troupe))
	for i := range out {
		switch t, s := g.troupe[i], g.sibling[i]; {
		case t >= 0 && f.folded(&g.groups[t], troupes):
			out[i] = t
		case s >= 0 && f.folded(&g.groups[s], troupes):
			out[i] = s
		default:
			out[i] = -1
		}
	}
	return out
}

// FoldNext returns the state with the next mode under which plan p would look
// otherwise, and without exceptions.
func (st GraphState) FoldNext(p *GraphPlan) GraphState {
	nodes := func(f Folding) int {
		n, seen := 0, map[int]bool{}
		for _, o := range p.grouping.owners(f, p.troupes) {
			if o < 0 || !seen[o] {
				n++
			}
			if o >= 0 {
				seen[o] = true
			}
		}
		return n
	}
	was, first := nodes(st.Fold), st.Fold
	for range foldModes {
		st.Fold = Folding{Mode: (st.Fold.Mode + 1) % foldModes}
		if nodes(st.Fold) != was {
			return st
		}
	}
	st.Fold = Folding{Mode: first.Mode}
	return st
}

// FoldSelected returns the state in which the selected node is unfolded, or the
// selected actor folded with its siblings, else with its troupe. It reports
// false when neither can be done.
func (st GraphState) FoldSelected(p *GraphPlan) (GraphState, bool) {
	n := p.nodeAt(st.Selected)
	if n < 0 || p.nodes[n].actor < 0 {
		return st, false
	}
	if g := p.nodes[n].group; g != nil {
		st.Fold = st.Fold.with(g, false)
		return st, true
	}
	i := p.nodes[n].actor
	for _, at := range []int{p.grouping.sibling[i], p.grouping.troupe[i]} {
		if at >= 0 {
			st.Fold = st.Fold.with(&p.grouping.groups[at], true)
			return st, true
		}
	}
	return st, false
}
