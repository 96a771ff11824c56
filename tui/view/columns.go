package view

import (
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// column is a column of a table.
type column struct {
	title string
	width int  // cells; the narrowest for one that grows
	grow  int  // the most cells of a column that takes what is left; 0 for a fixed one
	rank  int  // the highest is left out first; 0 never
	right bool // figures end at the right
	desc  bool // the first sort by it puts the greatest at the top
	mute  bool // cannot be sorted by
}

// maxColumns is the most columns that a table may have.
const maxColumns = 16

// spot is where a column is drawn.
type spot struct{ col, x, w int }

// arrange chooses the columns that fit into w cells, one blank between two,
// and gives what is left to those that grow, in their order. want is how many
// cells the first column can use at most.
func arrange(cols []column, w, want int, out *[maxColumns]spot) []spot {
	cut := 1
	for _, k := range cols {
		cut = max(cut, k.rank+1)
	}
	need := 0
	for ; ; cut-- {
		need = -1
		for _, k := range cols {
			if k.rank < cut {
				need += k.width + 1
			}
		}
		if need <= w || cut == 1 {
			break
		}
	}
	left, x, n := max(0, w-need), 0, 0
	for i, k := range cols {
		if k.rank >= cut {
			continue
		}
		width := k.width
		limit := k.grow
		if i == 0 {
			limit = min(limit, want)
		}
		if more := min(left, limit-width); more > 0 {
			width += more
			left -= more
		}
		width = min(width, w-x)
		if width <= 0 {
			break
		}
		out[n] = spot{i, x, width}
		n++
		x += width + 1
	}
	return out[:n]
}

// heads draws the titles of the columns: the one sorted by is strong and has an
// arrow, the one chosen is underlined.
func (l *List) heads(c *screen.Canvas, y int, cols []column, at []spot, th *theme.Theme) {
	g := c.Glyphs()
	l.shown = l.shown[:0]
	for _, s := range at {
		k := &cols[s.col]
		if !k.mute {
			l.shown = append(l.shown, s.col)
		}
		st := th.Muted
		sorted := s.col == l.sort
		if sorted {
			st = th.Strong
		}
		if s.col == l.chosen && l.choosing {
			st = st.With(screen.Underline)
		}
		n := min(screen.StringWidth(k.title), s.w)
		x := s.x
		if k.right {
			x += s.w - n
		}
		c.Text(x, y, n, k.title, st)
		if !sorted {
			continue
		}
		arrow := g.SortUp
		if l.desc {
			arrow = g.SortDown
		}
		switch {
		case !k.right && n < s.w:
			c.Set(x+n, y, arrow, st)
		case k.right && x > 0:
			c.Set(x-1, y, arrow, st)
		}
	}
}
