package view

import (
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// DrawFooter draws the keys that do something in v into the first row of c,
// the most important first, as many as fit. It leaves out actions that are
// useless now; nil means that none is. A notice, if there is one, takes the
// left side.
func DrawFooter(c *screen.Canvas, v keymap.View, useless func(keymap.Action) bool, notice string, th *theme.Theme) {
	w, _ := c.Size()
	x := 1
	if notice != "" {
		x += c.Text(x, 0, w-2, notice, th.Stale) + 2
	}
	hints := keymap.Footer(v)
	var line strip
	ascii := isASCII(c)
	// The first to be kept is shown last: help stays in its corner.
	for i := 1; i <= len(hints); i++ {
		b := &hints[i%len(hints)]
		if useless != nil && useless(b.Action) {
			continue
		}
		line.next(b.Hint.Rank)
		st := th.Key
		if b.Dangerous {
			st = th.Danger
		}
		line.text(b.HintKeys(ascii), st)
		line.text(" ", th.Footer)
		line.text(b.Hint.Label, th.Footer)
	}
	if w-1-x > 0 {
		line.draw(c, x, 0, w-1-x)
	}
}

// DrawPrompt draws the line in which a search is typed into the first row of
// c, with how much it finds.
func DrawPrompt(c *screen.Canvas, query string, found, total int, th *theme.Theme) {
	w, _ := c.Size()
	var line strip
	line.bytes(appendCount(line.scratch(), uint64(found)), th.Text)
	line.text(" of ", th.Muted)
	line.bytes(appendCount(line.scratch(), uint64(total)), th.Muted)
	line.next(1)
	line.text("enter", th.Key)
	line.text(" keep", th.Footer)
	line.next(1)
	line.text("esc", th.Key)
	line.text(" cancel", th.Footer)
	_, need := line.fit(w / 2)
	room := w - need - 5
	c.Text(1, 0, 1, "/", th.Key)
	typed(c, 2, 0, room, query, th)
	line.drawRight(c, w-need-1, 0, need)
}

// typed draws text that is being typed, its end always in sight, and a cursor.
func typed(c *screen.Canvas, x, y, w int, s string, th *theme.Theme) {
	n := c.Text(x, y, w-1, s[suffix(s, w-1):], th.Text)
	c.Set(x+n, y, ' ', screen.Style{Attr: screen.Reverse})
}
