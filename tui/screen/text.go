package screen

import (
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// replacement is shown for what must not reach a terminal.
const replacement = '\uFFFD'

// maxCluster bounds the bytes of one cell, so that a pile of combining marks
// cannot make a frame grow without limit. A longer cluster loses its tail.
const maxCluster = 32

// simple reports whether r is one column wide in every terminal and needs no
// thought: printable ASCII, box drawing and block elements. The Terminal asks
// at start whether that holds for the second kind.
func simple(r rune) bool {
	return r >= 0x20 && r < 0x7f || r >= 0x2500 && r < 0x25a0
}

// safeRune returns what is shown for r, and its width.
func safeRune(r rune) (rune, int) {
	if r < 0x20 || r >= 0x7f && r < 0xa0 {
		return replacement, 1
	}
	if w := displaywidth.Rune(r); w > 0 {
		return r, min(w, 2)
	}
	return replacement, 1
}

// StringWidth returns how many cells Text needs for s. It is never more than
// len(s).
func StringWidth(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if _, size, ok := simpleAt(s, i); ok {
			n, i = n+1, i+size
			continue
		}
		_, _, size, w := clusterAt(s[i:])
		n, i = n+w, i+size
	}
	return n
}

// simpleAt decodes a simple rune at s[i] that no following rune can join: the
// fast path, which holds for nearly all of a screen.
func simpleAt(s string, i int) (r rune, size int, ok bool) {
	b := s[i]
	switch {
	case b >= 0x20 && b < 0x7f:
		r, size = rune(b), 1
	case b == 0xe2 && i+2 < len(s) && s[i+1] >= 0x94 && s[i+1] <= 0x96:
		r, size = utf8.DecodeRuneInString(s[i:])
		if size != 3 || !simple(r) {
			return 0, 0, false
		}
	default:
		return 0, 0, false
	}
	next := i + size
	if next == len(s) || s[next] < 0x80 {
		return r, size, true
	}
	// A second box or block character cannot join either.
	if s[next] == 0xe2 && next+1 < len(s) && s[next+1] >= 0x94 && s[next+1] <= 0x96 {
		return r, size, true
	}
	return 0, 0, false
}

// starter reports whether r is known to begin a cluster, whatever precedes it,
// and not to pull the next starter into its own. It spares most names that are
// not ASCII the search for the end of a cluster, which allocates.
func starter(r rune) bool {
	switch {
	case r < 0x300:
		return r >= 0x20 && r != 0x7f && r != 0xad
	case r < 0x2500:
		return r >= 0x2190 && r < 0x2400 || r == '…' || r == '–'
	case r < 0x3041:
		return r < 0x2600 && r != 0x25fe && r != 0x25fd
	}
	return r < 0x3097 || r >= 0x30a1 && r < 0x30fb || r >= 0x4e00 && r < 0xa000 || r >= 0xac00 && r < 0xd7a4
}

// clusterAt returns the first grapheme cluster of s, which is not empty: as a
// single rune or, when text is not "", as text; how many bytes of s it took,
// and its width.
func clusterAt(s string) (r rune, text string, size, width int) {
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size <= 1 {
		return replacement, "", max(1, size), 1
	}
	if starter(r) {
		next, _ := utf8.DecodeRuneInString(s[size:])
		if size == len(s) || starter(next) {
			shown, w := safeRune(r)
			return shown, "", size, w
		}
	}
	g := displaywidth.StringGraphemes(s)
	g.Next()
	whole := g.Value()
	shown, w := safeRune(r)
	if len(whole) == size || shown != r {
		return shown, "", len(whole), w
	}
	width = max(1, min(2, g.Width()))
	text = whole
	if len(text) > maxCluster {
		end := size
		for end < len(text) {
			_, n := utf8.DecodeRuneInString(text[end:])
			if end+n > maxCluster {
				break
			}
			end += n
		}
		text = text[:end]
	}
	return r, text, len(whole), width
}

// Text draws s from x, y to the right in at most maxw cells and returns how
// many it used. Text that does not fit ends in the glyph set's ellipsis; a
// wide cluster is never split. Control characters, broken UTF-8 and clusters
// without width are shown as U+FFFD.
func (c *Canvas) Text(x, y, maxw int, s string, st Style) int {
	if maxw <= 0 {
		return 0
	}
	limit := maxw
	cut := len(s) > maxw && StringWidth(s) > maxw
	if cut {
		limit--
	}
	n := 0
	for i := 0; i < len(s); {
		r, size, ok := simpleAt(s, i)
		w, text := 1, ""
		if !ok {
			r, text, size, w = clusterAt(s[i:])
		}
		if n+w > limit {
			break
		}
		if text != "" && c.clip.In(x+n+c.area.X, y+c.area.Y) {
			r = c.g.intern(text)
		}
		c.put(x+n, y, r, w, st)
		n, i = n+w, i+size
	}
	if cut {
		c.Set(x+n, y, c.g.glyphs.Ellipsis, st)
		n++
	}
	return n
}

// TextRight draws s so that it ends at column x+w-1, cut to w cells, and
// returns how many it used. Cells at the left of a shorter text are not
// touched.
func (c *Canvas) TextRight(x, y, w int, s string, st Style) int {
	n := min(w, StringWidth(s))
	return c.Text(x+w-n, y, n, s, st)
}

// Bytes is Text for a buffer, such as a number made by strconv.Append. ASCII
// is drawn without an allocation.
func (c *Canvas) Bytes(x, y, maxw int, b []byte, st Style) int {
	for _, k := range b {
		if k < 0x20 || k >= 0x7f {
			return c.Text(x, y, maxw, string(b), st)
		}
	}
	if len(b) > maxw {
		return c.Text(x, y, maxw, string(b), st)
	}
	for i, k := range b {
		c.Set(x+i, y, rune(k), st)
	}
	return len(b)
}
