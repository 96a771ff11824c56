package view

// edgeAt returns the edge that shows a selected channel, -1 when none does.
func (p *GraphPlan) edgeAt(sel Selection) int {
	if sel.Kind == SelectChannel && sel.Index >= 0 && sel.Index < len(p.edgeOf) {
		return p.edgeOf[sel.Index]
	}
	return -1
}

// nodeAt returns the node that shows a selected actor, or in which a selected
// channel is folded away; -1 when none does.
func (p *GraphPlan) nodeAt(sel Selection) int {
	switch {
	case sel.Index < 0:
	case sel.Kind == SelectActor && sel.Index < len(p.nodeOf):
		return p.nodeOf[sel.Index]
	case sel.Kind == SelectChannel && sel.Index < len(p.inside):
		return p.inside[sel.Index]
	}
	return -1
}

// Members returns the actors of the folded group that is selected, nil when
// that is no group.
func (p *GraphPlan) Members(sel Selection) []int {
	if n := p.nodeAt(sel); n >= 0 {
		return p.nodes[n].members
	}
	return nil
}

// Lanes returns the channels that are shown as the selected edge.
func (p *GraphPlan) Lanes(sel Selection) []int {
	if e := p.edgeAt(sel); e >= 0 {
		return p.edges[e].channels
	}
	return nil
}
