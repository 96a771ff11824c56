package view

import (
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// dialog draws a frame with a title in the middle of c, with room inside for w
// by h cells at most, and returns the inside.
func dialog(c *screen.Canvas, title string, w, h int, danger bool, th *theme.Theme) *screen.Canvas {
	r := c.Bounds().Center(w+4, h+2)
	border, head := th.DialogBorder, th.DialogTitle
	if danger {
		border, head = th.Danger, th.Danger
	}
	c.Fill(r, ' ', th.Dialog)
	c.Box(r, screen.Light, border)
	if r.W > 8 && title != "" {
		c.Set(r.X+2, r.Y, ' ', border)
		n := c.Text(r.X+3, r.Y, r.W-6, title, head)
		c.Set(r.X+3+n, r.Y, ' ', border)
	}
	return c.Sub(r.Inset(2, 1))
}

// DrawTooSmall says that the terminal is too small, into the whole of c.
func DrawTooSmall(c *screen.Canvas, th *theme.Theme) {
	w, h := c.Size()
	var line strip
	line.text("too small", th.Strong)
	line.next(1)
	line.text("q leaves", th.Muted)
	line.draw(c, 0, 0, w)
	if h < 2 {
		return
	}
	line = strip{}
	line.text("needs ", th.Muted)
	line.bytes(appendCount(line.scratch(), MinWidth), th.Text)
	line.text("x", th.Muted)
	line.bytes(appendCount(line.scratch(), MinHeight), th.Text)
	line.next(1)
	line.text("is ", th.Muted)
	line.bytes(appendCount(line.scratch(), uint64(w)), th.Text)
	line.text("x", th.Muted)
	line.bytes(appendCount(line.scratch(), uint64(h)), th.Text)
	line.draw(c, 0, 1, w)
}

// DrawWaiting says what the viewer waits for while it has nothing to show.
func DrawWaiting(c *screen.Canvas, what, problem string, th *theme.Theme) {
	w, h := c.Size()
	centred(c, w, max(0, h/2-1), what, th.Strong)
	if problem != "" && h > 2 {
		centred(c, w, h/2+1, problem, th.Stale)
	}
}
