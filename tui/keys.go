package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/tui/keymap"
)

// focus returns the view that has the keys.
func (m *model) focus() keymap.View {
	if m.overlay != nowhere {
		return m.overlay
	}
	return m.view
}

// key handles a key. What it does is looked up in the one table.
func (m *model) key(msg tea.KeyPressMsg) tea.Cmd {
	at := m.focus()
	action, bound := keymap.Lookup(at, msg.String())
	switch action {
	case keymap.Suspend:
		return m.suspend()
	case keymap.Redraw:
		m.display.Redraw()
		m.dirty = true
		return nil
	case keymap.Quit:
		return tea.Quit
	}
	if m.tooSmall() {
		return nil
	}
	if m.notice != "" {
		m.notice, m.dirty = "", true
	}
	switch {
	case m.ended():
		return m.keyAtEnd()
	case at == keymap.Stop || at == keymap.StopName:
		return m.stopKey(action, msg)
	case at == keymap.Search:
		return m.searchKey(action, bound, msg.Text)
	case !bound:
		return nil
	}
	m.dirty = true
	return m.act(action)
}

// act does what a key of a view means.
func (m *model) act(a keymap.Action) tea.Cmd {
	switch a {
	case keymap.ShowHelp:
		m.help.Scroll(-1 << 20)
		m.overlay = keymap.Help
	case keymap.Back:
		m.goBack()
	case keymap.Pause:
		m.pause()
	case keymap.Reconnect:
		return m.reconnect()
	case keymap.AskStop:
		m.question()
	case keymap.NextView, keymap.PrevView:
		m.nextTab(a)
	case keymap.ShowGraph, keymap.ShowActors, keymap.ShowChannels, keymap.ShowEvents, keymap.ShowShutdown:
		m.tab(keymap.Tabs()[a-keymap.ShowGraph])
	case keymap.Open:
		return m.openSelected()
	case keymap.StartSearch:
		m.startSearch()
	case keymap.SearchNext, keymap.SearchPrev:
		m.searchStep(a)
	case keymap.SortColumn, keymap.SortInvert, keymap.ColumnLeft, keymap.ColumnRight:
		m.sort(a)
	case keymap.PanLeft, keymap.PanRight, keymap.PanUp, keymap.PanDown,
		keymap.ZoomIn, keymap.ZoomOut, keymap.ZoomFit, keymap.ZoomCycle, keymap.Focus, keymap.Relayout, keymap.Fold, keymap.FoldAll:
		m.arrangeGraph(a)
	default:
		m.move(a)
	}
	return nil
}

// paste takes pasted text, which only a search wants: a name that confirms a
// stop is to be typed.
func (m *model) paste(text string) {
	if m.tooSmall() {
		return
	}
	switch m.focus() {
	case keymap.Search:
		text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
		m.setQuery(m.query() + text)
	case keymap.Stop, keymap.StopName:
		m.stop.dialog.Problem = "what is pasted does not count"
		m.dirty = true
	}
}

// pause holds the picture, or lets it go again.
func (m *model) pause() {
	if !m.paused.IsZero() {
		m.resume()
		return
	}
	m.paused = m.now()
}

// reconnect looks again at once for what is missing.
func (m *model) reconnect() tea.Cmd {
	if m.view == keymap.Picker {
		return m.list()
	}
	m.session.Hurry()
	return nil
}

// ended reports whether the service said that it ended, and that is on the
// screen.
func (m *model) ended() bool {
	return m.view != keymap.Picker && m.shown != nil && m.shown.End != nil
}
