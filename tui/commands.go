package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/view"
)

// What commands report.
type (
	// snapshotMsg is a new picture; nil when the session was closed.
	snapshotMsg struct {
		from Session
		snap *collector.Snapshot
	}
	// changedMsg says that the size or the look of the terminal is another.
	changedMsg struct{}
	// wakeMsg says that the timer fired.
	wakeMsg     struct{}
	servicesMsg struct {
		services []view.Service
		skipped  []view.Skipped
		err      error
	}
	attachedMsg struct {
		to      view.Service
		session Session
		err     error
	}
	detailMsg struct {
		instance telemetry.Instance
		actor    uint32
		info     *telemetry.ActorDetail
		err      error
	}
	stopAskedMsg struct {
		instance telemetry.Instance
		err      error
	}
	suspendedMsg struct{ err error }
)

// Limits on how long a service may take to answer.
const (
	askWithin    = 5 * time.Second
	attachWithin = 10 * time.Second
)

// do makes a command of a function that may block. A panic in it must give the
// terminal back.
func (m *model) do(f func(ctx context.Context) tea.Msg) tea.Cmd {
	ctx, guard := m.ctx, m.guard
	return func() tea.Msg {
		defer guard()
		return f(ctx)
	}
}

// watchSession waits for the next Snapshot.
func (m *model) watchSession() tea.Cmd {
	s := m.session
	return m.do(func(ctx context.Context) tea.Msg {
		select {
		case snap := <-s.Snapshots():
			return snapshotMsg{s, snap}
		case <-ctx.Done():
			return nil
		}
	})
}

// watchDisplay waits until the terminal has changed.
func (m *model) watchDisplay() tea.Cmd {
	changes := m.display.Changes()
	return m.do(func(ctx context.Context) tea.Msg {
		select {
		case <-changes:
			return changedMsg{}
		case <-ctx.Done():
			return nil
		}
	})
}

// list looks for services.
func (m *model) list() tea.Cmd {
	if m.listing || m.o.List == nil {
		return nil
	}
	m.listing = true
	list := m.o.List
	return m.do(func(ctx context.Context) tea.Msg {
		services, skipped, err := list(ctx)
		return servicesMsg{services, skipped, err}
	})
}

// attachTo attaches to a service of the picker.
func (m *model) attachTo(s view.Service) tea.Cmd {
	attach := m.o.Attach
	return m.do(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, attachWithin)
		defer cancel()
		session, err := attach(ctx, s)
		return attachedMsg{s, session, err}
	})
}

// askDetail loads what only the service knows of an actor.
func (m *model) askDetail(instance telemetry.Instance, actor uint32) tea.Cmd {
	s := m.session
	return m.do(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		info, err := s.Detail(ctx, actor)
		return detailMsg{instance, actor, info, err}
	})
}

// askStop asks the service to stop.
func (m *model) askStop(instance telemetry.Instance) tea.Cmd {
	s, reason := m.session, m.o.Reason
	return m.do(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		return stopAskedMsg{instance, s.RequestShutdown(ctx, instance, reason)}
	})
}

// suspend hands the terminal to the shell.
func (m *model) suspend() tea.Cmd {
	d := m.display
	return m.do(func(context.Context) tea.Msg { return suspendedMsg{d.Suspend()} })
}
