package screen

import (
	"strings"
	"testing"
)

func TestTextCutsAndReplaces(t *testing.T) {
	for _, tt := range []struct {
		in   string
		w    int
		want string
		used int
	}{
		{"hello", 5, "hello", 5},
		{"hello!", 5, "hell…", 5},
		{"", 3, "", 0},
		{"x", 0, "", 0},
		{"yz", 1, "…", 1},
		{"控制台", 6, "控制台", 6},
		{"控制台", 5, "控制…", 5},
		{"控制台", 4, "控…", 3},
		{"控", 1, "…", 1},
		{"motör", 5, "motör", 5},
		{"e\u0301tat", 4, "e\u0301tat", 4},
		{"\u0301x", 4, "\ufffdx", 2},
		{"a\x1b[31mb", 9, "a\ufffd[31mb", 7},
		{"a\u009b31mb", 9, "a\ufffd31mb", 6},
		{"a\r\nb", 9, "a\ufffdb", 3},
		{"a\xffb", 9, "a\ufffdb", 3},
		{"a\u202eb", 9, "a\ufffdb", 3},
		{"a\u200bb", 9, "a\ufffdb", 3},
		{"👩‍👩‍👧‍👦!", 9, "👩‍👩‍👧‍👦!", 3},
		{"▕█▌ ▏▶ ok", 20, "▕█▌ ▏▶ ok", 9},
		{"─\u0301─", 9, "─\u0301─", 2},
	} {
		c := NewCanvas(20, 1)
		if got := c.Text(0, 0, tt.w, tt.in, Style{}); got != tt.used {
			t.Errorf("Text(%q, %d) used %d cells, want %d", tt.in, tt.w, got, tt.used)
		}
		if got := strings.TrimSuffix(c.String(), "\n"); got != tt.want {
			t.Errorf("Text(%q, %d) drew %q, want %q", tt.in, tt.w, got, tt.want)
		}
		if w := StringWidth(tt.in); w <= tt.w && w != tt.used || w > len(tt.in) {
			t.Errorf("StringWidth(%q) = %d, but Text used %d", tt.in, w, tt.used)
		}
	}
}

func TestWideClustersAreNeverLeftInHalves(t *testing.T) {
	c := NewCanvas(6, 1)
	rows := func() string { return strings.TrimSuffix(c.String(), "\n") }
	for _, tt := range []struct {
		draw func()
		want string
	}{
		{func() { c.Text(0, 0, 6, "控制台", Style{}) }, "控制台"},
		{func() { c.Set(1, 0, 'x', Style{}) }, " x制台"},
		{func() { c.Set(2, 0, 'y', Style{}) }, " xy 台"},
		{func() { c.Set(3, 0, '宽', Style{}) }, " xy宽"},
		{func() { c.Fill(Rect{4, 0, 1, 1}, '.', Style{}) }, " xy ."},
		{func() { c.Set(5, 0, '宽', Style{}) }, " xy ."},
		{func() { c.Text(-1, 0, 6, "控制", Style{}) }, " 制 ."},
		{func() { c.Sub(Rect{2, 0, 2, 1}).Fill(Rect{0, 0, 9, 9}, '#', Style{}) }, "  ##."},
		{func() { c.Sub(Rect{1, 0, 2, 1}).Text(1, 0, 9, "控", Style{}) }, "   #."},
	} {
		tt.draw()
		if got := rows(); got != tt.want {
			t.Errorf("row is %q, want %q", got, tt.want)
		}
		for x := range 6 {
			if k := c.Cell(x, 0); k.Width == 0 && (x == 0 || c.Cell(x-1, 0).Width != 2) {
				t.Errorf("%q: cell %d is half a cluster", tt.want, x)
			}
		}
	}
}

func TestSubIsAWindow(t *testing.T) {
	c := NewCanvas(10, 5)
	c.Fill(c.Bounds(), '.', Style{})
	s := c.Sub(Rect{7, 3, 20, 20})
	if w, h := s.Size(); w != 20 || h != 20 {
		t.Errorf("a sub of 20x20 is %dx%d", w, h)
	}
	s.Fill(s.Bounds(), '#', Style{})
	scrolled := c.Sub(Rect{1, 1, 4, 2}).Sub(Rect{-2, -1, 8, 8}) // a large view seen through 4x2
	scrolled.Text(0, 1, 8, "abcdefgh", Style{})
	scrolled.Text(0, 0, 8, "hidden", Style{})
	scrolled.Set(7, 2, 'X', Style{})
	want := "..........\n.cdef.....\n..........\n.......###\n.......###\n"
	if got := c.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if k := scrolled.Cell(0, 1); k != (Cell{}) {
		t.Errorf("a hidden cell is %+v", k)
	}
	if k := scrolled.Cell(3, 1); k.Text != "d" {
		t.Errorf("cell 3,1 is %+v", k)
	}
}

func TestDrawingOverAndOverKeepsMemory(t *testing.T) {
	c := NewCanvas(4, 2)
	for range 10_000 {
		c.Text(0, 0, 4, "e\u0301", Style{})
	}
	if n := len(c.g.pool); n > 200 {
		t.Errorf("%d clusters are kept for 8 cells", n)
	}
	if got := c.String(); got != "e\u0301\n\n" {
		t.Errorf("the canvas is %q", got)
	}
}

func TestBoxAndLines(t *testing.T) {
	c := NewCanvas(12, 4)
	c.Box(Rect{0, 0, 5, 3}, Light, Style{})
	c.Box(Rect{5, 0, 4, 3}, Heavy, Style{})
	c.Box(Rect{9, 0, 3, 3}, Double, Style{})
	c.Box(Rect{0, 3, 5, 1}, Light, Style{})
	c.VLine(11, 2, 9, Heavy, Style{})
	c.Box(Rect{1, 1, 0, 1}, Light, Style{})
	want := "╭───╮┏━━┓╔═╗\n│   │┃  ┃║ ║\n╰───╯┗━━┛╚═┃\n─────      ┃\n"
	if got := c.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	c.SetGlyphs(ASCII)
	c.Clear(Style{})
	c.Box(Rect{0, 0, 5, 3}, Light, Style{})
	c.Box(Rect{5, 0, 4, 3}, Heavy, Style{})
	c.Text(9, 0, 3, "long", Style{})
	want = "+---++==+lo~\n|   ||  |\n+---++==+\n\n"
	if got := c.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestStyledString(t *testing.T) {
	c := NewCanvas(4, 1)
	c.Text(0, 0, 4, "ab", Style{FG: RGB(1, 2, 3).Or16(4), Attr: Bold | Reverse})
	want := "ab\n---\na fg=#010203/4 bg=default bold+reverse\n---\naa\n"
	if got := c.StyledString(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBytesIsText(t *testing.T) {
	for _, s := range []string{"12.5", "much too long", "é", ""} {
		a, b := NewCanvas(6, 1), NewCanvas(6, 1)
		n, m := a.Text(1, 0, 5, s, Style{}), b.Bytes(1, 0, 5, []byte(s), Style{})
		if n != m || a.String() != b.String() {
			t.Errorf("%q: %d %q, as bytes %d %q", s, n, a.String(), m, b.String())
		}
	}
	c := NewCanvas(6, 1)
	if n := c.TextRight(0, 0, 6, "42%", Style{}); n != 3 || c.String() != "   42%\n" {
		t.Errorf("TextRight used %d cells: %q", n, c.String())
	}
}
