package screen

import "math"

// Bar draws a gauge of w cells that is filled from the left to frac, 0 to 1,
// in steps of an eighth of a cell. What lies outside of that range is clamped,
// except that anything above zero shows at least one eighth and only a full
// gauge looks full (in ASCII the steps are quarters, and a trace looks empty). NaN, which is not known, is drawn as a dash in the middle.
// The cells that are not full are drawn with rest.
func Bar(c *Canvas, x, y, w int, frac float64, fill, rest Style) {
	if w <= 0 {
		return
	}
	g := c.g.glyphs
	if math.IsNaN(frac) {
		c.Fill(Rect{x, y, w, 1}, ' ', rest)
		c.Set(x+w/2, y, '-', rest)
		return
	}
	n := Eighths(frac, w)
	for i := range w {
		switch k := n - 8*i; {
		case k >= 8:
			c.Set(x+i, y, g.eighths[8], fill)
		case k > 0:
			c.Set(x+i, y, g.eighths[k], Style{FG: fill.FG, BG: rest.BG, Attr: fill.Attr})
		default:
			c.Set(x+i, y, g.eighths[0], rest)
		}
	}
}

// Eighths returns how many eighths of w cells Bar fills for frac: two values
// with the same result look the same.
func Eighths(frac float64, w int) int {
	top := 8 * w
	switch {
	case !(frac > 0):
		return 0
	case frac >= 1:
		return top
	}
	return max(1, min(top-1, int(math.Round(frac*float64(top)))))
}

// Spark draws the newest w values, one a cell, the newest at the right. A
// value of peak or more has full height; a peak of 0 or less stands for the
// greatest value drawn. NaN and cells without a value stay blank, zero is the
// lowest mark.
func Spark(c *Canvas, x, y, w int, values []float32, peak float32, st Style) {
	if w <= 0 {
		return
	}
	if len(values) > w {
		values = values[len(values)-w:]
	}
	if peak <= 0 {
		for _, v := range values {
			if v > peak { // false for NaN
				peak = v
			}
		}
	}
	c.Fill(Rect{x, y, w - len(values), 1}, ' ', st)
	x += w - len(values)
	for i, v := range values {
		c.Set(x+i, y, c.g.sparkAt(v, peak), st)
	}
}

func (g *grid) sparkAt(v, peak float32) rune {
	top := len(g.glyphs.spark) - 1
	switch {
	case v != v:
		return ' '
	case !(v > 0) || !(peak > 0):
		return g.glyphs.spark[0]
	case v >= peak:
		return g.glyphs.spark[top]
	}
	return g.glyphs.spark[min(top, int(v/peak*float32(top+1)))]
}
