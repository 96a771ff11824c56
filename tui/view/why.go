package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// DrawWhy draws the verdict into the whole of c under a rule: the bottleneck in
// a sentence, and its evidence as far as there is room. A finding about another
// actor comes first: a hog may be why the verdict is what it is. It returns how
// many rows it used.
func DrawWhy(c *screen.Canvas, s *collector.Snapshot, th *theme.Theme) int {
	_, h := c.Size()
	rule(c, 0, "why", nil, th)
	p := whyPane{c: c, s: s, th: th, y: 1}
	lead := -1
	for i := range s.Findings {
		if s.Findings[i].Actor != s.Why.Actor || s.Why.Actor < 0 {
			lead = i
			p.finding(&s.Findings[i], th.Strong)
			break
		}
	}
	p.verdict()
	for i := range s.Findings {
		if f := &s.Findings[i]; i != lead && f.Actor == s.Why.Actor {
			p.text(f.Advice, th.Muted)
		}
	}
	for _, e := range s.Why.Evidence {
		p.text(e, th.Text)
	}
	for i := range s.Findings {
		f := &s.Findings[i]
		if i != lead {
			p.finding(f, th.Text)
		}
		if i == lead || f.Actor != s.Why.Actor {
			p.text(f.Advice, th.Muted)
		}
	}
	return min(p.y, h)
}

// whyPane is one run of DrawWhy.
type whyPane struct {
	c  *screen.Canvas
	s  *collector.Snapshot
	th *theme.Theme
	y  int // next row
}

// text writes a paragraph, as far as there is room.
func (p *whyPane) text(text string, st screen.Style) {
	if w, h := p.c.Size(); p.y < h {
		p.y += paragraph(p.c, 3, p.y, w-4, h-p.y, text, st)
	}
}

// sign writes what stands before a paragraph.
func (p *whyPane) sign(r rune, st screen.Style) {
	if _, h := p.c.Size(); p.y < h {
		p.c.Set(1, p.y, r, st)
	}
}

func (p *whyPane) verdict() {
	head, st := p.s.Why.Headline, p.th.Strong
	switch {
	case head == "" && p.s.Window == 0:
		head, st = "not enough seen yet", p.th.Muted
	case head == "":
		head, st = "nothing holds it up", p.th.Muted
	}
	if p.s.Why.Actor >= 0 {
		p.sign(p.c.Glyphs().Bottleneck, p.th.Full)
	} else {
		p.sign(p.c.Glyphs().Idle, p.th.Muted)
	}
	p.text(head, st)
}

func (p *whyPane) finding(f *collector.Finding, st screen.Style) {
	p.sign(p.c.Glyphs().Warning, p.th.Severity(f.Severity))
	p.text(f.Text, st)
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
