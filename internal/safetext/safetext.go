// Package safetext makes text from outside safe to show in a terminal. Names,
// types and reasons come over the wire from a service that nobody vouches for;
// whoever decodes them calls Clean once, and nothing behind that needs to care.
package safetext

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// MaxMarks is how many combining marks Clean leaves on one base character.
// More of them paint over the lines above and below.
const MaxMarks = 4

// ellipsis ends a text that Clean had to shorten.
const ellipsis = "…"

// Clean returns s in a form that a terminal shows and never obeys, in at most
// maxBytes bytes. Whatever is not a visible character is replaced by its
// escape: \x1b for a byte or an ASCII control, \u202e or \U000e0041 for a
// character. That covers invalid UTF-8, controls with CR, LF and TAB, direction
// overrides, tags, line separators, spaces other than the ASCII one, characters
// without a width, and a combining mark with nothing in front of it. Combining
// marks beyond MaxMarks on one base are dropped.
//
// A text that is too long ends with "…", on the boundary of a character or an
// escape; below three bytes there is no room for the sign, at zero or less for
// anything. Clean of a clean text returns it unchanged and does not allocate.
func Clean(s string, maxBytes int) string {
	if len(s) <= maxBytes && clean(s) {
		return s
	}
	var w writer
	w.max = maxBytes
	w.out = make([]byte, 0, min(len(s)+16, max(maxBytes, 0)))
	marks := noBase
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		ok := true
		switch next := countMarks(marks, r); {
		case r == utf8.RuneError && n == 1:
			marks = 0
			ok = w.escape(rune(s[i]), true)
		case next > MaxMarks:
			// Dropped; the count stays at its limit.
		case next == noBase || !visible(r):
			marks = 0
			ok = w.escape(r, false)
		default:
			marks = next
			ok = w.add(s[i : i+n])
		}
		if !ok {
			break
		}
		i += n
	}
	return string(w.out)
}

// noBase is the count of marks where nothing stands in front.
const noBase = -1

// countMarks returns how many marks lie on the current base once r is added to
// a base that has marks of them; noBase when r is a mark without a base.
func countMarks(marks int, r rune) int {
	if r < 0x300 || !unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	if marks == noBase {
		return noBase
	}
	return marks + 1
}

// clean reports whether Clean would change nothing but the length of s.
func clean(s string) bool {
	i := 0
	for i < len(s) && ' ' <= s[i] && s[i] <= '~' {
		i++
	}
	if i == len(s) {
		return true
	}
	marks := noBase
	if i > 0 {
		marks = 0
	}
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || !visible(r) {
			return false
		}
		if marks = countMarks(marks, r); marks == noBase || marks > MaxMarks {
			return false
		}
		i += n
	}
	return true
}

// visible reports whether r puts something into a cell, or is a mark on what does.
func visible(r rune) bool {
	if r < utf8.RuneSelf {
		return ' ' <= r && r <= '~'
	}
	// IsPrint refuses controls, format characters (bidirectional controls,
	// tags, joiners), separators, surrogates, private use and what is not
	// assigned. What it lets through and yet has no width is listed here.
	return unicode.IsPrint(r) && !unicode.Is(blank, r)
}

// blank holds the letters and marks that are drawn as nothing.
var blank = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1}, // combining grapheme joiner
		{Lo: 0x115f, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180b, Hi: 0x180f, Stride: 1}, // Mongolian selectors
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // halfwidth Hangul filler
	},
	R32: []unicode.Range32{
		{Lo: 0xe0100, Hi: 0xe01ef, Stride: 1}, // variation selectors supplement
	},
}

// writer collects whole pieces up to a limit.
type writer struct {
	out []byte
	max int
	cut int // the longest boundary that leaves room for the ellipsis
}

// add appends a piece; when it does not fit, it ends the text and returns false.
func (w *writer) add(piece string) bool {
	if len(w.out)+len(piece) > w.max {
		if w.max >= len(ellipsis) {
			w.out = append(w.out[:w.cut], ellipsis...)
		}
		return false
	}
	w.out = append(w.out, piece...)
	if len(w.out) <= w.max-len(ellipsis) {
		w.cut = len(w.out)
	}
	return true
}

// escape appends the visible form of r; raw says that r is a stray byte.
func (w *writer) escape(r rune, raw bool) bool {
	var b [10]byte
	switch {
	case raw || r < utf8.RuneSelf:
		return w.add(string(hex(append(b[:0], '\\', 'x'), r, 2)))
	case r <= 0xffff:
		return w.add(string(hex(append(b[:0], '\\', 'u'), r, 4)))
	default:
		return w.add(string(hex(append(b[:0], '\\', 'U'), r, 8)))
	}
}

// hex appends r in the given number of hexadecimal digits.
func hex(dst []byte, r rune, digits int) []byte {
	var b [8]byte
	h := strconv.AppendUint(b[:0], uint64(r), 16)
	for range digits - len(h) {
		dst = append(dst, '0')
	}
	return append(dst, h...)
}
