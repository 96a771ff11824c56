package view

import (
	"testing"

	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// TestMoreIsNoHeadOfALine: the mark at the right side, which looks like one,
// has nothing before it.
func TestMoreIsNoHeadOfALine(t *testing.T) {
	s := viewtest.Overload()
	for h := 12; h < 60; h += 3 {
		st := GraphState{Fold: Folding{Mode: FoldSiblings}}
		p := PlanGraph(s, st, 80, h, nil)
		c := screen.NewCanvas(80, h)
		DrawGraph(c, s, p, st, theme.Dark)
		marks := 0
		for y := range h {
			if cell := c.Cell(79, y); cell.Text != string(c.Glyphs().Right) || cell.Style.Attr&screen.Reverse == 0 {
				continue
			}
			marks++
			if before := c.Cell(78, y); before.Text != " " {
				t.Errorf("height %d: %q before the mark in\n%s", h, before.Text, c)
			}
		}
		if marks != 1 {
			t.Errorf("height %d: %d marks in\n%s", h, marks, c)
		}
	}
}

func TestMiddle(t *testing.T) {
	for _, tc := range []struct{ n, good, want int }{{9, 4, 4}, {9, 0, 0}, {9, 8, 8}, {9, -1, 4}, {1, 0, 0}, {0, 0, 0}, {4, 3, 3}} {
		if got := middle(tc.n, func(i int) bool { return i == tc.good }); got != tc.want {
			t.Errorf("%+v: %d", tc, got)
		}
	}
}
