package view

import (
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// rowDrawer draws the cells of a list: first what the selection turns over,
// then what it must not, since a reversed bar reads as its opposite.
type rowDrawer interface {
	cell(c *screen.Canvas, p spot, y int, row int32, th *theme.Theme)
	picture(c *screen.Canvas, p spot, y int, row int32, th *theme.Theme)
}

// draw draws the title, the heads and the rows that fit.
func (l *List) draw(c *screen.Canvas, what string, columns []column, src source, rows rowDrawer, th *theme.Theme) {
	w, h := c.Size()
	l.title(c, what, columns, th)
	if len(l.order) == 0 {
		l.nothing(c, "no "+what, th)
		return
	}
	from, to := l.scroll(h - 2)
	want := 8
	for _, row := range l.order[from:to] {
		want = max(want, 2+screen.StringWidth(src.name(int(row))))
	}
	var spots [maxColumns]spot
	at := arrange(columns, w-2, want, &spots)
	body := c.Sub(screen.Rect{X: 1, Y: 1, W: w - 2, H: h - 1})
	l.heads(body, 0, columns, at, th)
	for i, row := range l.order[from:to] {
		for _, p := range at {
			rows.cell(body, p, i+1, row, th)
		}
		if from+i == l.cursor {
			c.Restyle(screen.Rect{X: 0, Y: i + 2, W: w, H: 1}, th.Select)
		}
		for _, p := range at {
			rows.picture(body, p, i+1, row, th)
		}
	}
}
