package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// rate draws a number per second at the right end of a column.
func rate(c *screen.Canvas, p spot, y int, n collector.Num, th *theme.Theme) {
	if !n.Known() {
		putMissing(c, p.x, y, p.w, th.Faint)
		return
	}
	var fig figure
	st := th.Text
	if n == 0 {
		st = th.Faint
	}
	putRight(c, p.x, y, p.w, appendRate(fig[:0], float64(n)), st)
}

// share draws a fraction in percent at the right end of a column.
func share(c *screen.Canvas, p spot, y int, n collector.Num, st screen.Style, th *theme.Theme) {
	if !n.Known() {
		putMissing(c, p.x, y, p.w, th.Faint)
		return
	}
	var fig figure
	if n == 0 {
		st = th.Faint
	}
	putRight(c, p.x, y, p.w, append(appendPercent(fig[:0], float64(n)), '%'), st)
}

// wait draws a time in seconds at the right end of a column.
func wait(c *screen.Canvas, p spot, y int, n collector.Num, th *theme.Theme) {
	if !n.Known() {
		putMissing(c, p.x, y, p.w, th.Faint)
		return
	}
	var fig figure
	putRight(c, p.x, y, p.w, appendWait(fig[:0], seconds(n), isASCII(c)), th.Text)
}

// severe returns the style of a figure that is s: plain as long as it is well.
func severe(s collector.Severity, th *theme.Theme) screen.Style {
	if s == collector.OK {
		return th.Text
	}
	return th.Severity(s)
}

// drawName draws a name in w cells with what was searched for marked in it.
func (l *List) drawName(c *screen.Canvas, x, y, w int, name string, th *theme.Theme) {
	used := 0
	if screen.StringWidth(name) > w {
		used, _ = cutName(c, x, y, w, name, lastPart(name), th.Text)
	} else {
		used = c.Text(x, y, w, name, th.Text)
	}
	from, to := l.found(name)
	if from < 0 {
		return
	}
	at := screen.StringWidth(name[:from])
	n := min(screen.StringWidth(name[from:to]), used-at)
	if n > 0 {
		c.Restyle(screen.Rect{X: x + at, Y: y, W: n, H: 1}, func(screen.Style) screen.Style { return th.Match })
	}
}

// title draws the rule above a list: how many rows, and how they are sorted.
func (l *List) title(c *screen.Canvas, name string, cols []column, th *theme.Theme) {
	facts := strip{dots: true}
	found, total := l.Rows()
	if l.query != "" {
		facts.next(1)
		facts.text("/", th.Key)
		facts.cut(l.query, 16, th.Text)
	}
	facts.next(0)
	if l.query != "" || l.scope != nil {
		facts.bytes(appendCount(facts.scratch(), uint64(found)), th.Text)
		facts.text(" of ", th.Muted)
	}
	facts.bytes(appendCount(facts.scratch(), uint64(total)), th.Text)
	facts.next(2)
	facts.text("by ", th.Muted)
	facts.text(cols[l.sort].title, th.Text)
	if l.scope != nil {
		name += " of " + l.scopeOf
	}
	rule(c, 0, name, &facts, th)
}

// nothing says why a list is empty.
func (l *List) nothing(c *screen.Canvas, what string, th *theme.Theme) {
	w, h := c.Size()
	if h < 3 {
		return
	}
	if l.query == "" {
		centred(c, w, h/2, what, th.Muted)
		return
	}
	var s strip
	s.text("nothing contains ", th.Muted)
	s.text(l.query, th.Text)
	_, width := s.fit(w - 2)
	s.draw(c, max(1, (w-width)/2), h/2, w-2)
}

// centred draws a text in the middle of a row.
func centred(c *screen.Canvas, w, y int, s string, st screen.Style) {
	n := min(screen.StringWidth(s), w-2)
	c.Text((w-n)/2, y, n, s, st)
}

// history draws the newest values at the right end of a column. What is left
// of it stays as it is.
func history(c *screen.Canvas, p spot, y int, values []float32, th *theme.Theme) {
	n := min(p.w, len(values))
	screen.Spark(c, p.x+p.w-n, y, n, values, 1, th.Spark)
}
