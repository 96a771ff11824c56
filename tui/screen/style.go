package screen

import "strings"

// Color is what a theme asks for; the Painter turns it into what the terminal
// can show. The zero value is the terminal's own default. Colors can be
// compared with ==.
type Color uint32

// Layout of a Color: 24 bits of RGB, 4 bits of palette index, flags.
const (
	colorIndexShift       = 24
	colorHasIndex   Color = 1 << 28 // the index is the choice for 16 colours
	colorIsRGB      Color = 1 << 29
)

// DefaultColor leaves the colour to the terminal.
const DefaultColor Color = 0

// RGB returns a colour of 24 bits. Terminals with fewer colours get the
// nearest that they have, unless Or16 says otherwise.
func RGB(r, g, b uint8) Color {
	return colorIsRGB | Color(r)<<16 | Color(g)<<8 | Color(b)
}

// ANSI returns colour n, 0 to 15, of the user's own palette.
func ANSI(n uint8) Color {
	return colorHasIndex | Color(n&15)<<colorIndexShift
}

// Or16 returns c with palette colour n, 0 to 15, for terminals that have
// sixteen colours. The nearest of sixteen is often the wrong one: a dark grey
// becomes black on black.
func (c Color) Or16(n uint8) Color {
	return c&^(15<<colorIndexShift) | ANSI(n)
}

// IsRGB reports whether c has 24 bits, and returns them.
func (c Color) IsRGB() (r, g, b uint8, ok bool) {
	return uint8(c >> 16), uint8(c >> 8), uint8(c), c&colorIsRGB != 0
}

// index returns the palette index that c carries, if any.
func (c Color) index() (n uint8, ok bool) {
	return uint8(c>>colorIndexShift) & 15, c&colorHasIndex != 0
}

// Attr is a set of text attributes.
type Attr uint8

// The attributes. Terminals that lack one ignore it, so nothing may depend on
// Dim, Italic or Strike alone; Bold, Reverse and Underline work nearly
// everywhere.
const (
	Bold Attr = 1 << iota
	Dim
	Italic
	Underline
	Reverse
	Strike
)

// Style is how a cell looks. The zero value is the terminal's default. Styles
// can be compared with ==.
type Style struct {
	FG, BG Color
	Attr   Attr
}

// With returns s with attributes added.
func (s Style) With(a Attr) Style {
	s.Attr |= a
	return s
}

// Without returns s with attributes removed.
func (s Style) Without(a Attr) Style {
	s.Attr &^= a
	return s
}

// On returns s on another background.
func (s Style) On(bg Color) Style {
	s.BG = bg
	return s
}

var attrNames = [...]string{"bold", "dim", "italic", "underline", "reverse", "strike"}

// String returns the attributes joined by "+", for tests and golden files.
func (a Attr) String() string {
	var out []string
	for i, n := range attrNames {
		if a&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return strings.Join(out, "+")
}
