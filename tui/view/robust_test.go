package view

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// every draws all views but the graph, which has tests of its own, with one
// Snapshot into c, and calls frame after each.
func every(c *screen.Canvas, s *collector.Snapshot, th *theme.Theme, frame func(name string)) {
	now := viewtest.Now
	actors, channels, events, votes := NewActorList(), NewChannelList(), &EventList{}, &VoteList{}
	actors.SetQuery("a")
	channels.SetQuery("台")
	actors.Update(s, now)
	channels.Update(s, now)
	events.Update(s)
	votes.Update(s)
	for _, by := range []int{0, 1, 1 << 30, -3} {
		actors.Move(by, now)
		channels.Move(by, now)
		events.Move(by)
		votes.Move(by)
		actors.Draw(c, th)
		frame("actors")
		channels.Draw(c, th)
		frame("channels")
		events.Draw(c, th)
		frame("events")
		votes.Draw(c, th)
		frame("votes")
	}
	for i := range 4 {
		d := &Detail{Info: &telemetry.ActorDetail{LastFailure: s.Problem, Stack: s.Problem + "\n\n\t" + s.Problem}}
		d.DrawActor(c, s, i, th)
		frame("actor")
		d.Scroll(1 << 30)
		d.DrawActor(c, s, i, th)
		frame("actor, scrolled")
		d = &Detail{}
		d.DrawChannel(c, s, i+2, th)
		frame("channel")
		DrawActorFacts(c, s, i, th)
		DrawChannelFacts(c, s, i, th)
		frame("facts")
	}
	Header{Now: now.Add(time.Hour)}.Draw(c, s, th)
	frame("header")
	DrawBanner(c, s, now, false, th)
	frame("banner")
	DrawWhy(c, s, th)
	frame("why")
	DrawEvents(c, s, th)
	frame("events below")
	StopDialog{Typed: s.Service, Problem: s.Problem}.Draw(c, s, th)
	frame("stop")
	ended := *s
	ended.End = &telemetry.End{Error: s.Problem, Left: []telemetry.Leftover{{Channel: s.Problem}}}
	if s.Shutdown != nil {
		ended.End.Votes = s.Shutdown.Votes
	}
	DrawEnd(c, &ended, th)
	frame("end")
	for _, v := range keymap.Views() {
		p := &HelpPage{}
		p.Draw(c, v, th)
		p.Scroll(5)
		p.Draw(c, v, th)
		frame("help")
		DrawFooter(c, v, nil, s.Problem, th)
		frame("footer")
	}
	DrawPrompt(c, s.Problem, 1, 2, th)
	frame("prompt")
	p := &Picker{}
	p.Draw(c, th)
	p.Fill([]Service{{Name: s.Service, Socket: s.Problem, Version: s.AppVersion}}, []Skipped{{s.Problem, s.Problem}})
	p.Draw(c, th)
	frame("picker")
	DrawTooSmall(c, th)
	frame("too small")
}

// TestNothingBreaksAnyView draws everything at sizes from nothing to large,
// with services that are empty, wide, long and huge. The sub canvas must stay
// within its frame.
func TestNothingBreaksAnyView(t *testing.T) {
	snapshots := map[string]*collector.Snapshot{
		"empty": viewtest.Empty(), "first": viewtest.First(), "robot": viewtest.Robot(), "hostile": viewtest.Hostile(),
		"stopping": viewtest.Stopping(), "drained": viewtest.Drained(), "many": viewtest.Many(300),
		"overload": viewtest.Overload(),
	}
	for name, s := range snapshots {
		for _, size := range [][2]int{{0, 0}, {1, 1}, {2, 9}, {7, 2}, {20, 5}, {40, 10}, {81, 25}, {200, 60}} {
			w, h := size[0], size[1]
			c := screen.NewCanvas(w+2, h+2)
			for _, g := range []*screen.GlyphSet{screen.Unicode, screen.ASCII} {
				c.SetGlyphs(g)
				th := theme.All()[(w+h)%len(theme.All())]
				c.Clear(screen.Style{})
				sub := c.Sub(screen.Rect{X: 1, Y: 1, W: w, H: h})
				every(sub, s, th, func(view string) {
					for x := range w + 2 {
						if c.Cell(x, 0).Text != " " || c.Cell(x, h+1).Text != " " {
							t.Fatalf("%s of %s at %dx%d paints outside of its canvas", view, name, w, h)
						}
					}
				})
			}
		}
	}
}

// TestUnknownIsNeverZero looks for a dash in each place where a figure is not
// known.
func TestUnknownIsNeverZero(t *testing.T) {
	s := viewtest.First()
	c := screen.NewCanvas(160, 12)
	l := NewActorList()
	l.Update(s, viewtest.Now)
	l.Draw(c, theme.Dark)
	for _, p := range arrange(actorColumns, 158, 10, new([maxColumns]spot)) {
		switch p.col {
		case actorCPU, actorBlocked, actorIn, actorOut:
			if got := c.Cell(1+p.x+p.w-1, 2).Text; got != "–" {
				t.Errorf("column %s shows %q for what is not known", actorColumns[p.col].title, got)
			}
		}
	}
}

func TestPaintsWithFewAllocations(t *testing.T) {
	s := viewtest.Many(1000)
	c := screen.NewCanvas(160, 50)
	actors, channels := NewActorList(), NewChannelList()
	actors.Update(s, viewtest.Now)
	channels.Update(s, viewtest.Now)
	draw := func() {
		c.Clear(screen.Style{})
		Header{Now: viewtest.Now}.Draw(c, s, theme.Dark)
		actors.Draw(c, theme.Dark)
		channels.Draw(c, theme.Dark)
		DrawWhy(c, s, theme.Dark)
		DrawChannelFacts(c, s, 5, theme.Dark)
	}
	draw()
	if n := testing.AllocsPerRun(50, draw); n > 2 {
		t.Errorf("a frame of 1,000 actors allocated %v times", n)
	}
}

func BenchmarkLists(b *testing.B) {
	s := viewtest.Many(1000)
	c := screen.NewCanvas(160, 50)
	l := NewActorList()
	b.Run("draw", func(b *testing.B) {
		l.Update(s, viewtest.Now)
		b.ReportAllocs()
		for b.Loop() {
			c.Clear(screen.Style{})
			l.Draw(c, theme.Dark)
		}
	})
	b.Run("sort", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.Invert()
			l.Update(s, viewtest.Now)
		}
	})
}
