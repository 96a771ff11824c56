package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/keymap"
)

// settleAfter is how long a terminal must have kept its size before it is
// painted: while it is dragged, every size in between would be painted.
const settleAfter = 40 * time.Millisecond

// listEach is how often the picker looks for services.
const listEach = 2 * time.Second

// changed takes note of another size or look of the terminal.
func (m *model) changed() {
	m.pickTheme()
	m.settled, m.dirty = m.now().Add(settleAfter), true
}

// rest arms the timer for the next moment at which something changes by itself.
// There is one timer at most, and none when nothing is to come.
func (m *model) rest() tea.Cmd {
	at := m.nextWake()
	if at.IsZero() || !m.wake.IsZero() && !at.Before(m.wake) {
		return nil
	}
	m.wake = at
	d := max(time.Millisecond, at.Sub(m.now()))
	return m.do(func(ctx context.Context) tea.Msg {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return wakeMsg{}
		case <-ctx.Done():
			return nil
		}
	})
}

// nextWake returns the next moment at which something changes by itself; zero
// for never.
func (m *model) nextWake() time.Time {
	now := m.now()
	var at time.Time
	by := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	if m.dirty {
		by(m.settled)
	}
	if m.notice != "" {
		by(m.until)
	}
	if m.stopOpen() && !m.stop.dialog.Armed {
		_, again := m.stop.armed(m.display, now)
		by(again)
	}
	if m.view == keymap.Picker {
		if !m.listing && m.o.List != nil {
			by(m.listed.Add(listEach))
		}
		return at
	}
	by(m.nextAge(now))
	return at
}

// nextAge returns when the age of the data, or the time until the next attempt
// to connect, is the next time another number of seconds.
func (m *model) nextAge(now time.Time) time.Time {
	s := m.shown
	if s == nil || !m.paused.IsZero() || s.Link == collector.LinkEnded || s.Taken.IsZero() {
		return time.Time{}
	}
	age := s.Age(now)
	if s.Link == collector.LinkLive {
		return s.Taken.Add(max(2*time.Second, age.Truncate(time.Second)+time.Second))
	}
	next := s.Taken.Add(age.Truncate(time.Second) + time.Second)
	if left := s.Retry.Sub(now); left > 0 {
		if r := s.Retry.Add(-left.Truncate(time.Second)); r.After(now) && r.Before(next) {
			next = r
		}
	}
	return next
}

// woken does what is due.
func (m *model) woken() tea.Cmd {
	now := m.now()
	if m.notice != "" && !now.Before(m.until) {
		m.notice, m.dirty = "", true
	}
	m.checkStop()
	if m.view == keymap.Picker {
		if !now.Before(m.listed.Add(listEach)) {
			return m.list()
		}
		return nil
	}
	if s := m.shown; s != nil && m.paused.IsZero() && (s.Link != collector.LinkLive || s.Age(now) >= 2*time.Second) {
		m.dirty = true
	}
	return nil
}
