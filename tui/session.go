package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/view"
)

// attach begins to show a session.
func (m *model) attach(s Session) {
	m.session = s
	m.latest, m.shown, m.paused, m.asked = nil, nil, time.Time{}, false
	m.view, m.back, m.overlay = keymap.Graph, nil, nowhere
	m.graph, m.plan = view.GraphState{}, nil
	m.unscope()
	m.take(s.Latest())
}

// detach ends the session, if there is one.
func (m *model) detach() {
	if m.session != nil {
		m.session.Close()
		m.session = nil
	}
}

func (m *model) takeSnapshot(msg snapshotMsg) tea.Cmd {
	if msg.from != m.session {
		return nil
	}
	if msg.snap == nil { // closed, by someone else
		m.say("the session was closed")
		return nil
	}
	return batch(m.take(msg.snap), m.watchSession())
}

// take takes in a new picture. While the picture is held, it is kept for later,
// unless it says something that nobody should miss.
func (m *model) take(s *collector.Snapshot) tea.Cmd {
	was := m.latest
	m.latest = s
	begins := s.Phase == telemetry.PhaseStopping && (was == nil || was.Instance != s.Instance || was.Phase == telemetry.PhaseRunning)
	ends := s.End != nil && (was == nil || was.End == nil)
	if begins || ends {
		m.resume()
	}
	if m.paused.IsZero() {
		m.show(s)
	}
	m.checkStop()
	if begins && m.view != keymap.Shutdown {
		m.overlay = nowhere
		m.open(keymap.Shutdown)
	}
	if ends {
		m.overlay = nowhere
	}
	return m.refreshDetail()
}

// show makes s what is on the screen.
func (m *model) show(s *collector.Snapshot) {
	was := m.shown
	m.shown, m.dirty = s, true
	if was != nil && was.Instance != 0 && (was.Instance != s.Instance || was.Generation != s.Generation) {
		m.graph.Focus = followFocus(was, s, m.graph.Focus)
		m.graph.Selected = view.Follow(was, s, m.graph.Selected)
		m.detail.follow(was, s)
	}
	now := m.now()
	m.actors.Update(s, now)
	m.channels.Update(s, now)
	m.events.Update(s)
	m.votes.Update(s)
}

// followFocus carries the focus of the graph over to another instance; it ends
// when its actor is gone.
func followFocus(was, now *collector.Snapshot, focus int) int {
	if focus == 0 {
		return 0
	}
	to := view.Follow(was, now, view.Selection{Kind: view.SelectActor, Index: focus - 1})
	if to.Kind != view.SelectActor {
		return 0
	}
	return to.Index + 1
}

// resume ends the pause.
func (m *model) resume() {
	if m.paused.IsZero() {
		return
	}
	m.paused = time.Time{}
	m.show(m.latest)
}
