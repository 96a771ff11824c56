package view

import (
	"strconv"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// StopDialog is the question whether to stop the service.
type StopDialog struct {
	Armed bool   // keys count by now
	Typed string // what was typed of the name, for a service on another machine
	Sent  bool   // the answer was yes, and is on its way
	// Problem says why the service did not take the request, or why a key was
	// not counted.
	Problem string
}

const (
	stopSays     = "This stops the service, not the viewer. Every actor finishes what it has begun and votes; what is in the channels is drained first."
	stopSaysLess = "This stops the service, not the viewer."
)

// Draw draws the question over the middle of c.
func (v StopDialog) Draw(c *screen.Canvas, s *collector.Snapshot, th *theme.Theme) {
	_, h := c.Size()
	says, rows := stopSays, 8
	if v.Problem != "" {
		rows += 2
	}
	if h < 16 {
		says, rows = stopSaysLess, min(rows, h-2)
	}
	b := dialog(c, "stop this service?", 56, rows, true, th)
	w, h := b.Size()
	var who strip
	who.cut(name(s.Service), maxTitle, th.Strong)
	who.text(":", th.Muted)
	who.bytes(strconv.AppendInt(who.scratch(), int64(s.PID), 10), th.Strong)
	who.text(" on ", th.Muted)
	who.cut(name(s.Host), maxTitle, th.Strong)
	who.next(1)
	if s.Local {
		who.text("this machine", th.Muted)
	} else {
		who.text("ANOTHER machine", th.Danger)
	}
	who.draw(b, 0, 0, w)
	y := 1
	if h > 5 {
		y++
	}
	y += paragraph(b, 0, y, w, max(1, h-y-2), says, th.Text)
	if s.Grace > 0 && y < h-1 {
		var g strip
		g.text("It gives up after ", th.Text)
		g.bytes(appendSpan(g.scratch(), s.Grace), th.Text)
		g.text(".", th.Text)
		g.draw(b, 0, y, w)
	}
	if v.Problem != "" && h > 4 {
		b.Fill(screen.Rect{X: 0, Y: h - 2, W: w, H: 1}, ' ', th.Dialog)
		paragraph(b, 0, h-2, w, 1, v.Problem, th.Danger)
	}
	v.answers(b, h-1, s, th)
}

// answers draws the last row: what can be answered.
func (v StopDialog) answers(b *screen.Canvas, y int, s *collector.Snapshot, th *theme.Theme) {
	w, _ := b.Size()
	if v.Sent {
		b.Text(0, y, w, "asking the service to stop", th.Strong)
		return
	}
	yes, word := th.Danger, th.Text
	if !v.Armed {
		yes, word = th.Faint, th.Faint
	}
	if !s.Local {
		n := b.Text(0, y, w-16, "type its name: ", word)
		typed(b, n, y, max(8, w-n-1), v.Typed, th)
		return
	}
	var line strip
	line.text("y", yes)
	line.text(" stop it", word)
	line.next(0)
	line.text("n", th.Key)
	line.text(" leave it running", th.Strong)
	line.draw(b, 0, y, w)
}
