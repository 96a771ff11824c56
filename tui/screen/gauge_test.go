package screen

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

func TestBar(t *testing.T) {
	for _, tt := range []struct {
		frac     float64
		uni, asc string
	}{
		{0, "    ", "...."},
		{-1, "    ", "...."},
		{0.001, "▏   ", "...."},
		{0.25, "█   ", "#..."},
		{0.4, "█▋  ", "#-.."},
		{0.999, "███▉", "###="},
		{1, "████", "####"},
		{7, "████", "####"},
		{math.Inf(1), "████", "####"},
		{math.NaN(), "  - ", "  - "},
	} {
		for _, set := range []*GlyphSet{Unicode, ASCII} {
			c := NewCanvas(6, 1)
			c.SetGlyphs(set)
			c.Fill(c.Bounds(), 'x', Style{})
			Bar(c, 1, 0, 4, tt.frac, Style{}, Style{})
			want := map[*GlyphSet]string{Unicode: tt.uni, ASCII: tt.asc}[set]
			if got := strings.TrimSuffix(c.String(), "\n"); got != "x"+want+"x" {
				t.Errorf("%v in %s is %q, want %q", tt.frac, set.Name, got, want)
			}
		}
	}
	Bar(NewCanvas(2, 1), 0, 0, -3, 0.5, Style{}, Style{})
}

func TestSpark(t *testing.T) {
	nan := float32(math.NaN())
	for _, tt := range []struct {
		values []float32
		peak   float32
		want   string
	}{
		{nil, 1, "     "},
		{[]float32{0, 0.5, 1}, 1, "  ▁▅█"},
		{[]float32{9, 9, 0, 0.25, 0.5, 0.75, 2}, 1, "▁▃▅▇█"},
		{[]float32{0, nan, 50, 100}, 0, " ▁ ▅█"},
		{[]float32{0, 0, 0, 0, 0}, 0, "▁▁▁▁▁"},
		{[]float32{nan, nan, nan, nan, nan}, 0, "     "},
	} {
		c := NewCanvas(7, 1)
		c.Fill(c.Bounds(), 'x', Style{})
		Spark(c, 1, 0, 5, tt.values, tt.peak, Style{})
		if got := strings.TrimSuffix(c.String(), "\n"); got != "x"+tt.want+"x" {
			t.Errorf("%v is %q, want %q", tt.values, got, tt.want)
		}
	}
}

func TestGlyphsAreOneColumnWide(t *testing.T) {
	check := func(set *GlyphSet, name string, r rune) {
		if r == 0 || displaywidth.Rune(r) != 1 {
			t.Errorf("%s: %s is %q, which is not one column wide", set.Name, name, r)
		}
		if set == ASCII && (r < 0x20 || r >= 0x7f) {
			t.Errorf("%s is %q in ASCII", name, r)
		}
	}
	for _, set := range []*GlyphSet{Unicode, ASCII} {
		v := reflect.ValueOf(set).Elem()
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.Int32 {
				check(set, v.Type().Field(i).Name, rune(f.Int()))
			}
		}
		for _, r := range set.eighths {
			check(set, "an eighth", r)
		}
		for _, r := range set.spark {
			check(set, "a spark", r)
		}
		for i, r := range set.joints {
			check(set, "a joint", r)
			if (r == ' ') != (i == 0) {
				t.Errorf("%s: joint %08b is %q", set.Name, i, r)
			}
		}
	}
}

func TestJoints(t *testing.T) {
	for _, tt := range []struct {
		lines    Lines
		uni, asc rune
	}{
		{Line(East, Light) | Line(West, Light), '─', '-'},
		{Line(East, Heavy) | Line(West, Light), '╼', '='},
		{Line(North, Light) | Line(South, Light), '│', '|'},
		{Line(South, Light) | Line(East, Light), '╭', '+'},
		{Line(South, Heavy) | Line(East, Heavy), '┏', '+'},
		{Line(North, Light) | Line(South, Light) | Line(West, Heavy), '┥', '+'},
		{Line(East, Double) | Line(West, Double), '═', '='},
		{Line(East, Double) | Line(West, Double) | Line(South, Light), '┯', '+'},
		{Line(North, Light), '╵', '|'},
		{(Line(East, Light) | Line(West, Light)).Join(Line(East, Heavy) | Line(South, Heavy)), '┲', '+'},
	} {
		if got := Unicode.Joint(tt.lines); got != tt.uni {
			t.Errorf("lines %08b join in %q, want %q", tt.lines, got, tt.uni)
		}
		if got := ASCII.Joint(tt.lines); got != tt.asc {
			t.Errorf("lines %08b join in %q, want %q", tt.lines, got, tt.asc)
		}
	}
}

func TestRects(t *testing.T) {
	r := Rect{2, 3, 10, 6}
	top, rest := r.SplitTop(2)
	bottom, rest := rest.SplitBottom(9)
	left, mid := top.SplitLeft(3)
	right, mid := mid.SplitRight(4)
	for name, got := range map[string][2]Rect{
		"top":       {top, {2, 3, 10, 2}},
		"bottom":    {bottom, {2, 5, 10, 4}},
		"rest":      {rest, {2, 5, 10, 0}},
		"left":      {left, {2, 3, 3, 2}},
		"right":     {right, {8, 3, 4, 2}},
		"mid":       {mid, {5, 3, 3, 2}},
		"inset":     {r.Inset(1, 4), {3, 7, 8, 0}},
		"center":    {r.Center(4, 20), {5, 3, 4, 6}},
		"intersect": {r.Intersect(Rect{0, 0, 5, 5}), {2, 3, 3, 2}},
		"apart":     {r.Intersect(Rect{20, 20, 5, 5}), {20, 20, 0, 0}},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %v, want %v", name, got[0], got[1])
		}
	}
	if !rest.Empty() || r.Empty() || !r.In(2, 3) || r.In(12, 3) {
		t.Error("Empty or In is wrong")
	}
}
