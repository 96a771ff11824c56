package screen

import (
	"bytes"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/hinshun/vt10x"
	"pgregory.net/rapid"
)

// The modes that the emulator keeps in Glyph.Mode.
const (
	vtReverse   = 1 << 0
	vtUnderline = 1 << 1
	vtBold      = 1 << 2
	vtItalic    = 1 << 4
)

// vtColor returns the colour as the emulator numbers it.
func vtColor(s shade, def vt10x.Color) vt10x.Color {
	switch {
	case s == 0:
		return def
	case s&shadeRGB != 0:
		return vt10x.Color(s &^ shadeRGB)
	}
	return vt10x.Color(s - 1)
}

// vtGlyph returns what the emulator must hold for a cell.
func vtGlyph(r rune, p pen) vt10x.Glyph {
	g := vt10x.Glyph{Char: r, FG: vtColor(p.fg, vt10x.DefaultFG), BG: vtColor(p.bg, vt10x.DefaultBG)}
	for attr, mode := range map[Attr]int16{Reverse: vtReverse, Underline: vtUnderline, Bold: vtBold, Italic: vtItalic} {
		if p.attr&attr != 0 {
			g.Mode |= mode
		}
	}
	fg := g.FG
	if p.attr&Bold != 0 && fg < 8 {
		g.FG = fg + 8
	}
	if p.attr&Reverse != 0 {
		g.FG, g.BG = g.BG, fg // the emulator swaps before it brightens
	}
	return g
}

// compareScreens reports the first cell in which the emulator differs from c.
// The emulator takes every rune for one column and knows no combining marks,
// like a terminal that is older than the text: its neighbours must be right
// all the same.
func compareScreens(c *Canvas, vt vt10x.View, p *Painter) error {
	for y := range c.g.h {
		for x := range c.g.w {
			k := c.g.cells[y*c.g.w+x]
			got := vt.Cell(x, y)
			r := k.r
			switch {
			case !p.utf8:
				r = asciiTwin(c.g, x, y)
			case r == continuation:
				if c.g.cells[y*c.g.w+x-1].r < continuation {
					continue // the second rune of a wide cluster of several
				}
				r = ' '
			case r < continuation:
				text := c.g.text(r)
				r, _ = utf8.DecodeRuneInString(text)
				if x == c.g.w-1 {
					r, _ = utf8.DecodeLastRuneInString(text) // written over itself
				}
			}
			want := vtGlyph(r, p.of(k.st))
			if got.Char == ' ' && want.Char == ' ' {
				if mask := int16(vtReverse | vtUnderline); got.Mode&mask == 0 && want.Mode&mask == 0 {
					got.FG, want.FG, got.Mode, want.Mode = 0, 0, 0, 0
				}
			}
			if got != want {
				return fmt.Errorf("cell %d,%d is %+v, want %+v", x, y, got, want)
			}
		}
	}
	return nil
}

// asciiTwin returns what a terminal without UTF-8 shows at x, y.
func asciiTwin(g *grid, x, y int) rune {
	k := g.cells[y*g.w+x]
	if k.r == continuation {
		return rune(g.asASCII(g.cells[y*g.w+x-1].r)[1])
	}
	if k.r >= 0 && k.r < 0x80 {
		return k.r
	}
	return rune(g.asASCII(k.r)[0])
}

var (
	drawStyle = rapid.SampledFrom([]Style{
		{},
		{FG: ANSI(1)},
		{FG: ANSI(12)},
		{FG: RGB(200, 100, 50)},
		{FG: RGB(90, 90, 90).Or16(8), BG: RGB(10, 20, 30)},
		{Attr: Reverse},
		{Attr: Bold},
		{FG: RGB(1, 2, 3), Attr: Bold | Dim},
		{BG: ANSI(4), Attr: Italic},
		{FG: ANSI(2), BG: RGB(250, 250, 250), Attr: Underline | Reverse},
	})
	drawText = rapid.SampledFrom([]string{
		"a", "fuse", "  ", "x  y", "────────", "▕█████▏▶", "●", "motör", "控制台", "e\u0301te\u0301", "👩‍👩‍👧‍👦", "🇫🇮!", "…",
		"the quick brown fox jumps over the lazy dog", "\x1b[31m", "\u202e", "a\u0301\u0302\u0303", "❤️x",
	})
)

// scribble draws something random.
func scribble(t *rapid.T, c *Canvas) {
	w, h := c.Size()
	if rapid.IntRange(0, 9).Draw(t, "clear") == 0 {
		c.Clear(drawStyle.Draw(t, "style"))
	}
	for range rapid.IntRange(0, 6).Draw(t, "strokes") {
		x, y := rapid.IntRange(-3, w).Draw(t, "x"), rapid.IntRange(-1, h).Draw(t, "y")
		st := drawStyle.Draw(t, "style")
		r := Rect{x, y, rapid.IntRange(-1, w).Draw(t, "w"), rapid.IntRange(0, h).Draw(t, "h")}
		switch rapid.IntRange(0, 6).Draw(t, "kind") {
		case 0:
			c.Fill(r, rapid.SampledFrom([]rune{' ', 'x', '─', '控'}).Draw(t, "r"), st)
		case 1:
			c.Box(r, Heavy, st)
		case 2:
			Bar(c, x, y, r.W, rapid.Float64Range(-1, 2).Draw(t, "frac"), st, Style{})
		case 3:
			c.Sub(r).Text(rapid.IntRange(-2, 2).Draw(t, "dx"), 0, w, drawText.Draw(t, "text"), st)
		case 4:
			c.Restyle(r, func(s Style) Style { return s.With(Reverse) })
		default:
			c.Text(x, y, rapid.IntRange(0, w+2).Draw(t, "max"), drawText.Draw(t, "text"), st)
		}
	}
}

func TestPainterMakesTheTerminalShowTheCanvas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 24)
		w, h := size.Draw(t, "w"), size.Draw(t, "h")
		p := NewPainter(PainterOptions{
			Profile: rapid.SampledFrom([]Profile{NoColor, Color16, Color256, TrueColor}).Draw(t, "profile"),
			ASCII:   rapid.IntRange(0, 4).Draw(t, "ascii") == 0,
			NoSync:  rapid.Bool().Draw(t, "nosync"),
		})
		vt := vt10x.New(vt10x.WithSize(w, h))
		_, _ = vt.Write([]byte("garbage\x1b[41;1mfrom before\x1b[?7l"))
		c := NewCanvas(w, h)
		for range rapid.IntRange(1, 8).Draw(t, "frames") {
			switch rapid.IntRange(0, 12).Draw(t, "event") {
			case 0:
				w, h = size.Draw(t, "w"), size.Draw(t, "h")
				c.Resize(w, h)
				vt.Resize(w, h)
			case 1:
				_, _ = vt.Write([]byte("\x1b[3;3Hstray\x1b[7m"))
				p.Forget()
			}
			scribble(t, c)
			out := p.Paint(c)
			_, _ = vt.Write(out)
			if err := compareScreens(c, vt, p); err != nil {
				t.Fatalf("%v\nbytes: %q\nwant:\n%s\ngot:\n%s", err, out, c, vt)
			}
			if again := p.Paint(c); len(again) != 0 {
				t.Fatalf("painting the same again took %q", again)
			}
		}
	})
}

func TestPainterEmitsNoForeignControls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewCanvas(12, 2)
		hostile := rapid.SliceOfN(rapid.SampledFrom([]string{
			"\x1b]52;c;eA==\a", "\x1b[6n", "\x9b", "\u009b", "\r", "\b", "\n", "\t", "\x00", "\x7f", "\u2028", "\u202e", "\U000e0041", "\xc3", "\u200d", "a", "\u0301",
		}), 1, 8).Draw(t, "hostile")
		for i, s := range hostile {
			c.Text(i, i%2, 12, s, Style{})
			c.Set(11-i, 1-i%2, []rune(s)[0], Style{})
		}
		out := NewPainter(PainterOptions{Profile: TrueColor}).Paint(c)
		for len(out) > 0 {
			r, n := utf8.DecodeRune(out)
			switch {
			case r == '\r' || r == '\n':
			case r == 0x1b:
				n = 2 + bytes.IndexFunc(out[2:], func(r rune) bool { return r >= '@' }) + 1
				if out[1] != '[' || !bytes.ContainsAny(out[n-1:n], "HJKCDmhl") {
					t.Fatalf("sequence %q of %q", out[:n], hostile)
				}
			case r == utf8.RuneError && n == 1, r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r == 0x2028:
				t.Fatalf("byte %q of %q reached the terminal", out[:n], hostile)
			}
			out = out[n:]
		}
	})
}
