package tui

import (
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/view"
)

// armAfter is how long a question must have been on the screen before a key
// counts as its answer: what was typed ahead was not meant for it.
const armAfter = 500 * time.Millisecond

// aloneFor is the time within which no other byte may have been read before a
// key that confirms. It rules out keys that came in one read, text that a
// terminal pastes without saying so, and a key that is held down.
const aloneFor = 100 * time.Millisecond

// typedFor is the same for the letters of a name, which people type fast.
const typedFor = 8 * time.Millisecond

// shownSince follows a frame to the screen.
type shownSince struct {
	seq uint64 // of the first frame that shows it; 0 as long as there is none
}

// armed reports whether the frame has been on the screen for long enough, and
// when to ask again if not.
func (f shownSince) armed(d Display, now time.Time) (ok bool, again time.Time) {
	if f.seq == 0 {
		return false, now.Add(armAfter)
	}
	at, shown := d.ShownAt(f.seq)
	if !shown {
		return false, now.Add(armAfter / 4)
	}
	at = at.Add(armAfter)
	return !now.Before(at), at
}

// stopping is the question whether to stop the service.
type stopping struct {
	shownSince
	instance telemetry.Instance // the one that was asked about
	dialog   view.StopDialog
}

// question opens the question, if there is a service that can be asked.
func (m *model) question() {
	s := m.latest
	switch {
	case s == nil:
		return
	case s.Phase != telemetry.PhaseRunning:
		m.tab(keymap.Shutdown)
		m.say("it is stopping already")
		return
	case s.Link != collector.LinkLive:
		m.say("not connected: the service cannot be asked")
		return
	case !s.Can.Control:
		m.say("this service cannot be stopped from here")
		return
	}
	m.resume()
	m.stop = stopping{instance: s.Instance}
	m.overlay = keymap.Stop
	if !s.Local {
		m.overlay = keymap.StopName
	}
	m.dirty = true
}

// stoppable reports whether a service can be asked to stop.
func stoppable(s *collector.Snapshot) bool {
	return s.Phase == telemetry.PhaseRunning && s.Link == collector.LinkLive && s.Can.Control
}

// stopOpen reports whether the question is open.
func (m *model) stopOpen() bool { return m.overlay == keymap.Stop || m.overlay == keymap.StopName }

// checkStop withdraws the question when what it was about is gone, and lets
// keys count once it was visible for long enough.
func (m *model) checkStop() {
	if !m.stopOpen() {
		return
	}
	if s := m.latest; s.Instance != m.stop.instance || s.Link == collector.LinkLost || s.Link == collector.LinkEnded {
		m.overlay = nowhere
		m.say("the service is gone; nothing was asked of it")
		return
	}
	if ok, _ := m.stop.armed(m.display, m.now()); ok && !m.stop.dialog.Armed {
		m.stop.dialog.Armed, m.dirty = true, true
	}
}

// stopKey handles a key while the question is open.
func (m *model) stopKey(a keymap.Action, msg tea.KeyPressMsg) tea.Cmd {
	m.checkStop()
	if !m.stopOpen() {
		return nil
	}
	d := &m.stop.dialog
	m.dirty = true
	switch {
	case a == keymap.Deny:
		m.overlay = nowhere
		return nil
	case d.Sent:
		return nil
	case !d.Armed:
		d.Problem = "too soon: read the question first"
		return nil
	case msg.IsRepeat:
		return nil
	}
	d.Problem = ""
	if m.overlay == keymap.StopName {
		return m.typeName(a, msg)
	}
	if a != keymap.Confirm {
		return nil
	}
	if m.display.InputWithin(aloneFor) > len(msg.Text) {
		d.Problem = "it counts only when y is pressed alone"
		return nil
	}
	return m.confirm()
}

// typeName takes a letter of the name that confirms, or the key that ends it.
func (m *model) typeName(a keymap.Action, msg tea.KeyPressMsg) tea.Cmd {
	d := &m.stop.dialog
	switch a {
	case keymap.Confirm:
		if d.Typed != m.latest.Service {
			d.Problem = "that is not its name"
			return nil
		}
		return m.confirm()
	case keymap.Erase:
		_, n := utf8.DecodeLastRuneInString(d.Typed)
		d.Typed = d.Typed[:len(d.Typed)-n]
	case keymap.EraseLine:
		d.Typed = ""
	case keymap.None:
		if m.display.InputWithin(typedFor) > utf8.UTFMax {
			d.Problem = "what is pasted does not count"
			return nil
		}
		d.Typed = safetext.Clean(d.Typed+msg.Text, maxQuery)
	}
	return nil
}

func (m *model) confirm() tea.Cmd {
	m.stop.dialog.Sent = true
	return m.askStop(m.stop.instance)
}

func (m *model) takeStopAsked(msg stopAskedMsg) {
	m.dirty = true
	mine := m.stopOpen() && m.stop.instance == msg.instance
	// A service may end before its answer came through.
	stops := m.latest != nil && m.latest.Instance == msg.instance && m.latest.Phase != telemetry.PhaseRunning
	if msg.err == nil || stops {
		m.asked = true
		if mine {
			m.overlay = nowhere
		}
		if m.view != keymap.Shutdown && m.view != keymap.Picker {
			m.open(keymap.Shutdown)
		}
		return
	}
	if !mine {
		m.say("it was not stopped: " + brief(msg.err))
		return
	}
	m.stop.dialog.Sent, m.stop.dialog.Problem = false, "it was not stopped: "+brief(msg.err)
}

// ending is the notice that the service has ended, which any key closes.
type ending struct {
	shownSince
	instance telemetry.Instance
}

// keyAtEnd leaves, once the notice was visible for long enough: a key that was
// meant for what was there before must not.
func (m *model) keyAtEnd() tea.Cmd {
	if ok, _ := m.ending.armed(m.display, m.now()); !ok {
		return nil
	}
	if !m.picked {
		return tea.Quit
	}
	m.back = nil
	m.leaveSession()
	return m.list()
}
