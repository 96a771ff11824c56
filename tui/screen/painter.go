package screen

import (
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Begin and end of a synchronised update (mode 2026): terminals that know it
// show the frame at once, the others ignore it. It is also sent through ssh,
// where tearing is worst.
const (
	syncBegin = "\x1b[?2026h"
	syncEnd   = "\x1b[?2026l"
	// A frame below syncAbove bytes arrives in one piece anyway.
	syncAbove = 256
)

// Painter turns canvases into terminal bytes: the difference between what it
// is asked for and what the terminal shows. It does no input or output. A
// Painter belongs to one goroutine at a time.
type Painter struct {
	pens
	utf8 bool
	sync bool

	w, h    int      // size of what the terminal shows
	shown   []cell   // what it shows
	pool    []string // clusters of shown
	current bool     // shown is true; false before the first frame and after Forget

	out   []byte
	pen   pen
	x, y  int // where the terminal's cursor is; x is unsure when it is -1
	force int // cells before this column of the row are written even if unchanged
}

// PainterOptions say what the terminal understands.
type PainterOptions struct {
	Profile Profile
	// ASCII replaces every other character by a question mark, for terminals
	// that are not in UTF-8.
	ASCII bool
	// NoSync leaves out synchronised updates, for a terminal that mistakes
	// them for something else.
	NoSync bool
}

// NewPainter returns a painter that assumes nothing about what the terminal
// shows.
func NewPainter(o PainterOptions) *Painter {
	return &Painter{pens: newPens(o.Profile), utf8: !o.ASCII, sync: !o.NoSync}
}

// Forget makes the next Paint clear the terminal and paint everything: after
// another program wrote to it, or its size changed.
func (p *Painter) Forget() { p.current = false }

// Paint returns the bytes that make the terminal show c, and takes for granted
// that they are written. It is empty when nothing changed. The slice is valid
// until the next call.
func (p *Painter) Paint(c *Canvas) []byte {
	g := c.g
	p.out = append(p.out[:0], syncBegin...)
	p.x, p.y = -1, -1 // absolute once a frame, so that a stray byte does not last
	if !p.current || p.w != g.w || p.h != g.h {
		p.blank(g.w, g.h)
	}
	for y := range g.h {
		p.paintRow(g, y)
	}
	p.keep(g)
	body := len(p.out) - len(syncBegin)
	if !p.sync || body <= syncAbove {
		return p.out[len(syncBegin):]
	}
	p.out = append(p.out, syncEnd...)
	return p.out
}

// blank clears the terminal, whatever it shows and whatever its pen is.
func (p *Painter) blank(w, h int) {
	p.out = append(p.out, "\x1b[m\x1b[H\x1b[2J"...)
	p.pen = pen{}
	p.x, p.y = 0, 0
	p.w, p.h = w, h
	if cap(p.shown) < w*h {
		p.shown = make([]cell, w*h)
	}
	p.shown = p.shown[:w*h]
	for i := range p.shown {
		p.shown[i] = cell{r: ' '}
	}
	p.current = true
}

// keep remembers that the terminal shows g.
func (p *Painter) keep(g *grid) {
	copy(p.shown, g.cells)
	p.pool = append(p.pool[:0], g.pool...)
}

// same reports whether the terminal shows k already where it shows old.
func (p *Painter) same(g *grid, k, old cell) bool {
	if k == old {
		return k.r >= continuation || g.pool[-2-k.r] == p.pool[-2-old.r]
	}
	if k.r < continuation || old.r < continuation {
		if k.r >= continuation || old.r >= continuation || g.pool[-2-k.r] != p.pool[-2-old.r] {
			return false
		}
	} else if k.r != old.r {
		return false
	}
	return p.of(old.st).fits(p.of(k.st), k.r)
}

func (p *Painter) paintRow(g *grid, y int) {
	row, old := g.row(0, y, g.w), p.shown[y*g.w:(y+1)*g.w]
	p.force = 0
	tail := -1 // first cell of the blank tail of row; -1 is not known yet
	for x := 0; x < len(row); x++ {
		k := row[x]
		if x >= p.force && p.same(g, k, old[x]) || k.r == continuation {
			continue
		}
		if k.r == ' ' && p.of(k.st).fits(pen{}, ' ') {
			if tail < 0 {
				tail = p.blankTail(row)
			}
			if x >= tail && p.eraseTail(g, row, old, x, y) {
				return
			}
		}
		p.moveTo(row, x, y)
		p.setPen(k)
		p.write(g, row, x)
	}
}

// blankTail returns the column from which row is blank without any style.
func (p *Painter) blankTail(row []cell) int {
	x := len(row)
	for x > 0 && row[x-1].r == ' ' && p.of(row[x-1].st).fits(pen{}, ' ') {
		x--
	}
	return x
}

// eraseTail erases the row from x if that is shorter than writing blanks. It
// reports whether the row is done.
func (p *Painter) eraseTail(g *grid, row, old []cell, x, y int) bool {
	last := x
	for i := x; i < len(row); i++ {
		if i < p.force || !p.same(g, row[i], old[i]) {
			last = i
		}
	}
	if last-x < len("\x1b[K") {
		return false
	}
	p.moveTo(row, x, y)
	p.out = append(p.out, p.change(p.pen, pen{})...)
	p.pen = pen{}
	p.out = append(p.out, "\x1b[K"...)
	return true
}

// setPen makes the terminal's pen fit k.
func (p *Painter) setPen(k cell) {
	want := p.of(k.st)
	if !p.pen.fits(want, k.r) {
		p.out = append(p.out, p.change(p.pen, want)...)
		p.pen = want
	}
}

// write writes the cluster at x of row, where the cursor is.
func (p *Painter) write(g *grid, row []cell, x int) {
	k := row[x]
	w := 1
	if x+1 < len(row) && row[x+1].r == continuation {
		w = 2
	}
	switch {
	case simple(k.r) && (p.utf8 || k.r < 0x80):
		p.out = utf8.AppendRune(p.out, k.r)
		p.x++
	case !p.utf8:
		p.out = append(p.out, g.asASCII(k.r)[:w]...)
		p.x += w
	default:
		p.writeUnsure(g, k.r, w, x)
	}
	if p.x >= len(row) {
		p.x = -1 // terminals differ in where the cursor is after the last column
	}
}

// asASCII returns what stands for a cluster of one or two columns on a terminal
// that shows ASCII only: its base without the marks, or question marks.
func (g *grid) asASCII(r rune) string {
	if r < continuation {
		if b := g.pool[-2-r]; b[0] < 0x80 {
			return b[:1] + " "
		}
	}
	return "??"
}

// writeUnsure writes a cluster about whose width terminals disagree. What it
// may have spilled over is written again, and the cursor placed anew.
func (p *Painter) writeUnsure(g *grid, r rune, w, x int) {
	if w == 2 {
		// A terminal that takes it for narrow must not show what was there.
		p.out = append(p.out, "  "...)
		p.out = appendAddress(p.out, x, p.y)
	}
	spill := 2
	if r < continuation {
		text := g.pool[-2-r]
		p.out = append(p.out, text...)
		spill = 0
		for _, q := range text {
			spill += max(1, displaywidth.Rune(q))
		}
	} else {
		p.out = utf8.AppendRune(p.out, r)
	}
	p.force = max(p.force, x+max(spill, w+1))
	p.x = -1
}
