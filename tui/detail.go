package tui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/view"
)

// detail is the view of one actor or channel.
type detail struct {
	view.Detail
	of       view.Selection
	instance telemetry.Instance // of which Info was asked for
	restarts uint64             // that the actor had then
}

// follow carries the view over to another instance. What is not there any more
// has the index -1.
func (d *detail) follow(was, now *collector.Snapshot) {
	if d.of.Index < 0 {
		return
	}
	to := view.Follow(was, now, d.of)
	if to.Kind == view.SelectNothing {
		to = view.Selection{Kind: d.of.Kind, Index: -1}
	}
	d.of = to
}

// openDetail opens the view of what is selected.
func (m *model) openDetail(sel view.Selection) tea.Cmd {
	if sel.Kind == view.SelectNothing {
		return nil
	}
	m.graph.Selected = sel
	m.detail = detail{of: sel}
	m.open(keymap.Detail)
	return m.refreshDetail()
}

// refreshDetail asks the service about the actor in view, when that was not
// asked yet or the actor failed since.
func (m *model) refreshDetail() tea.Cmd {
	s, d := m.shown, &m.detail
	if m.view != keymap.Detail || d.of.Kind != view.SelectActor || d.of.Index < 0 || d.of.Index >= len(s.Actors) {
		return nil
	}
	a := &s.Actors[d.of.Index]
	if d.instance == s.Instance && d.restarts == a.Restarts || s.Instance == 0 {
		return nil
	}
	d.instance, d.restarts = s.Instance, a.Restarts
	return m.askDetail(s.Instance, a.ID)
}

func (m *model) takeDetail(msg detailMsg) {
	s, d := m.shown, &m.detail
	if d.of.Kind != view.SelectActor || d.instance != msg.instance || d.of.Index < 0 || d.of.Index >= len(s.Actors) || s.Actors[d.of.Index].ID != msg.actor {
		return
	}
	d.Info, d.Problem = msg.info, ""
	if msg.err != nil {
		d.Problem = brief(msg.err)
	}
	m.dirty = true
}

// brief returns what went wrong without the names of the packages that passed
// it on, for a line on the screen.
func brief(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			break
		}
		err = next
	}
	text := err.Error()
	for _, p := range []string{"collector: ", "source: ", "tui: "} {
		text = strings.TrimPrefix(text, p)
	}
	return safetext.Clean(text, 200)
}
