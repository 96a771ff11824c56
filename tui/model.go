package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view"
)

// nowhere is no overlay.
const nowhere keymap.View = 255

// model is the state of the dashboard. Update is the only thing that changes
// it; commands do the waiting and return messages.
type model struct {
	ctx     context.Context
	o       Options
	display Display
	guard   func() // deferred in every goroutine
	theme   *theme.Theme

	session Session
	latest  *collector.Snapshot // the newest; nil before anything was attached
	shown   *collector.Snapshot // what is on the screen: latest, or older while paused
	paused  time.Time
	asked   bool // the user confirmed a stop
	picked  bool // the session was chosen in the picker

	view    keymap.View // what has the screen
	back    []keymap.View
	overlay keymap.View // what has the keys on top of it; nowhere for none
	before  string      // the search that was in force when another began

	graph    view.GraphState
	plan     *view.GraphPlan
	actors   *view.ActorList
	channels *view.ChannelList
	events   view.EventList
	votes    view.VoteList
	detail   detail
	help     view.HelpPage
	picker   view.Picker
	stop     stopping
	ending   ending

	notice  string
	until   time.Time // when the notice goes
	dirty   bool      // there is something new to paint
	settled time.Time // when a resize counts as over
	wake    time.Time // when the timer that runs fires; zero for none
	listing bool      // a search for services is on its way
	listed  time.Time // when the last one ended
}

func newModel(ctx context.Context, d Display, o Options) *model {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Reason == "" {
		o.Reason = "asked in steadytop"
	}
	m := &model{
		ctx: ctx, o: o, display: d, guard: func() {}, overlay: nowhere,
		actors: view.NewActorList(), channels: view.NewChannelList(), view: keymap.Picker,
	}
	m.pickTheme()
	if o.Session != nil {
		m.attach(o.Session)
	}
	return m
}

// Init implements tea.Model.
func (m *model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.watchDisplay()}
	if m.session != nil {
		cmds = append(cmds, m.watchSession())
	} else {
		cmds = append(cmds, m.list())
	}
	m.paint()
	return tea.Batch(append(cmds, m.rest())...)
}

// View implements tea.Model. Painting is not Bubble Tea's business here.
func (m *model) View() tea.View { return tea.View{} }

// Update implements tea.Model.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.handle(msg)
	if m.dirty && !m.now().Before(m.settled) {
		m.paint()
	}
	return m, batch(cmd, m.rest())
}

func (m *model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		m.paste(msg.Content)
	case snapshotMsg:
		return m.takeSnapshot(msg)
	case changedMsg:
		m.changed()
		return m.watchDisplay()
	case wakeMsg:
		m.wake = time.Time{}
		return m.woken()
	case servicesMsg:
		m.takeServices(msg)
	case attachedMsg:
		return m.takeAttached(msg)
	case detailMsg:
		m.takeDetail(msg)
	case stopAskedMsg:
		m.takeStopAsked(msg)
	case suspendedMsg:
		if msg.err != nil {
			m.say(msg.err.Error())
		}
		m.dirty = true
	}
	return nil
}

// batch joins two commands of which either may be nil.
func batch(a, b tea.Cmd) tea.Cmd {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return tea.Batch(a, b)
}

func (m *model) now() time.Time { return m.o.Now() }

// noticeFor is how long a notice stays.
const noticeFor = 4 * time.Second

// say shows a notice in the footer for a while.
func (m *model) say(text string) {
	m.notice, m.until, m.dirty = text, m.now().Add(noticeFor), true
}

func (m *model) result() Result { return Result{Last: m.latest, Asked: m.asked} }

func (m *model) pickTheme() {
	m.theme = m.o.Theme
	if m.theme == nil {
		m.theme = theme.Pick(m.display.Profile(), m.display.Light())
	}
}
