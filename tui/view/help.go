package view

import (
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// HelpPage is the overlay with the keys of one view. The zero value is ready.
type HelpPage struct {
	top    int
	rows   int
	height int
}

// Scroll moves the window down, or up when by is negative.
func (p *HelpPage) Scroll(by int) { p.top = max(0, min(p.top+by, p.rows-p.height)) }

// Page returns how many rows the last paint showed, at least one.
func (p *HelpPage) Page() int { return max(1, p.height) }

// helpColumn is how wide a column of keys should be.
const helpColumn = 64

// Draw draws the keys that are valid in v over the middle of c.
func (p *HelpPage) Draw(c *screen.Canvas, v keymap.View, th *theme.Theme) {
	w, h := c.Size()
	sections := keymap.Sections(v)
	columns := max(1, min(2, (w-2)/(helpColumn+2)))
	starts := balance(sections, columns)
	p.rows = 0
	for i := range columns {
		n := 0
		for _, s := range sections[starts[i]:starts[i+1]] {
			n += len(s.Bindings) + 2
		}
		p.rows = max(p.rows, n-1)
	}
	b := dialog(c, "keys: "+v.String(), columns*(helpColumn+2)-2, min(p.rows, h-2), false, th)
	w, h = b.Size()
	p.height = h
	p.top = max(0, min(p.top, p.rows-h))
	width := (w - 2*(columns-1)) / columns
	for i := range columns {
		col := b.Sub(screen.Rect{X: i * (width + 2), Y: 0, W: width, H: h})
		y := -p.top
		for _, s := range sections[starts[i]:starts[i+1]] {
			y = helpSection(col, y, &s, th) + 1
		}
	}
	if p.top > 0 {
		b.Set(w-1, 0, b.Glyphs().Up, th.Accent)
	}
	if p.rows-p.top > h {
		b.Set(w-1, h-1, b.Glyphs().Down, th.Accent)
	}
}

// helpSection draws one group of keys and returns the row below it.
func helpSection(c *screen.Canvas, y int, s *keymap.Section, th *theme.Theme) int {
	w, _ := c.Size()
	c.Text(0, y, w, s.Title, th.Title)
	ascii := isASCII(c)
	keys := min(18, w*2/5)
	for i := range s.Bindings {
		b := &s.Bindings[i]
		y++
		st := th.Key
		if b.Dangerous {
			st = th.Danger
		}
		c.Text(1, y, keys-2, b.Labels(" ", ascii), st)
		c.Text(keys, y, w-keys, b.Help, th.Text)
	}
	return y + 1
}

// balance cuts the sections into columns of about the same height, in their
// order, and returns where each begins.
func balance(sections []keymap.Section, columns int) []int {
	total := 0
	for _, s := range sections {
		total += len(s.Bindings) + 2
	}
	starts := []int{0}
	n := 0
	for i, s := range sections {
		if n >= (total+columns-1)/columns*len(starts) && len(starts) < columns {
			starts = append(starts, i)
		}
		n += len(s.Bindings) + 2
	}
	for len(starts) <= columns {
		starts = append(starts, len(sections))
	}
	return starts
}
