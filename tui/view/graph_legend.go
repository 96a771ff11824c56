package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// DrawGraphLegend explains the signs of the graph in the first row of c, as
// many as fit.
func DrawGraphLegend(c *screen.Canvas, th *theme.Theme) {
	w, _ := c.Size()
	g := c.Glyphs()
	wt := edgeWeight(th, collector.Full)
	full := g.Joint(screen.Line(screen.East, wt) | screen.Line(screen.West, wt))
	var s strip
	for _, sign := range [...]struct {
		r    rune
		st   screen.Style
		text string
		rank int
	}{
		{g.ShadeBusy, th.Busy, "busy", 0},
		{g.ShadeCall, th.InCall, "in a call", 7},
		{g.ShadeBlocked, th.Blocked, "blocked on output", 1},
		{g.ShadeIdle, th.Idle, "idle", 2},
		{full, th.Edge(collector.Full), "full", 3},
		{g.DashH, th.Feedback, "feedback", 4},
		{g.Bottleneck, th.Full, "bottleneck", 5},
		{g.Restarted, th.Full, "failed", 6},
	} {
		s.next(sign.rank)
		s.glyph(sign.r, sign.st)
		s.text(" "+sign.text, th.Muted)
	}
	s.draw(c, 1, 0, w-2)
}
