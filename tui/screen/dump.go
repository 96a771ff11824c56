package screen

import (
	"fmt"
	"strings"
)

// String returns the text of the canvas, one line a row, without blanks at the
// ends of lines: what golden files hold.
func (c *Canvas) String() string {
	var b strings.Builder
	for y := range c.area.H {
		var line strings.Builder
		for x := range c.area.W {
			k := c.Cell(x, y)
			line.WriteString(k.Text)
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// StyledString returns String followed by a list of the styles in use and a
// map of where: for golden files that must not miss a lost colour. Each style
// gets a letter, '.' is the zero Style; after 52 styles the letters repeat.
func (c *Canvas) StyledString() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	seen := map[Style]byte{{}: '.'}
	var legend, where strings.Builder
	for y := range c.area.H {
		var line strings.Builder
		for x := range c.area.W {
			st := c.Cell(x, y).Style
			mark, ok := seen[st]
			if !ok {
				mark = letters[(len(seen)-1)%len(letters)]
				seen[st] = mark
				fmt.Fprintf(&legend, "%c %s\n", mark, st)
			}
			line.WriteByte(mark)
		}
		where.WriteString(strings.TrimRight(line.String(), "."))
		where.WriteByte('\n')
	}
	return c.String() + "---\n" + legend.String() + "---\n" + where.String()
}

// String returns the style in words, for tests and golden files.
func (s Style) String() string {
	return strings.TrimSpace(fmt.Sprintf("fg=%s bg=%s %s", s.FG, s.BG, s.Attr))
}

// String returns the colour as "default", "#rrggbb", "#rrggbb/N" or "N",
// where N is the palette index that it carries.
func (c Color) String() string {
	r, g, b, rgb := c.IsRGB()
	n, indexed := c.index()
	switch {
	case rgb && indexed:
		return fmt.Sprintf("#%02x%02x%02x/%d", r, g, b, n)
	case rgb:
		return fmt.Sprintf("#%02x%02x%02x", r, g, b)
	case indexed:
		return fmt.Sprint(n)
	}
	return "default"
}
