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
	for i, sign := range [...]struct {
		r    rune
		st   screen.Style
		text string
	}{
		{g.ShadeBusy, th.Busy, "busy"},
		{g.ShadeBlocked, th.Blocked, "blocked on output"},
		{g.ShadeIdle, th.Idle, "idle"},
		{full, th.Edge(collector.Full), "full"},
		{g.DashH, th.Feedback, "feedback"},
		{g.Bottleneck, th.Full, "bottleneck"},
		{g.Restarted, th.Full, "failed"},
	} {
		s.next(i)
		s.glyph(sign.r, sign.st)
		s.text(" "+sign.text, th.Muted)
	}
	s.draw(c, 1, 0, w-2)
}
