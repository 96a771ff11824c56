package screen

// Canvas is a grid of cells to draw into. A cell holds one grapheme cluster
// of one or two columns, or is the continuation of the wide one at its left.
// Drawing outside of the canvas is ignored, so views need no clipping of
// their own, and a view that was given a Sub cannot paint outside of it.
//
// A Canvas belongs to one goroutine at a time. Drawing ASCII, box and block
// characters allocates nothing.
type Canvas struct {
	g    *grid
	area Rect // the canvas, in cells of the grid; may reach beyond it
	clip Rect // the part of area that may be painted
	root bool // from NewCanvas
}

// Cell is what Canvas.Cell returns: for looking at, in tests.
type Cell struct {
	Text  string // a grapheme cluster; "" for the right half of a wide one
	Width int    // columns: 1 or 2; 0 for the right half of a wide cluster
	Style Style
}

// cell is a cell as stored. r is a rune, or continuation, or a reference to a
// cluster of several runes in the pool of the grid.
type cell struct {
	r  rune
	st Style
}

// continuation marks the right half of a wide cluster.
const continuation rune = -1

// poolRef turns an index of the pool into a value of cell.r, and back.
func poolRef(i int) rune { return -2 - rune(i) }

// grid is the memory that a canvas and its subs share.
type grid struct {
	w, h   int
	cells  []cell
	pool   []string // clusters of more than one rune
	glyphs *GlyphSet
	subs   []*Canvas // handed out by Sub since the last Clear; reused after it
	used   int
}

// NewCanvas returns a blank canvas of w by h cells; sizes below zero count as
// zero. It draws with the Unicode glyph set.
func NewCanvas(w, h int) *Canvas {
	c := &Canvas{g: &grid{glyphs: Unicode}, root: true}
	c.Resize(w, h)
	return c
}

// Size returns width and height in cells.
func (c *Canvas) Size() (w, h int) { return c.area.W, c.area.H }

// Bounds returns the whole canvas as a Rect with its origin at 0, 0.
func (c *Canvas) Bounds() Rect { return Rect{W: c.area.W, H: c.area.H} }

// Glyphs returns the set of characters that views should draw with.
func (c *Canvas) Glyphs() *GlyphSet { return c.g.glyphs }

// SetGlyphs chooses the set of characters for the canvas and all its subs.
func (c *Canvas) SetGlyphs(g *GlyphSet) { c.g.glyphs = g }

// Resize changes the size of a canvas from NewCanvas and blanks it. Subs taken
// before are void. It must not be called on a Sub.
func (c *Canvas) Resize(w, h int) {
	w, h = max(0, w), max(0, h)
	c.g.w, c.g.h = w, h
	c.area = Rect{W: w, H: h}
	c.clip = c.area
	if cap(c.g.cells) < w*h {
		c.g.cells = make([]cell, w*h)
	}
	c.g.cells = c.g.cells[:w*h]
	c.Clear(Style{})
}

// Clear blanks the canvas with st. On a canvas from NewCanvas it also makes
// all subs taken before void.
func (c *Canvas) Clear(st Style) {
	if c.root {
		c.g.pool, c.g.used = c.g.pool[:0], 0
		row := c.g.cells
		for i := range row {
			row[i] = cell{' ', st}
		}
		return
	}
	c.Fill(c.Bounds(), ' ', st)
}

// Sub returns a view of r: a canvas of that size with its own origin that
// cannot paint outside of r. Where r reaches beyond c, what is drawn there is
// ignored, so a view may be larger than the window through which it is seen.
// A Sub is valid until the next Clear or Resize of the canvas that
// came from NewCanvas.
func (c *Canvas) Sub(r Rect) *Canvas {
	g := c.g
	if g.used == len(g.subs) {
		g.subs = append(g.subs, &Canvas{g: g})
	}
	s := g.subs[g.used]
	g.used++
	s.area = Rect{r.X + c.area.X, r.Y + c.area.Y, max(0, r.W), max(0, r.H)}
	s.clip = s.area.Intersect(c.clip)
	return s
}

// Set draws one rune. A wide rune takes two cells; at the right edge, where it
// has no room, a blank is drawn. Control characters and runes without width
// are shown as U+FFFD.
func (c *Canvas) Set(x, y int, r rune, st Style) {
	w := 1
	if !simple(r) {
		r, w = safeRune(r)
	}
	c.put(x, y, r, w, st)
}

// put stores a cluster of w columns at x, y as far as it may be painted. A
// wide cluster of which only one half is visible becomes a blank.
func (c *Canvas) put(x, y int, r rune, w int, st Style) {
	x, y = x+c.area.X, y+c.area.Y
	if w == 2 {
		left, right := c.clip.In(x, y), c.clip.In(x+1, y)
		if !left {
			x++
		}
		if !left || !right {
			r, w = ' ', 1
		}
	}
	if !c.clip.In(x, y) {
		return
	}
	g := c.g
	i := y*g.w + x
	if g.cells[i].r == continuation {
		g.cells[i-1].r = ' '
	}
	if next := i + w; x+w < g.w && g.cells[next].r == continuation {
		g.cells[next].r = ' '
	}
	g.cells[i] = cell{r, st}
	if w == 2 {
		g.cells[i+1] = cell{continuation, st}
	}
}

// visible returns the part of r, in coordinates of c, that may be painted, in
// coordinates of the grid.
func (c *Canvas) visible(r Rect) Rect {
	r.X, r.Y = r.X+c.area.X, r.Y+c.area.Y
	return r.Intersect(c.clip)
}

// row returns w cells of the grid from x, y.
func (g *grid) row(x, y, w int) []cell {
	i := y*g.w + x
	return g.cells[i : i+w]
}

// Fill draws ch, which must be one column wide, into every cell of r.
func (c *Canvas) Fill(r Rect, ch rune, st Style) {
	if !simple(ch) {
		w := 0
		if ch, w = safeRune(ch); w != 1 {
			ch = ' '
		}
	}
	v := c.visible(r)
	if v.Empty() {
		return
	}
	x0, x1 := v.X-c.area.X, v.X+v.W-1-c.area.X
	for y := v.Y; y < v.Y+v.H; y++ {
		// The ends may cut wide clusters in two; put mends those.
		c.put(x0, y-c.area.Y, ch, 1, st)
		c.put(x1, y-c.area.Y, ch, 1, st)
		row := c.g.row(v.X, y, v.W)
		for k := range row {
			row[k] = cell{ch, st}
		}
	}
}

// Restyle replaces the style of every cell of r by what change makes of it.
// It serves selection bars, and greying the last screen of a lost service.
func (c *Canvas) Restyle(r Rect, change func(Style) Style) {
	v := c.visible(r)
	if v.Empty() {
		return
	}
	for y := v.Y; y < v.Y+v.H; y++ {
		row := c.g.row(v.X, y, v.W)
		for k := range row {
			row[k].st = change(row[k].st)
		}
		// A wide cluster has one style, that of its left half.
		if row[0].r == continuation {
			row[0].st = c.g.cells[y*c.g.w+v.X-1].st
		}
		if end := v.X + v.W; end < c.g.w && c.g.cells[y*c.g.w+end].r == continuation {
			c.g.cells[y*c.g.w+end].st = row[v.W-1].st
		}
	}
}

// Cell returns what is at x, y; the zero Cell where nothing can be painted.
func (c *Canvas) Cell(x, y int) Cell {
	v := c.visible(Rect{x, y, 1, 1})
	if v.Empty() {
		return Cell{}
	}
	i := v.Y*c.g.w + v.X
	k := c.g.cells[i]
	if k.r == continuation {
		return Cell{Style: k.st}
	}
	w := 1
	if v.X+1 < c.g.w && c.g.cells[i+1].r == continuation {
		w = 2
	}
	return Cell{Text: c.g.text(k.r), Width: w, Style: k.st}
}

// text returns the cluster that r stands for.
func (g *grid) text(r rune) string {
	switch {
	case r == continuation:
		return ""
	case r < 0:
		return g.pool[-2-r]
	}
	return string(r)
}

// intern stores a cluster of several runes and returns its reference.
func (g *grid) intern(s string) rune {
	if len(g.pool) > len(g.cells)+64 {
		g.compact()
	}
	g.pool = append(g.pool, s)
	return poolRef(len(g.pool) - 1)
}

// compact drops clusters that no cell refers to any more, which happens when
// a canvas is drawn over again and again without a Clear.
func (g *grid) compact() {
	var kept []string
	for i := range g.cells {
		if r := g.cells[i].r; r < continuation {
			kept = append(kept, g.pool[-2-r])
			g.cells[i].r = poolRef(len(kept) - 1)
		}
	}
	g.pool = kept
}
