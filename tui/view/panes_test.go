package view

import (
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// row returns a canvas of one row of c.
func row(c *screen.Canvas, y int) *screen.Canvas {
	w, _ := c.Size()
	return c.Sub(screen.Rect{X: 0, Y: y, W: w, H: 1})
}

func TestLines(t *testing.T) {
	goldens(t, "lines", func(c *screen.Canvas, th *theme.Theme) {
		stale, lost, again := viewtest.Robot(), viewtest.Robot(), viewtest.Robot()
		stale.Link, lost.Link, again.Link = collector.LinkStale, collector.LinkLost, collector.LinkConnecting
		lost.Problem, lost.Retry = "connection refused", viewtest.Now.Add(15*time.Second)
		now := viewtest.Now.Add(12 * time.Second)
		live := Header{Now: viewtest.Now}
		live.Draw(row(c, 0), viewtest.Robot(), th)
		live.Draw(row(c, 1), viewtest.Stopping(), th)
		Header{Now: now}.Draw(row(c, 2), lost, th)
		Header{Now: now, Paused: viewtest.Now}.Draw(row(c, 3), viewtest.Robot(), th)
		live.Draw(row(c, 4), viewtest.Empty(), th)
		for i, s := range []*collector.Snapshot{stale, lost, again, viewtest.Drained(), viewtest.Unclean()} {
			DrawBanner(row(c, 5+i), s, now, true, th)
		}
		DrawFooter(row(c, 10), keymap.Graph, nil, "", th)
		DrawFooter(row(c, 11), keymap.Actors, nil, "no shell to come back from", th)
		DrawFooter(row(c, 12), keymap.Stop, nil, "", th)
		DrawPrompt(row(c, 13), "detect", 3, 1204, th)
		DrawPrompt(row(c, 14), "a very long text of which one wants to see the end", 0, 9, th)
		live.Draw(row(c, 15), viewtest.First(), th)
	})
}

func TestWhyAndEvents(t *testing.T) {
	goldens(t, "why", func(c *screen.Canvas, th *theme.Theme) {
		var l EventList
		l.Update(viewtest.Robot())
		l.Move(1)
		l.Draw(c, th)
	})
}

func TestFacts(t *testing.T) {
	goldens(t, "facts", func(c *screen.Canvas, th *theme.Theme) {
		s := viewtest.Robot()
		w, _ := c.Size()
		at := func(y int) *screen.Canvas { return c.Sub(screen.Rect{X: 0, Y: y, W: w, H: 2}) }
		DrawActorFacts(at(0), s, 3, th)
		DrawChannelFacts(at(2), s, 5, th)
		DrawActorFacts(at(4), viewtest.First(), 5, th)
		DrawChannelFacts(at(6), viewtest.First(), 4, th)
	})
}

// TestWarningsAreShown: what a service says about where an actor runs, and who
// hogs a troupe.
func TestWarningsAreShown(t *testing.T) {
	s := viewtest.Robot()
	a := &s.Actors[3]
	a.Cores, a.Realtime, a.Notes, a.BodyMax = []int{2, 3}, 40, []string{"no real-time priority: not permitted"}, 1200*time.Millisecond
	s.Why = collector.Verdict{Actor: -1, Headline: "nothing is held back"}
	s.Findings = []collector.Finding{{Kind: collector.FindingHog, Severity: collector.Hot, Text: "parse hogs troupe io", Advice: "shorter iterations"}}
	for view, tc := range map[string]struct {
		draw func(c *screen.Canvas)
		want []string
	}{
		"facts":  {func(c *screen.Canvas) { DrawActorFacts(c, s, 3, theme.Dark) }, []string{"on solo@2-3 rt40", "! no real-time priority: not permitted"}},
		"detail": {func(c *screen.Canvas) { new(Detail).DrawActor(c, s, 3, theme.Dark) }, []string{"solo@2-3 rt40", "! no real-time priority: not permitted", "runs for up to 1.2 s without a boundary"}},
		"why":    {func(c *screen.Canvas) { DrawWhy(c, s, theme.Dark) }, []string{"nothing is held back", "! parse hogs troupe io", "shorter iterations"}},
		"list": {func(c *screen.Canvas) {
			l := NewActorList()
			l.Update(s, viewtest.Now)
			l.Draw(c, theme.Dark)
		}, []string{"! solo@"}},
		"graph": {func(c *screen.Canvas) {
			DrawGraph(c, s, PlanGraph(s, GraphState{}, 140, 40, nil), GraphState{}, theme.Dark)
		}, []string{"!╯"}},
	} {
		c := screen.NewCanvas(140, 40)
		tc.draw(c)
		for _, want := range tc.want {
			if !strings.Contains(c.String(), want) {
				t.Errorf("%s: no %q in\n%s", view, want, c)
			}
		}
	}
}

func TestVotes(t *testing.T) {
	goldens(t, "votes", func(c *screen.Canvas, th *theme.Theme) {
		var l VoteList
		l.Update(viewtest.Stopping())
		l.Draw(c, th)
	})
}

func TestVotesBeforeAStop(t *testing.T) {
	goldens(t, "novotes", func(c *screen.Canvas, th *theme.Theme) {
		var l VoteList
		l.Update(viewtest.Robot())
		l.Draw(c, th)
	})
}

func TestStopDialog(t *testing.T) {
	remote := viewtest.Robot()
	remote.Local = false
	goldens(t, "stop", func(c *screen.Canvas, th *theme.Theme) {
		StopDialog{Armed: true}.Draw(c, viewtest.Robot(), th)
	})
	goldens(t, "stop-remote", func(c *screen.Canvas, th *theme.Theme) {
		StopDialog{Armed: true, Typed: "na", Problem: "refused: the service runs as another user"}.Draw(c, remote, th)
	})
}

func TestEnd(t *testing.T) {
	goldens(t, "drained", func(c *screen.Canvas, th *theme.Theme) { DrawEnd(c, viewtest.Drained(), th) })
	goldens(t, "unclean", func(c *screen.Canvas, th *theme.Theme) { DrawEnd(c, viewtest.Unclean(), th) })
}

func TestHelp(t *testing.T) {
	goldens(t, "help", func(c *screen.Canvas, th *theme.Theme) {
		var p HelpPage
		p.Draw(c, keymap.Graph, th)
	})
}

func TestPicker(t *testing.T) {
	goldens(t, "picker", func(c *screen.Canvas, th *theme.Theme) {
		var p Picker
		p.Fill([]Service{
			{Name: "ingest", PID: 991, Uptime: 12 * time.Minute, Version: "v0.9.1", Host: "arm7", Socket: "/run/user/1000/steadytop/ingest-991.sock"},
			{Name: "nav", PID: 4127, Uptime: 76 * time.Hour, Version: "v1.4.0", Host: "arm7", Socket: "/run/user/1000/steadytop/nav-4127.sock", Metrics: "127.0.0.1:9900"},
		}, []Skipped{
			{"/run/user/1000/steadytop/old-17.sock", "nobody listens there any more"},
			{"/tmp/steadytop-1001", "belongs to another user"},
		})
		p.Move(1)
		p.Draw(c, th)
	})
	goldens(t, "picker-empty", func(c *screen.Canvas, th *theme.Theme) {
		var p Picker
		p.Fill(nil, nil)
		p.Draw(c, th)
	})
}

func TestTooSmall(t *testing.T) {
	c := screen.NewCanvas(24, 3)
	DrawTooSmall(c, theme.Dark)
	golden(t, "small", c)
}
