package view

import (
	"strconv"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// DrawEnd says over the middle of c how the service ended: drained, or who did
// not stop and what was left behind. s.End must not be nil.
func DrawEnd(c *screen.Canvas, s *collector.Snapshot, th *theme.Theme) {
	e := s.End
	w, h := c.Size()
	inner, rows := min(w-6, 48), 5
	if !e.Clean {
		inner = min(w-6, 76)
		rows = 4 + lines(e.Error, inner, 4) + 1 + len(e.Votes) + len(e.Left)
		if len(e.Left) > 0 {
			rows++
		}
	}
	title := "drained"
	switch {
	case !e.Clean:
		title = "not clean"
	case e.Elapsed == 0:
		title = "ended"
	}
	b := dialog(c, title, inner, min(rows, h-2), !e.Clean, th)
	w, h = b.Size()
	g := b.Glyphs()
	var line strip
	if e.Clean {
		line.glyph(g.Yes, th.Yes)
	} else {
		line.glyph(g.No, th.Veto)
	}
	line.text(" ", th.Text)
	line.cut(name(s.Service), maxTitle, th.Strong)
	line.text(":", th.Muted)
	line.bytes(strconv.AppendInt(line.scratch(), int64(s.PID), 10), th.Strong)
	if e.Clean {
		line.text(" ended cleanly", th.Text)
	} else {
		line.text(" did not end cleanly", th.Text)
	}
	line.draw(b, 0, 0, w)
	line = strip{}
	if e.Elapsed > 0 {
		line.bytes(appendWait(line.scratch(), e.Elapsed, isASCII(b)), th.Text)
		line.text(" after it was asked to stop", th.Muted)
	} else {
		line.text("nobody asked it to stop over this connection", th.Muted)
	}
	line.draw(b, 2, 1, w-2)
	y := 2
	if e.Clean && len(e.Left) == 0 {
		b.Text(2, y, w-2, "nothing was left in any channel", th.Muted)
	} else {
		leftBehind(b, y, h-1, e.Error, s, th)
	}
	b.Fill(screen.Rect{X: 0, Y: h - 1, W: w, H: 1}, ' ', th.Dialog)
	line = strip{}
	line.text("any key", th.Key)
	line.text(" leaves", th.Footer)
	line.draw(b, 2, h-1, w-2)
}

// leftBehind draws the error, the actors that did not stop, and the messages
// that nobody took, in the rows from y up to limit.
func leftBehind(b *screen.Canvas, y, limit int, problem string, s *collector.Snapshot, th *theme.Theme) {
	w, _ := b.Size()
	if problem != "" && y < limit {
		y += paragraph(b, 2, y, w-2, min(4, limit-y), problem, th.Danger)
	}
	for i := range s.End.Votes {
		v := &s.End.Votes[i]
		if y >= limit {
			return
		}
		b.Set(2, y, b.Glyphs().No, th.Veto)
		n := b.Text(4, y, min(24, w/3), name(v.Name), th.Strong)
		drawReason(b, 5+n, y, w-6-n, reasonOf(v), v, th)
		y++
	}
	if len(s.End.Left) > 0 && y < limit {
		b.Text(2, y, w-2, "left behind", th.Muted)
		y++
	}
	for _, l := range s.End.Left {
		if y >= limit {
			return
		}
		var line strip
		line.bytes(appendCount(line.scratch(), l.Count), th.Text)
		line.text(" in ", th.Muted)
		line.text(name(l.Channel), th.Text)
		if l.Dropped > 0 {
			line.text(", and ", th.Muted)
			line.bytes(appendCount(line.scratch(), l.Dropped), th.Text)
			line.text(" dropped by its loop, which had come to rest", th.Muted)
		}
		line.draw(b, 4, y, w-4)
		y++
	}
}
