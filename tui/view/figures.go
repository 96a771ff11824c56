package view

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
)

// figure is room for one formatted number on the stack.
type figure [24]byte

// appendRate appends a number per second, or any other number that may be
// large, in at most four characters: 0, 0.4, 30, 2.1k, 210k, 1.9M.
func appendRate(b []byte, v float64) []byte {
	if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	switch {
	case v == 0:
		return append(b, '0')
	case v < 0.05:
		return append(b, "<0.1"...)
	case v < 9.95:
		return appendShort(b, v, "")
	case v < 999.5:
		return strconv.AppendInt(b, int64(v+0.5), 10)
	}
	for _, unit := range [...]string{"k", "M", "G", "T"} {
		v /= 1000
		if v < 9.95 {
			return appendShort(b, v, unit)
		}
		if v < 999.5 || unit == "T" {
			return append(strconv.AppendInt(b, int64(v+0.5), 10), unit...)
		}
	}
	return b
}

// appendShort appends a number below ten with one decimal, unless that is 0.
func appendShort(b []byte, v float64, unit string) []byte {
	n := int64(v*10 + 0.5)
	b = strconv.AppendInt(b, n/10, 10)
	if n%10 != 0 || unit != "" && n < 100 {
		b = append(b, '.', byte('0'+n%10))
	}
	return append(b, unit...)
}

// appendAmount appends a number exactly when it has at most four digits, else
// as appendRate does.
func appendAmount(b []byte, n uint64) []byte {
	if n < 10000 {
		return strconv.AppendUint(b, n, 10)
	}
	return appendRate(b, float64(n))
}

// appendCount appends n with commas between groups of three digits.
func appendCount(b []byte, n uint64) []byte {
	var digits [20]byte
	d := strconv.AppendUint(digits[:0], n, 10)
	for i, c := range d {
		if i > 0 && (len(d)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, c)
	}
	return b
}

// appendPercent appends a fraction as whole percent, without the sign. What is
// above zero and rounds to it is "<1".
func appendPercent(b []byte, frac float64) []byte {
	p := frac * 100
	switch {
	case !(p > 0):
		return append(b, '0')
	case p < 0.5:
		return append(b, "<1"...)
	}
	return strconv.AppendInt(b, int64(math.Min(p, 99999)+0.5), 10)
}

// appendWait appends a time from nanoseconds to minutes in at most six
// columns: 0.4 µs, 12 µs, 1.9 ms, 340 ms, 6.2 s, 41 s, 2m05s.
func appendWait(b []byte, d time.Duration, ascii bool) []byte {
	if d < 0 {
		d = 0
	}
	micro := " µs"
	if ascii {
		micro = " us"
	}
	switch {
	case d == 0:
		return append(b, "0 s"...)
	case d < 999500*time.Nanosecond:
		return appendIn(b, float64(d)/float64(time.Microsecond), micro)
	case d < 999500*time.Microsecond:
		return appendIn(b, float64(d)/float64(time.Millisecond), " ms")
	case d < 9950*time.Millisecond:
		return appendIn(b, d.Seconds(), " s")
	}
	return appendSpan(b, d)
}

func appendIn(b []byte, v float64, unit string) []byte {
	if v < 9.95 {
		b = strconv.AppendFloat(b, v, 'f', 1, 64)
	} else {
		b = strconv.AppendInt(b, int64(v+0.5), 10)
	}
	return append(b, unit...)
}

// appendSpan appends a time in whole units of which the largest two are shown:
// 0 s, 90 s, 2m05s, 3h12m, 3d04h, 812d.
func appendSpan(b []byte, d time.Duration) []byte {
	s := int64(max(0, d) / time.Second)
	switch {
	case s < 100:
		return append(strconv.AppendInt(b, s, 10), " s"...)
	case s < 3600:
		return appendTwo(b, s/60, 'm', s%60, 's')
	case s < 86400:
		return appendTwo(b, s/3600, 'h', s/60%60, 'm')
	case s < 100*86400:
		return appendTwo(b, s/86400, 'd', s/3600%24, 'h')
	}
	return append(strconv.AppendInt(b, s/86400, 10), 'd')
}

func appendTwo(b []byte, major int64, mu byte, minor int64, nu byte) []byte {
	b = append(strconv.AppendInt(b, major, 10), mu)
	return append(b, byte('0'+minor/10), byte('0'+minor%10), nu)
}

// appendClock appends the time of day.
func appendClock(b []byte, t time.Time) []byte { return t.AppendFormat(b, "15:04:05") }

// appendBytes appends a number of bytes: 61 MB.
func appendBytes(b []byte, n float64) []byte {
	for _, unit := range [...]string{" B", " kB", " MB", " GB"} {
		if n < 999.5 || unit == " GB" {
			if unit == " B" {
				return append(strconv.AppendInt(b, int64(n+0.5), 10), unit...)
			}
			return appendIn(b, n, unit)
		}
		n /= 1000
	}
	return b
}

// seconds turns a figure in seconds into a Duration.
func seconds(n collector.Num) time.Duration {
	return time.Duration(n.Or(0) * float64(time.Second))
}

// isASCII reports whether the canvas is drawn for a terminal without Unicode.
func isASCII(c *screen.Canvas) bool { return c.Glyphs() == screen.ASCII }

// put draws b from x to the right, in at most w cells, and returns how many it
// used. It is Canvas.Bytes without the allocation for what is not ASCII, and
// without an ellipsis: a number that is cut says nothing, so it becomes a row
// of marks.
func put(c *screen.Canvas, x, y, w int, b []byte, st screen.Style) int {
	n := utf8.RuneCount(b)
	if n > w {
		c.Fill(screen.Rect{X: x, Y: y, W: w, H: 1}, '#', st)
		return max(0, w)
	}
	for i := 0; len(b) > 0; i++ {
		r, size := utf8.DecodeRune(b)
		c.Set(x+i, y, r, st)
		b = b[size:]
	}
	return n
}

// putRight draws b so that it ends before x+w.
func putRight(c *screen.Canvas, x, y, w int, b []byte, st screen.Style) {
	n := min(w, utf8.RuneCount(b))
	put(c, x+w-n, y, n, b, st)
}

// putMissing draws the dash of a figure that is not known, at the right end.
func putMissing(c *screen.Canvas, x, y, w int, st screen.Style) {
	c.Set(x+w-1, y, c.Glyphs().Missing, st)
}
