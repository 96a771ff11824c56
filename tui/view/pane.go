package view

import (
	"unicode/utf8"

	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// MinWidth and MinHeight are the smallest terminal in which the dashboard is
// drawn.
const (
	MinWidth  = 40
	MinHeight = 10
)

// rule draws the line above a pane: its title at the left, facts about it at
// the right, parted by dots. Facts that do not fit are left out.
func rule(c *screen.Canvas, y int, title string, facts *strip, th *theme.Theme) {
	w, _ := c.Size()
	c.HLine(0, y, w, screen.Light, th.Border)
	left := 2 // columns in use, with a blank behind the title
	if title != "" && w > 6 {
		c.Set(1, y, ' ', th.Border)
		n := c.Text(2, y, w-4, title, th.Title)
		c.Set(2+n, y, ' ', th.Border)
		left = n + 4
	}
	room := w - left - 3
	if facts == nil || facts.n == 0 || room < 4 {
		return
	}
	if _, width := facts.fit(room); width > room {
		return
	}
	n := facts.drawRight(c, left, y, room)
	if n > 0 {
		c.Set(left+room-n-1, y, ' ', th.Border)
		c.Set(left+room, y, ' ', th.Border)
	}
}

// nextLine returns the end of the first line of s that fits into w columns, broken
// at a blank where there is one, and where the rest begins.
func nextLine(s string, w int) (end, rest int) {
	if w <= 0 {
		return len(s), len(s)
	}
	if screen.StringWidth(s) <= w {
		return len(s), len(s)
	}
	lastBlank, cols := -1, 0
	for i, r := range s {
		n := 1
		if r >= 0x80 {
			n = max(1, screen.StringWidth(string(r)))
		}
		if r == ' ' {
			lastBlank = i
		}
		if cols+n > w {
			if lastBlank > i/2 {
				return lastBlank, lastBlank + 1
			}
			return max(i, 1), max(i, 1)
		}
		cols += n
	}
	return len(s), len(s)
}

// paragraph draws s broken into lines of w columns, in at most rows rows, and
// returns how many it used. A text that is longer ends in an ellipsis.
func paragraph(c *screen.Canvas, x, y, w, rows int, s string, st screen.Style) int {
	n := 0
	for s != "" && n < rows && w > 0 {
		if n == rows-1 {
			c.Text(x, y+n, w, s, st)
			return n + 1
		}
		end, rest := nextLine(s, w)
		c.Text(x, y+n, w, s[:end], st)
		s, n = s[rest:], n+1
	}
	return n
}

// lines returns how many rows paragraph needs for s, at most limit.
func lines(s string, w, limit int) int {
	n := 0
	for s != "" && n < limit {
		_, rest := nextLine(s, w)
		s, n = s[rest:], n+1
	}
	return n
}

// suffix returns where the longest end of s begins that fits into w columns.
func suffix(s string, w int) int {
	at := len(s)
	for at > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		n := 1
		if r >= 0x80 {
			n = max(1, screen.StringWidth(s[at-size:at]))
		}
		if n > w {
			break
		}
		w -= n
		at -= size
	}
	return at
}

// tail draws the end of a path, which says more than its beginning.
func tail(c *screen.Canvas, x, y, w int, path string, st screen.Style) {
	at := suffix(path, w)
	if at > 0 {
		at = suffix(path, w-1)
		c.Set(x, y, c.Glyphs().Ellipsis, st)
		x, w = x+1, w-1
	}
	c.Text(x, y, w, path[at:], st)
}
