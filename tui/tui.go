// Package tui is the dashboard: one Bubble Tea model that routes keys to
// views, keeps what the user chose, and has frames painted when there is
// something new to see.
//
// It asks nothing of a service by itself. A Session hands it Snapshots and
// takes its requests, a Display takes its frames; *collector.Session and
// *screen.Terminal are the real ones. Bubble Tea parses the input and runs
// commands; its renderer is off, since every byte to the terminal is made in
// package screen.
package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view"
)

// Session is a service that is being watched. *collector.Session is one.
type Session interface {
	// Snapshots returns a channel that holds the newest Snapshot which nobody
	// took yet. It is closed by Close.
	Snapshots() <-chan *collector.Snapshot
	// Latest returns the newest Snapshot; it is never nil.
	Latest() *collector.Snapshot
	// RequestShutdown asks an instance to stop, and no other. It blocks until
	// the answer is there or ctx ends.
	RequestShutdown(ctx context.Context, instance telemetry.Instance, reason string) error
	// Detail returns what only the service knows of an actor. It blocks until
	// the answer is there or ctx ends.
	Detail(ctx context.Context, actor uint32) (*telemetry.ActorDetail, error)
	// Hurry makes a lost session try to connect at once.
	Hurry()
	// Close ends the session and does nothing to the service.
	Close()
}

// Display is where frames are painted and how it is known that they were.
// *screen.Terminal is one. No method but Suspend waits for the terminal.
type Display interface {
	// Size returns the size in cells.
	Size() (w, h int)
	// Canvas returns a blank canvas of that size, to be given to Offer.
	Canvas() *screen.Canvas
	// Offer hands over a frame and returns its number. A frame that was not
	// painted yet is replaced.
	Offer(c *screen.Canvas) uint64
	// ShownAt returns when that frame or a newer one was on the screen; ok is
	// false as long as none was.
	ShownAt(seq uint64) (at time.Time, ok bool)
	// InputWithin returns how many bytes of input were read within the last d.
	InputWithin(d time.Duration) int
	// Changes signals that the size or the look of the terminal is another.
	Changes() <-chan struct{}
	// Profile returns how many colours there are.
	Profile() screen.Profile
	// Light reports whether the background is light.
	Light() bool
	// Redraw paints everything anew.
	Redraw()
	// Suspend hands the terminal to the shell and returns when it is back.
	Suspend() error
}

// Options say what to show. Session or List and Attach must be set.
type Options struct {
	Session Session // nil opens the picker

	// List finds the services to pick from, and Attach attaches to one of
	// them. Both block until they have an answer or ctx ends. With a Session
	// they may be nil; the picker is then out of reach.
	List   func(ctx context.Context) ([]view.Service, []view.Skipped, error)
	Attach func(ctx context.Context, s view.Service) (Session, error)

	Theme  *theme.Theme     // nil: by the terminal's colours and background
	Reason string           // what a service is told when it is asked to stop; "" says "asked in steadytop"
	Now    func() time.Time // nil: time.Now
}

// Result is how things stood when the dashboard was left.
type Result struct {
	Last  *collector.Snapshot // the last picture; nil when nothing was attached
	Asked bool                // the user confirmed to stop the service
}

// Run shows the dashboard until the user leaves it or ctx ends, and closes the
// session. so says how to take the terminal over. The error is a screen.Death
// when the process has to end, screen.ErrNotTerminal or screen.ErrDumb when
// there is nothing to paint on.
func Run(ctx context.Context, so screen.Options, o Options) (Result, error) {
	deaths := make(chan screen.Death, 1)
	told := so.OnDeath
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	so.OnDeath = func(d screen.Death) {
		deaths <- d
		cancel()
		if told != nil {
			told(d)
		}
	}
	term, err := screen.Open(so)
	if err != nil {
		if o.Session != nil {
			o.Session.Close()
		}
		return Result{}, fmt.Errorf("tui: terminal: %w", err)
	}
	m := newModel(ctx, term, o)
	m.guard = term.Guard
	p := tea.NewProgram(m,
		tea.WithContext(ctx), tea.WithInput(term.Input()), tea.WithOutput(io.Discard),
		tea.WithoutRenderer(), tea.WithFPS(1), tea.WithoutSignalHandler(), tea.WithoutCatchPanics())
	func() {
		defer term.Guard()
		_, err = p.Run()
	}()
	_ = term.Close() // it cannot fail in a way that matters here
	m.detach()
	select {
	case d := <-deaths:
		return m.result(), d
	default:
	}
	if errors.Is(err, tea.ErrProgramKilled) {
		err = context.Cause(ctx)
	}
	return m.result(), err
}
