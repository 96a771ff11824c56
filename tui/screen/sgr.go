package screen

import "strconv"

// A pen is a style as the terminal has it: in its own colours.
type pen struct {
	fg, bg shade
	attr   Attr
}

// visibleOnBlank are the attributes that show on a blank.
const visibleOnBlank = Underline | Reverse | Strike

// fits reports whether a cell wanted with q may be written with p. A blank
// shows no foreground, so it seldom needs a change of pen.
func (p pen) fits(q pen, r rune) bool {
	if p == q {
		return true
	}
	return r == ' ' && p.bg == q.bg && (p.attr|q.attr)&visibleOnBlank == 0
}

// pens turns styles into pens and knows the bytes between any two pens. Both
// are computed once for each style and pair that a theme has.
type pens struct {
	profile Profile
	pens    map[Style]pen
	between map[[2]pen][]byte
}

// maxPens bounds the tables; a theme has a few dozen styles.
const maxPens = 1024

func newPens(p Profile) pens {
	return pens{profile: p, pens: make(map[Style]pen), between: make(map[[2]pen][]byte)}
}

// of returns the pen for st.
func (t *pens) of(st Style) pen {
	if st == (Style{}) {
		return pen{}
	}
	if p, ok := t.pens[st]; ok {
		return p
	}
	if len(t.pens) >= maxPens {
		clear(t.pens)
	}
	p := pen{shadeFor(st.FG, t.profile), shadeFor(st.BG, t.profile), st.Attr}
	t.pens[st] = p
	return p
}

// change returns the shortest sequence that turns from into to.
func (t *pens) change(from, to pen) []byte {
	if from == to {
		return nil
	}
	key := [2]pen{from, to}
	if b, ok := t.between[key]; ok {
		return b
	}
	if len(t.between) >= maxPens {
		clear(t.between)
	}
	fresh := appendPen([]byte("\x1b[0"), pen{}, to)
	if to == (pen{}) {
		fresh = []byte("\x1b[")
	}
	step := appendPen([]byte("\x1b["), from, to)
	b := fresh
	if len(step) <= len(fresh)+1 { // step has a separator too many
		b = append([]byte("\x1b["), step[3:]...)
	}
	b = append(b, 'm')
	t.between[key] = b
	return b
}

// attrCodes are the SGR codes that set and end each attribute.
var attrCodes = [...]struct{ on, off string }{{"1", "22"}, {"2", "22"}, {"3", "23"}, {"4", "24"}, {"7", "27"}, {"9", "29"}}

// appendPen appends the codes that turn from into to, each after a semicolon.
func appendPen(b []byte, from, to pen) []byte {
	gone, come := from.attr&^to.attr, to.attr&^from.attr
	if gone&(Bold|Dim) != 0 {
		// Both end with the same code; what stays must be set again.
		b = append(b, ";22"...)
		come |= to.attr & (Bold | Dim)
		gone &^= Bold | Dim
	}
	for i, code := range attrCodes {
		if gone&(1<<i) != 0 {
			b = append(append(b, ';'), code.off...)
		}
		if come&(1<<i) != 0 {
			b = append(append(b, ';'), code.on...)
		}
	}
	if from.fg != to.fg {
		b = appendShade(b, to.fg, 30)
	}
	if from.bg != to.bg {
		b = appendShade(b, to.bg, 40)
	}
	return b
}

// appendShade appends the code for s; base is 30 for the foreground and 40
// for the background.
func appendShade(b []byte, s shade, base int64) []byte {
	number := func(n int64) { b = strconv.AppendInt(append(b, ';'), n, 10) }
	n := int64(s) - 1
	switch {
	case s == 0:
		number(base + 9)
	case s&shadeRGB != 0:
		number(base + 8)
		number(2)
		number(int64(s >> 16 & 255))
		number(int64(s >> 8 & 255))
		number(int64(s & 255))
	case n < 8:
		number(base + n)
	case n < 16:
		number(base + 60 + n - 8)
	default:
		number(base + 8)
		number(5)
		number(n)
	}
	return b
}
