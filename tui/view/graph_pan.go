package view

import "github.com/steadytop/steadytop/collector"

// origin returns the cell of the layout that is shown at the upper left corner
// of a pane of w by h cells. A layout that is smaller than the pane stands in
// its middle.
func (p *GraphPlan) origin(st GraphState, w, h int) (x, y int) {
	return place(st.X, p.Layout.W, w), place(st.Y, p.Layout.H, h)
}

func place(pan, size, room int) int {
	if size <= room {
		return -(room - size) / 2
	}
	return max(0, min(pan, size-room))
}

// Pan moves the window by dx columns and dy rows, as far as there is something
// to see.
func (st GraphState) Pan(p *GraphPlan, dx, dy int) GraphState {
	x, y := p.origin(st, p.asked.w, p.asked.h)
	st.X, st.Y = x+dx, y+dy
	st.X, st.Y = p.origin(st, p.asked.w, p.asked.h)
	return st
}

// PanStep returns by how much one key moves the window: a column with its
// gutter, and a third of the height.
func (p *GraphPlan) PanStep() (dx, dy int) {
	dx = p.asked.w / 3
	if n := len(p.Layout.Layers); n > 0 {
		dx = min(max(1, p.asked.w/2), p.Layout.W/n)
	}
	return max(1, dx), max(1, p.asked.h/3)
}

// Select returns the state with sel selected and in the window, with something
// of what is around it.
func (st GraphState) Select(p *GraphPlan, sel Selection) GraphState {
	st.Selected = sel
	box, ok := p.extent(sel)
	if !ok {
		return st
	}
	w, h := p.asked.w, p.asked.h
	x, y := p.origin(st, w, h)
	st.X = reveal(x, w, box.X, box.W, min(p.measures.gauge()+2, w/4))
	st.Y = reveal(y, h, box.Y, box.H, min(2, h/4))
	st.X, st.Y = p.origin(st, w, h)
	return st
}

// reveal returns the first visible cell so that n cells from at are visible,
// with a margin, moving as little as possible.
func reveal(first, room, at, n, margin int) int {
	if n+2*margin > room {
		margin = max(0, (room-n)/2)
	}
	first = max(first, at+n+margin-room)
	return min(first, at-margin)
}

// Carry returns the state for plan now instead of plan old, so that what is
// selected, or else the first actor that was in the window, stays where it was
// on the screen.
func (st GraphState) Carry(old, now *GraphPlan) GraphState {
	if old == nil || old == now {
		return st
	}
	anchor := st.Selected
	was, ok := old.extent(anchor)
	x, y := old.origin(st, old.asked.w, old.asked.h)
	if !ok {
		for n, b := range old.Layout.Nodes {
			i := old.nodes[n].actor
			if i >= 0 && i < len(now.nodeOf) && now.nodeOf[i] >= 0 && b.X >= x && b.Y >= y {
				anchor, was, ok = Selection{SelectActor, i}, b, true
				break
			}
		}
	}
	is, found := now.extent(anchor)
	if !ok || !found {
		return st
	}
	st.X, st.Y = is.X-(was.X-x), is.Y-(was.Y-y)
	st.X, st.Y = now.origin(st, now.asked.w, now.asked.h)
	if st.Selected == anchor {
		st = st.Select(now, anchor)
	}
	return st
}

// ZoomBy returns the state n steps nearer, or further for a negative n, than
// plan p shows. Below the largest and above the smallest step it stays.
func (st GraphState) ZoomBy(p *GraphPlan, n int) GraphState {
	st.Zoom = max(1, min(p.Step-Zoom(n), MaxZoom))
	return st
}

// FocusOn returns the state that shows only the selected actor, or the target
// of the selected channel, and what it is joined to; and the whole graph when
// it did that already, or when nothing is selected.
func (st GraphState) FocusOn(s *collector.Snapshot) GraphState {
	i := -1
	switch {
	case st.Selected.Kind == SelectActor:
		i = st.Selected.Index
	case st.Selected.Kind == SelectChannel && st.Selected.Index < len(s.Channels):
		i = int(s.Channels[st.Selected.Index].To)
	}
	if st.Focus == i+1 {
		i = -1
	}
	st.Focus = max(0, i+1)
	return st
}
