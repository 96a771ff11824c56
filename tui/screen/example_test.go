package screen_test

import (
	"fmt"

	"github.com/steadytop/steadytop/tui/screen"
)

// A view draws into a canvas, and into parts of it, without a thought for the
// edges. The same code draws with ASCII where that is all there is.
func ExampleCanvas() {
	for _, glyphs := range []*screen.GlyphSet{screen.Unicode, screen.ASCII} {
		c := screen.NewCanvas(26, 3)
		c.SetGlyphs(glyphs)
		card, rest := c.Bounds().SplitLeft(14)
		c.Box(card, screen.Light, screen.Style{})
		inside := c.Sub(card.Inset(1, 1))
		inside.Text(0, 0, 12, "a rather long name", screen.Style{Attr: screen.Bold})
		c.Set(rest.X, 1, glyphs.GaugeLeft, screen.Style{})
		screen.Bar(c, rest.X+1, 1, 5, 0.7, screen.Style{FG: screen.RGB(200, 60, 50).Or16(1)}, screen.Style{})
		c.Set(rest.X+6, 1, glyphs.GaugeRight, screen.Style{})
		c.Set(rest.X+7, 1, glyphs.Right, screen.Style{})
		fmt.Print(c)
	}
	// Output:
	// ╭────────────╮
	// │a rather lo…│▕███▌ ▏▶
	// ╰────────────╯
	// +------------+
	// |a rather lo~|[###-.]>
	// +------------+
}
