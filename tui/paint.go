package tui

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/view"
)

// paint draws a frame and hands it over. It never waits; a frame that the
// terminal has not taken yet is replaced.
func (m *model) paint() {
	c := m.display.Canvas()
	m.draw(c)
	seq := m.display.Offer(c)
	m.dirty = false
	if m.stopOpen() && m.stop.seq == 0 {
		m.stop.seq = seq
	}
	if m.ended() && m.ending.instance != m.shown.Instance {
		m.ending = ending{shownSince{seq}, m.shown.Instance}
	}
}

// tooSmall reports whether the terminal is too small for the dashboard.
func (m *model) tooSmall() bool {
	w, h := m.display.Size()
	return w < view.MinWidth || h < view.MinHeight
}

// draw draws everything.
func (m *model) draw(c *screen.Canvas) {
	w, h := c.Size()
	if w < view.MinWidth || h < view.MinHeight {
		view.DrawTooSmall(c, m.theme)
		return
	}
	head, rest := c.Bounds().SplitTop(1)
	foot, body := rest.SplitBottom(1)
	if m.view == keymap.Picker {
		c.Text(1, 0, w-2, "steadytop", m.theme.Strong)
		m.picker.Draw(c.Sub(body), m.theme)
	} else {
		s := m.shown
		view.Header{Now: m.now(), Paused: m.paused}.Draw(c.Sub(head), s, m.theme)
		m.drawBody(c.Sub(body), s)
		if m.paused.IsZero() && view.NeedsBanner(s) {
			c.Restyle(body, m.theme.Fade)
			banner, _ := body.SplitTop(1)
			view.DrawBanner(c.Sub(banner), s, m.now(), m.o.List != nil, m.theme)
		}
	}
	if m.overlay == keymap.Search {
		found, total := m.found()
		view.DrawPrompt(c.Sub(foot), m.query(), found, total, m.theme)
	} else {
		view.DrawFooter(c.Sub(foot), m.focus(), m.useless, m.notice, m.theme)
	}
	m.drawOver(c.Sub(body))
}

// useless reports whether an action can do nothing now.
func (m *model) useless(a keymap.Action) bool {
	return a == keymap.AskStop && (m.latest == nil || !stoppable(m.latest))
}

// drawOver draws what lies on top of a view.
func (m *model) drawOver(c *screen.Canvas) {
	switch {
	case m.overlay == keymap.Help:
		m.help.Draw(c, m.view, m.theme)
	case m.ended():
		view.DrawEnd(c, m.shown, m.theme)
	case m.stopOpen():
		m.stop.dialog.Draw(c, m.latest, m.theme)
	}
}

func (m *model) drawBody(c *screen.Canvas, s *collector.Snapshot) {
	if s.Instance == 0 {
		view.DrawWaiting(c, "waiting for "+s.Target, s.Problem, m.theme)
		return
	}
	switch m.view {
	case keymap.Actors:
		m.actors.Draw(c, m.theme)
	case keymap.Channels:
		m.channels.Draw(c, m.theme)
	case keymap.Events:
		m.events.Draw(c, m.theme)
	case keymap.Shutdown:
		m.votes.Draw(c, m.theme)
	case keymap.Detail:
		if m.detail.of.Kind == view.SelectChannel {
			m.detail.DrawChannel(c, s, m.detail.of.Index, m.theme)
		} else {
			m.detail.DrawActor(c, s, m.detail.of.Index, m.theme)
		}
	default:
		m.drawGraph(c, s)
	}
}
