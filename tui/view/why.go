package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// DrawWhy draws the verdict into the whole of c under a rule: the bottleneck in
// a sentence, and its evidence as far as there is room. It returns how many
// rows it used.
func DrawWhy(c *screen.Canvas, s *collector.Snapshot, th *theme.Theme) int {
	w, h := c.Size()
	rule(c, 0, "why", nil, th)
	head, st := s.Why.Headline, th.Strong
	switch {
	case head == "" && s.Window == 0:
		head, st = "not enough seen yet", th.Muted
	case head == "":
		head, st = "nothing holds it up", th.Muted
	}
	y := 1
	if s.Why.Actor >= 0 && y < h {
		c.Set(1, y, c.Glyphs().Bottleneck, th.Full)
	} else if y < h {
		c.Set(1, y, c.Glyphs().Idle, th.Muted)
	}
	y += paragraph(c, 3, y, w-4, h-y, head, st)
	if s.Why.Actor < 0 {
		y = findings(c, y, s, th)
	}
	for _, e := range s.Why.Evidence {
		if y >= h {
			break
		}
		y += paragraph(c, 3, y, w-4, h-y, e, th.Text)
	}
	if s.Why.Actor >= 0 {
		y = findings(c, y, s, th)
	}
	return y
}

// findings draws what else deserves attention, with advice, from row y on, and
// returns the row behind it.
func findings(c *screen.Canvas, y int, s *collector.Snapshot, th *theme.Theme) int {
	w, h := c.Size()
	for i := range s.Findings {
		f := &s.Findings[i]
		if y >= h {
			break
		}
		c.Set(1, y, c.Glyphs().Warning, th.Severity(f.Severity))
		y += paragraph(c, 3, y, w-4, h-y, f.Text, th.Text)
		y += paragraph(c, 3, y, w-4, h-y, f.Advice, th.Muted)
	}
	return y
}

// WhyHeight returns how many rows DrawWhy needs to show everything in w
// columns, at most limit.
func WhyHeight(s *collector.Snapshot, w, limit int) int {
	n := 1 + max(1, lines(s.Why.Headline, w-4, limit))
	for _, e := range s.Why.Evidence {
		n += lines(e, w-4, limit)
	}
	for i := range s.Findings {
		n += lines(s.Findings[i].Text, w-4, limit) + lines(s.Findings[i].Advice, w-4, limit)
	}
	return min(n, limit)
}
