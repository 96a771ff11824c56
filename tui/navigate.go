package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/view"
)

// maxBack bounds the stack of views.
const maxBack = 32

// open goes to another view and remembers the one before.
func (m *model) open(v keymap.View) {
	if m.view == v {
		return
	}
	m.back = append(m.back, m.view)
	if len(m.back) > maxBack {
		m.back = slices.Delete(m.back, 0, 1)
	}
	m.enter(v)
}

// enter shows a view with the selection that all views share.
func (m *model) enter(v keymap.View) {
	m.view, m.dirty = v, true
	sel, now := m.graph.Selected, m.now()
	switch {
	case v == keymap.Actors && sel.Kind == view.SelectActor:
		m.actors.Select(int32(sel.Index), now)
	case v == keymap.Channels && sel.Kind == view.SelectChannel:
		m.channels.Select(int32(sel.Index), now)
	case v == keymap.Graph && m.plan != nil:
		m.graph = m.graph.Select(m.plan, sel)
	}
}

// goBack closes what is on top: an overlay, a search, a view. From the last one
// it goes to the picker, if that is where the user came from or the service is
// lost.
func (m *model) goBack() {
	switch {
	case m.overlay != nowhere:
		m.overlay = nowhere
	case m.query() != "" && m.view != keymap.Detail:
		m.setQuery("")
	case len(m.back) > 0:
		v := m.back[len(m.back)-1]
		m.back = m.back[:len(m.back)-1]
		if m.view != keymap.Detail {
			m.unscope()
		}
		m.enter(v)
	case m.view == keymap.Picker:
	case m.picked || m.o.List != nil && m.shown.Link == collector.LinkLost:
		m.leaveSession()
	case m.view != keymap.Graph:
		m.enter(keymap.Graph)
	}
}

// leaveSession goes to the picker.
func (m *model) leaveSession() {
	s := m.session
	m.session, m.latest, m.shown = nil, nil, nil
	go func() { // it waits for the connection
		defer m.guard()
		s.Close()
	}()
	m.enter(keymap.Picker)
}

// tab goes to one of the views that have a number.
func (m *model) tab(v keymap.View) {
	if m.view == v {
		return
	}
	m.back = m.back[:0]
	m.unscope()
	m.enter(v)
}

func (m *model) nextTab(a keymap.Action) {
	tabs := keymap.Tabs()
	by := 1
	if a == keymap.PrevView {
		by = len(tabs) - 1
	}
	m.tab(tabs[(max(0, slices.Index(tabs, m.view))+by)%len(tabs)])
}

// openSelected opens what the cursor of the view is on.
func (m *model) openSelected() tea.Cmd {
	switch m.view {
	case keymap.Graph:
		if m.openFolded() {
			return nil
		}
		return m.openDetail(m.graph.Selected)
	case keymap.Actors:
		if i := m.actors.Selected(); i >= 0 {
			return m.openDetail(view.Selection{Kind: view.SelectActor, Index: int(i)})
		}
	case keymap.Channels:
		if i := m.channels.Selected(); i >= 0 {
			return m.openDetail(view.Selection{Kind: view.SelectChannel, Index: int(i)})
		}
	case keymap.Events:
		return m.openDetail(m.named(m.events.Subject()))
	case keymap.Shutdown:
		return m.openDetail(m.named(m.votes.Selected()))
	case keymap.Picker:
		if s, ok := m.picker.Selected(); ok {
			m.say("attaching to " + s.Name)
			return m.attachTo(s)
		}
	}
	return nil
}

// openFolded opens the list of the actors or channels that are folded into what
// is selected in the graph, and reports whether there are any.
func (m *model) openFolded() bool {
	p, s, sel := m.plan, m.shown, m.graph.Selected
	if p == nil || s == nil {
		return false
	}
	var names []string
	if lanes := p.Lanes(sel); len(lanes) > 1 {
		for _, k := range lanes {
			names = append(names, s.Channels[k].Name)
		}
		m.open(keymap.Channels)
		m.channels.SetScope(p.NameOf(s, sel), names)
	} else if members := p.Members(sel); sel.Kind == view.SelectActor && members != nil {
		for _, i := range members {
			names = append(names, s.Actors[i].Name)
		}
		m.open(keymap.Actors)
		m.actors.SetScope(p.NameOf(s, sel), names)
	} else {
		return false
	}
	m.updateLists()
	return true
}

// unscope makes both lists whole again.
func (m *model) unscope() {
	m.actors.SetScope("", nil)
	m.channels.SetScope("", nil)
	m.updateLists()
}

// named returns the actor or channel of a name, or the first lane of a bundle.
func (m *model) named(name string) view.Selection {
	if name == "" || m.shown == nil {
		return view.Selection{}
	}
	for i := range m.shown.Actors {
		if m.shown.Actors[i].Name == name {
			return view.Selection{Kind: view.SelectActor, Index: i}
		}
	}
	for i := range m.shown.Channels {
		if c := &m.shown.Channels[i]; c.Name == name || c.Bundle == name {
			return view.Selection{Kind: view.SelectChannel, Index: i}
		}
	}
	return view.Selection{}
}

func (m *model) takeServices(msg servicesMsg) {
	m.listing, m.listed = false, m.now()
	if msg.err != nil {
		m.say(brief(msg.err))
		return
	}
	m.picker.Fill(msg.services, msg.skipped)
	m.dirty = m.dirty || m.view == keymap.Picker
}

func (m *model) takeAttached(msg attachedMsg) tea.Cmd {
	if msg.err != nil {
		m.say(brief(msg.err))
		return m.list()
	}
	if m.view != keymap.Picker {
		msg.session.Close()
		return nil
	}
	m.notice = ""
	m.attach(msg.session)
	m.picked = true
	return m.watchSession()
}
