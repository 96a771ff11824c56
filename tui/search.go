package tui

import (
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/tui/keymap"
)

// maxQuery bounds the bytes of a search.
const maxQuery = 200

// query returns the search of the view.
func (m *model) query() string {
	switch m.view {
	case keymap.Graph:
		return m.graph.Query
	case keymap.Actors:
		return m.actors.Query()
	case keymap.Channels:
		return m.channels.Query()
	case keymap.Picker:
		return m.picker.Query()
	}
	return ""
}

func (m *model) setQuery(q string) {
	q = safetext.Clean(q, maxQuery)
	m.dirty = true
	switch m.view {
	case keymap.Graph:
		m.graph.Query = q
	case keymap.Actors:
		m.actors.SetQuery(q)
	case keymap.Channels:
		m.channels.SetQuery(q)
	case keymap.Picker:
		m.picker.SetQuery(q)
	}
	m.updateLists()
}

func (m *model) startSearch() {
	m.before = m.query()
	m.overlay = keymap.Search
}

// searchKey handles a key while a search is typed.
func (m *model) searchKey(a keymap.Action, bound bool, text string) tea.Cmd {
	m.dirty = true
	switch {
	case a == keymap.Accept:
		m.overlay = nowhere
		m.accept()
	case a == keymap.Cancel:
		m.overlay = nowhere
		m.setQuery(m.before)
	case a == keymap.Erase:
		q := m.query()
		_, n := utf8.DecodeLastRuneInString(q)
		m.setQuery(q[:len(q)-n])
	case a == keymap.EraseLine:
		m.setQuery("")
	case !bound && text != "":
		m.setQuery(m.query() + text)
	}
	return nil
}

// accept ends typing: the first that was found is selected.
func (m *model) accept() {
	if m.view == keymap.Graph && m.graph.Query != "" && m.plan != nil {
		m.graph = m.graph.Select(m.plan, m.plan.NextMatch(m.shown, m.graph, 1))
	}
	m.follow()
}

// searchStep goes to the next or the previous that was found.
func (m *model) searchStep(a keymap.Action) {
	by := 1
	if a == keymap.SearchPrev {
		by = -1
	}
	if m.query() == "" {
		m.say("nothing is searched for; / begins")
		return
	}
	switch {
	case m.view == keymap.Graph && m.plan != nil:
		m.graph = m.graph.Select(m.plan, m.plan.NextMatch(m.shown, m.graph, by))
	case by > 0:
		m.move(keymap.Down)
	default:
		m.move(keymap.Up)
	}
}

// found returns how much the search finds, and of how much.
func (m *model) found() (found, total int) {
	switch m.view {
	case keymap.Actors:
		return m.actors.Rows()
	case keymap.Channels:
		return m.channels.Rows()
	case keymap.Picker:
		return m.picker.Rows()
	}
	if m.plan == nil || m.shown == nil {
		return 0, 0
	}
	return m.plan.Matches(m.shown, m.graph.Query), len(m.shown.Actors) + len(m.shown.Channels)
}
