package screen

import (
	"strconv"
	"unicode/utf8"
)

// moveTo brings the cursor to x, y of the row with the fewest bytes: by
// writing unchanged cells again, by a relative motion, or by an address.
func (p *Painter) moveTo(row []cell, x, y int) {
	if p.x == x && p.y == y {
		return
	}
	if p.y == y && p.x >= 0 && p.x < x && p.rewrite(row, x) {
		p.x = x
		return
	}
	var near [24]byte
	best := appendAddress(near[:0], x, y)
	var other [24]byte
	if alt, ok := p.relative(other[:0], x, y); ok && len(alt) <= len(best) {
		best = alt
	}
	p.out = append(p.out, best...)
	p.x, p.y = x, y
}

// rewrite writes the cells from the cursor up to x again if that takes no
// change of pen and no more bytes than a motion.
func (p *Painter) rewrite(row []cell, x int) bool {
	gap := row[p.x:x]
	budget := len("\x1b[nC")
	if len(gap) == 1 {
		budget--
	} else if len(gap) > 9 {
		return false
	}
	for _, k := range gap {
		if !simple(k.r) || !p.utf8 && k.r >= 0x80 || !p.pen.fits(p.of(k.st), k.r) {
			return false
		}
		if budget -= utf8.RuneLen(k.r); budget < 0 {
			return false
		}
	}
	for _, k := range gap {
		p.out = utf8.AppendRune(p.out, k.r)
	}
	return true
}

// relative appends a motion from where the cursor is. Line feeds go down
// without changing the column, since the terminal is in raw mode.
func (p *Painter) relative(b []byte, x, y int) ([]byte, bool) {
	down := y - p.y
	if p.y < 0 || down < 0 || down > 4 {
		return b, false
	}
	from := p.x
	if from < 0 || x < from && x < 4 {
		b = append(b, '\r')
		from = 0
	}
	for range down {
		b = append(b, '\n')
	}
	switch {
	case x > from:
		b = appendMotion(b, x-from, 'C')
	case x < from:
		b = appendMotion(b, from-x, 'D')
	}
	return b, true
}

func appendMotion(b []byte, n int, letter byte) []byte {
	b = append(b, "\x1b["...)
	if n > 1 {
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return append(b, letter)
}

// appendAddress appends the absolute motion to x, y.
func appendAddress(b []byte, x, y int) []byte {
	b = append(b, "\x1b["...)
	if x > 0 || y > 0 {
		b = strconv.AppendInt(b, int64(y+1), 10)
	}
	if x > 0 {
		b = append(b, ';')
		b = strconv.AppendInt(b, int64(x+1), 10)
	}
	return append(b, 'H')
}
