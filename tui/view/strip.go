package view

import (
	"unicode/utf8"

	"github.com/steadytop/steadytop/tui/screen"
)

// A strip is one row of facts of different importance. When the row is too
// short, the facts of the highest rank are left out until the rest fits. It
// lives on the stack of whoever draws.
type strip struct {
	spans [40]span
	n     int
	buf   [768]byte
	used  int
	rank  int          // of the fact that is being made
	gap   int          // in front of its first piece
	dots  bool         // facts are parted by dots
	blank screen.Style // of what is between facts
}

// span is a piece of a fact. All pieces of one rank appear or none does.
type span struct {
	text     string // or, when it is "", buf[from:to]
	from, to int
	st       screen.Style
	width    int
	gap      int // blanks in front of it
	rank     int
}

// next begins a fact, two columns behind the one before, or three with a dot.
// Rank 0 is never left out.
func (s *strip) next(rank int) {
	s.rank, s.gap = rank, 2
	if s.dots {
		s.gap = 3
	}
}

// text adds a piece to the fact.
func (s *strip) text(text string, st screen.Style) {
	s.add(span{text: text, st: st, width: screen.StringWidth(text)})
}

// cut adds a piece of at most limit columns; a longer one ends in an ellipsis.
func (s *strip) cut(text string, limit int, st screen.Style) {
	s.add(span{text: text, st: st, width: min(limit, screen.StringWidth(text))})
}

// glyph adds a single character to the fact.
func (s *strip) glyph(r rune, st screen.Style) {
	s.bytes(utf8.AppendRune(s.scratch(), r), st)
}

// bytes adds a number to the fact.
func (s *strip) bytes(b []byte, st screen.Style) {
	from := s.used
	s.used += copy(s.buf[from:], b)
	s.add(span{from: from, to: s.used, st: st, width: utf8.RuneCount(s.buf[from:s.used])})
}

// scratch is where numbers for bytes are best made.
func (s *strip) scratch() []byte { return s.buf[s.used:s.used] }

func (s *strip) add(p span) {
	if s.n == len(s.spans) || p.width == 0 {
		return
	}
	p.rank, p.gap, s.gap = s.rank, s.gap, 0
	s.spans[s.n] = p
	s.n++
}

// fit returns the lowest rank that is left out so that the rest takes at most
// w columns, and how many the rest takes.
func (s *strip) fit(w int) (cut, width int) {
	cut = 1
	for _, p := range s.spans[:s.n] {
		cut = max(cut, p.rank+1)
	}
	for ; ; cut-- {
		width = 0
		for _, p := range s.spans[:s.n] {
			switch {
			case p.rank >= cut:
			case width == 0:
				width = p.width
			default:
				width += p.gap + p.width
			}
		}
		if width <= w || cut == 1 {
			return cut, width
		}
	}
}

// draw draws what fits into w columns from x and returns how many it used.
func (s *strip) draw(c *screen.Canvas, x, y, w int) int {
	cut, _ := s.fit(w)
	return s.drawBelow(c, x, y, w, cut)
}

// drawRight draws what fits so that it ends before x+w, and returns the width.
func (s *strip) drawRight(c *screen.Canvas, x, y, w int) int {
	cut, width := s.fit(w)
	width = min(width, w)
	s.drawBelow(c, x+w-width, y, width, cut)
	return width
}

func (s *strip) drawBelow(c *screen.Canvas, x, y, w, cut int) int {
	at := 0
	for _, p := range s.spans[:s.n] {
		if p.rank >= cut {
			continue
		}
		if at > 0 {
			s.space(c, x+at, y, p.gap)
			at += p.gap
		}
		room := min(p.width, w-at)
		switch {
		case room <= 0 || p.text == "" && room < p.width:
			return at
		case p.text != "":
			at += c.Text(x+at, y, room, p.text, p.st)
		default:
			at += put(c, x+at, y, room, s.buf[p.from:p.to], p.st)
		}
	}
	return at
}

// space draws what is between two facts.
func (s *strip) space(c *screen.Canvas, x, y, gap int) {
	for i := range gap {
		c.Set(x+i, y, ' ', s.blank)
	}
	if s.dots && gap == 3 {
		c.Set(x+1, y, c.Glyphs().Dot, s.spans[0].st)
	}
}
