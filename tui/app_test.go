package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// display is a Display that shows each frame at once, or never.
type display struct {
	w, h    int
	frames  uint64
	shown   map[uint64]time.Time
	stuck   bool // frames do not reach the screen
	last    *screen.Canvas
	read    int // what InputWithin returns
	changes chan struct{}
	redraws int
	suspend error
}

func (d *display) Size() (w, h int) { return d.w, d.h }

func (d *display) Canvas() *screen.Canvas { return screen.NewCanvas(d.w, d.h) }

func (d *display) Offer(c *screen.Canvas) uint64 {
	d.frames++
	if !d.stuck {
		d.shown[d.frames] = time.Now()
	}
	d.last = c
	return d.frames
}

func (d *display) ShownAt(seq uint64) (time.Time, bool) {
	at, ok := d.shown[seq]
	return at, ok
}

func (d *display) InputWithin(time.Duration) int { return d.read }
func (d *display) Changes() <-chan struct{}      { return d.changes }
func (d *display) Profile() screen.Profile       { return screen.TrueColor }
func (d *display) Light() bool                   { return false }
func (d *display) Redraw()                       { d.redraws++ }
func (d *display) Suspend() error                { return d.suspend }

// session is a Session that hands out what a test gives it.
type session struct {
	out    chan *collector.Snapshot
	latest *collector.Snapshot
	asked  []telemetry.Instance
	reason string
	refuse error
	info   *telemetry.ActorDetail
	closed bool
	hurry  int
}

func (s *session) Snapshots() <-chan *collector.Snapshot { return s.out }
func (s *session) Latest() *collector.Snapshot           { return s.latest }
func (s *session) Hurry()                                { s.hurry++ }

func (s *session) Close() {
	if !s.closed {
		s.closed = true
		close(s.out)
	}
}

func (s *session) RequestShutdown(_ context.Context, i telemetry.Instance, reason string) error {
	s.asked, s.reason = append(s.asked, i), reason
	return s.refuse
}

func (s *session) Detail(context.Context, uint32) (*telemetry.ActorDetail, error) {
	if s.info == nil {
		return nil, errors.New("collector: detail: not available")
	}
	return s.info, nil
}

// app drives a model in a bubble of its own time, as Bubble Tea would. The
// model belongs to the goroutine of the test.
type app struct {
	t       *testing.T
	ctx     context.Context
	m       *model
	d       *display
	s       *session
	msgs    chan tea.Msg
	quit    bool
	version uint64
}

// run runs test with an app that shows first; nil opens the picker.
func run(t *testing.T, w, h int, first *collector.Snapshot, o Options, test func(a *app)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		a := &app{t: t, ctx: ctx, msgs: make(chan tea.Msg), d: &display{w: w, h: h, shown: map[uint64]time.Time{}, changes: make(chan struct{}, 1), read: 1}}
		if first != nil {
			a.s = newSession(at(first))
			o.Session = a.s
		}
		a.m = newModel(ctx, a.d, o)
		a.exec(a.m.Init())
		a.settle()
		test(a)
		cancel()
		a.m.detach()
		synctest.Wait()
	})
}

// send hands a message to the model.
func (a *app) send(msg tea.Msg) {
	if _, ok := msg.(tea.QuitMsg); ok {
		a.quit = true
		return
	}
	_, cmd := a.m.Update(msg)
	a.exec(cmd)
}

// settle handles messages until there are none.
func (a *app) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-a.msgs:
			a.send(msg)
		default:
			return
		}
	}
}

// wait lets time pass.
func (a *app) wait(d time.Duration) {
	end := time.After(d)
	for {
		select {
		case msg := <-a.msgs:
			a.send(msg)
		case <-end:
			a.settle()
			return
		}
	}
}

func newSession(first *collector.Snapshot) *session {
	return &session{out: make(chan *collector.Snapshot, 1), latest: first}
}

// at returns s as if it had arrived now.
func at(s *collector.Snapshot) *collector.Snapshot {
	s.Taken = time.Now()
	return s
}

// exec runs a command, and what it consists of, each in a goroutine.
func (a *app) exec(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if all, ok := msg.(tea.BatchMsg); ok {
			for _, c := range all {
				a.exec(c)
			}
			return
		}
		if msg == nil {
			return
		}
		select {
		case a.msgs <- msg:
		case <-a.ctx.Done():
		}
	}()
}

// feed hands over a Snapshot and waits until it was taken in.
func (a *app) feed(s *collector.Snapshot) {
	a.version++
	s.Version = a.version
	a.s.latest = at(s)
	a.s.out <- s
	a.settle()
}

var special = map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "backspace": tea.KeyBackspace, "down": tea.KeyDown, "up": tea.KeyUp}

// press presses keys, one after another.
func (a *app) press(keys ...string) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{}
		if base, ok := strings.CutPrefix(k, "ctrl+"); ok {
			msg.Mod, k = tea.ModCtrl, base
			msg.Code = []rune(k)[0]
		} else if code, ok := special[k]; ok {
			msg.Code = code
			if k == "space" {
				msg.Text = " "
			}
		} else {
			r := []rune(k)[0]
			msg.Code, msg.Text = unicode.ToLower(r), k
		}
		a.send(msg)
		a.settle()
	}
}

// screen returns what is on the screen.
func (a *app) screen() string { return a.d.last.String() }

// sees fails unless all texts are on the screen.
func (a *app) sees(texts ...string) {
	a.t.Helper()
	for _, s := range texts {
		if !strings.Contains(a.screen(), s) {
			a.t.Fatalf("no %q on the screen:\n%s", s, a.screen())
		}
	}
}

// misses fails if any of the texts is on the screen.
func (a *app) misses(texts ...string) {
	a.t.Helper()
	for _, s := range texts {
		if strings.Contains(a.screen(), s) {
			a.t.Fatalf("%q is on the screen:\n%s", s, a.screen())
		}
	}
}

func TestViewsAreReachable(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.sees("nav:4127", "LIVE 4/s", "lidar", "─ why ", "nothing selected", "? help")
		a.press("2")
		a.sees("─ actors ", "by CPU", "blocked 1 s")
		a.press("tab")
		a.sees("─ channels ", "detect→logger")
		a.press("enter")
		a.sees("─ camera→detect ", "waiting time")
		a.press("esc")
		a.sees("─ channels ")
		a.press("4")
		a.sees("─ events ", "nil frame")
		a.press("enter")
		a.sees("─ detect ", "last failure")
		a.press("esc", "5")
		a.sees("nobody asked this service to stop")
		a.press("?")
		a.sees("keys: shutdown")
		a.press("G")
		a.sees("leave; the service runs on")
		a.press("esc", "1")
		a.sees("─ detect ─", "─ why ")
		a.press("q")
		if !a.quit {
			t.Error("q does not leave")
		}
		if len(a.s.asked) > 0 {
			t.Error("the service was asked to stop")
		}
	})
}
