package tui

import (
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/view"
)

// far is more rows than any list has.
const far = 1 << 30

// steps returns by how many rows a key moves a cursor or a window, when page
// rows are visible.
func steps(a keymap.Action, page int) int {
	switch a {
	case keymap.Up:
		return -1
	case keymap.Down:
		return 1
	case keymap.Top:
		return -far
	case keymap.Bottom:
		return far
	case keymap.HalfUp:
		return -max(1, page/2)
	case keymap.HalfDown:
		return max(1, page/2)
	case keymap.PageUp:
		return -page
	case keymap.PageDown:
		return page
	}
	return 0
}

// move moves the cursor of the view that has the keys.
func (m *model) move(a keymap.Action) {
	if a == keymap.NextBottleneck {
		m.nextBottleneck()
		return
	}
	now := m.now()
	switch m.focus() {
	case keymap.Graph:
		m.moveInGraph(a)
	case keymap.Actors:
		m.actors.Move(steps(a, m.actors.Page()), now)
		m.follow()
	case keymap.Channels:
		m.channels.Move(steps(a, m.channels.Page()), now)
		m.follow()
	case keymap.Events:
		m.events.Move(steps(a, m.events.Page()))
	case keymap.Shutdown:
		m.votes.Move(steps(a, m.votes.Page()))
	case keymap.Detail:
		m.detail.Scroll(steps(a, m.detail.Page()))
	case keymap.Help:
		m.help.Scroll(steps(a, m.help.Page()))
	case keymap.Picker:
		m.picker.Move(steps(a, m.picker.Page()))
	}
}

// follow makes the row under the cursor of a list what is selected everywhere.
func (m *model) follow() {
	switch i, k := m.actors.Selected(), m.channels.Selected(); {
	case m.view == keymap.Actors && i >= 0:
		m.graph.Selected = view.Selection{Kind: view.SelectActor, Index: int(i)}
	case m.view == keymap.Channels && k >= 0:
		m.graph.Selected = view.Selection{Kind: view.SelectChannel, Index: int(k)}
	}
}

// moveInGraph moves the selection along edges and layers. Keys for pages move
// the window.
func (m *model) moveInGraph(a keymap.Action) {
	p, s := m.plan, m.shown
	if p == nil || s == nil {
		return
	}
	sel := m.graph.Selected
	switch a {
	case keymap.Left:
		sel = p.Move(s, sel, view.WayLeft)
	case keymap.Right:
		sel = p.Move(s, sel, view.WayRight)
	case keymap.Up:
		sel = p.Move(s, sel, view.WayUp)
	case keymap.Down:
		sel = p.Move(s, sel, view.WayDown)
	case keymap.Top:
		sel = p.First()
	case keymap.Bottom:
		sel = p.Last()
	default:
		_, dy := p.PanStep()
		m.graph = m.graph.Pan(p, 0, steps(a, 2*dy))
		return
	}
	m.graph = m.graph.Select(p, sel)
}

// arrangeGraph changes what of the graph is visible, and how large.
func (m *model) arrangeGraph(a keymap.Action) {
	p, s := m.plan, m.shown
	if p == nil || s == nil {
		return
	}
	dx, dy := p.PanStep()
	switch a {
	case keymap.PanLeft:
		m.graph = m.graph.Pan(p, -dx, 0)
	case keymap.PanRight:
		m.graph = m.graph.Pan(p, dx, 0)
	case keymap.PanUp:
		m.graph = m.graph.Pan(p, 0, -dy)
	case keymap.PanDown:
		m.graph = m.graph.Pan(p, 0, dy)
	case keymap.ZoomIn:
		m.graph = m.graph.ZoomBy(p, 1)
	case keymap.ZoomOut:
		m.graph = m.graph.ZoomBy(p, -1)
	case keymap.ZoomFit:
		m.graph.Zoom = view.ZoomFit
	case keymap.ZoomCycle:
		m.graph.Zoom = p.Step%view.MaxZoom + 1
	case keymap.Focus:
		m.graph = m.graph.FocusOn(s)
	case keymap.Relayout:
		m.plan = nil
	case keymap.Fold:
		m.fold()
	case keymap.FoldAll:
		m.graph = m.graph.FoldNext(p)
		m.say(m.graph.Fold.Mode.String())
	}
}

// fold unfolds the selected node, or folds the selected actor with others.
func (m *model) fold() {
	if m.graph.Selected.Kind == view.SelectNothing {
		m.say("nothing is selected")
		return
	}
	st, ok := m.graph.FoldSelected(m.plan)
	if !ok {
		m.say("it has no siblings and is in no troupe")
		return
	}
	m.graph = st
}

// nextBottleneck selects what to look at first, and from there the next worst.
func (m *model) nextBottleneck() {
	if m.shown == nil {
		return
	}
	if m.plan == nil { // the graph was not on the screen so far
		w, h := m.display.Size()
		m.layOut(m.shown, w, h-2)
	}
	sel := m.plan.NextBottleneck(m.shown, m.graph)
	if sel.Kind == view.SelectNothing {
		m.say("nothing holds it up")
		return
	}
	m.graph = m.graph.Select(m.plan, sel)
	now := m.now()
	switch {
	case m.view == keymap.Actors && sel.Kind == view.SelectActor:
		m.actors.Select(int32(sel.Index), now)
	case m.view == keymap.Channels && sel.Kind == view.SelectChannel:
		m.channels.Select(int32(sel.Index), now)
	case m.view != keymap.Graph:
		m.tab(keymap.Graph)
	}
}

// sort handles the keys of columns.
func (m *model) sort(a keymap.Action) {
	l := &m.actors.List
	if m.view == keymap.Channels {
		l = &m.channels.List
	}
	switch a {
	case keymap.ColumnLeft:
		l.ChooseColumn(-1)
		return
	case keymap.ColumnRight:
		l.ChooseColumn(1)
		return
	case keymap.SortInvert:
		l.Invert()
	case keymap.SortColumn:
		if m.view == keymap.Channels {
			m.channels.SortChosen()
		} else {
			m.actors.SortChosen()
		}
	}
	m.updateLists()
}

// updateLists sorts and filters the lists anew.
func (m *model) updateLists() {
	if m.shown != nil {
		m.actors.Update(m.shown, m.now())
		m.channels.Update(m.shown, m.now())
	}
}
