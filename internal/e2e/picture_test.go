//go:build unix

package e2e

import (
	"flag"
	"fmt"
	"html"
	"os"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
)

var picture = flag.String("picture", "", "paint the robot sample and write it to this SVG file")

// TestPicture paints the picture of the README when asked to:
//
//	go test ./internal/e2e -run Picture -picture ../../docs/robot.svg
//
// Without the flag it checks that the picture would be one.
func TestPicture(t *testing.T) {
	s := newStage(t)
	s.service("robot")
	w := s.steadytop(132, 38)
	w.shows(append([]string{"logger is the bottleneck", "needs 1.2x"}, robotActors...)...)
	if *picture != "" {
		w.shows("full for 10 s") // some history looks better
	}
	svg := w.svg()
	if n := strings.Count(svg, "<text"); n < 100 {
		t.Errorf("the picture has %d pieces of text", n)
	}
	if *picture != "" {
		if err := os.WriteFile(*picture, []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The measures of one cell of the picture, and its margin.
const (
	cellW, cellH = 8.43, 18.0
	margin       = 16.0
)

// svg draws the screen, one element for each run of cells in one style.
func (w *terminal) svg() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	cols, rows := w.vt.Size()
	var b strings.Builder
	width, height := float64(cols)*cellW+2*margin, float64(rows)*cellH+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14">`, width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="10" fill="#14161b"/>`+"\n")
	for y := range rows {
		for x := 0; x < cols; {
			first := w.vt.Cell(x, y)
			n := 1
			var run strings.Builder
			run.WriteRune(shown(first))
			for x+n < cols && sameStyle(first, w.vt.Cell(x+n, y)) {
				run.WriteRune(shown(w.vt.Cell(x+n, y)))
				n++
			}
			drawRun(&b, x, y, n, run.String(), first)
			x += n
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func shown(g vt10x.Glyph) rune {
	if g.Char < ' ' {
		return ' '
	}
	return g.Char
}

func sameStyle(a, b vt10x.Glyph) bool { return a.FG == b.FG && a.BG == b.BG && a.Mode == b.Mode }

func drawRun(b *strings.Builder, x, y, n int, text string, g vt10x.Glyph) {
	const reverse, bold = 1, 4 // of vt10x.Glyph.Mode
	fg, bg := colour(g.FG, "#c8ccd4"), colour(g.BG, "")
	if g.Mode&reverse != 0 && bg == "" { // the emulator swaps the colours itself where both are set
		fg, bg = "#14161b", fg
	}
	px, py := margin+float64(x)*cellW, margin+float64(y)*cellH
	if bg != "" {
		fmt.Fprintf(b, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.0f" fill="%s"/>`, px, py, float64(n)*cellW, cellH, bg)
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	weight := ""
	if g.Mode&bold != 0 {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(b, `<text x="%.2f" y="%.2f" textLength="%.2f" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="%s"%s>%s</text>`+"\n",
		px, py+13.5, float64(n)*cellW, fg, weight, html.EscapeString(text))
}

func colour(c vt10x.Color, standard string) string {
	if c >= vt10x.DefaultFG {
		return standard
	}
	return fmt.Sprintf("#%06x", uint32(c))
}
