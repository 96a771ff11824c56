package screen

// Rect is a rectangle of cells. X grows to the right, Y downwards. A Rect
// with W or H below one is empty.
type Rect struct{ X, Y, W, H int }

// Empty reports whether r contains no cell.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// In reports whether the cell at x, y lies in r.
func (r Rect) In(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Intersect returns the cells that r and o share; an empty Rect when there
// are none.
func (r Rect) Intersect(o Rect) Rect {
	x, y := max(r.X, o.X), max(r.Y, o.Y)
	w, h := min(r.X+r.W, o.X+o.W)-x, min(r.Y+r.H, o.Y+o.H)-y
	if w <= 0 || h <= 0 {
		return Rect{X: x, Y: y}
	}
	return Rect{x, y, w, h}
}

// Inset returns r without dx columns at either side and dy rows at the top and
// the bottom. It never returns negative sizes.
func (r Rect) Inset(dx, dy int) Rect {
	return Rect{r.X + dx, r.Y + dy, max(0, r.W-2*dx), max(0, r.H-2*dy)}
}

// SplitTop cuts at most n rows off the top of r.
func (r Rect) SplitTop(n int) (top, rest Rect) {
	n = max(0, min(n, r.H))
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// SplitBottom cuts at most n rows off the bottom of r.
func (r Rect) SplitBottom(n int) (bottom, rest Rect) {
	n = max(0, min(n, r.H))
	return Rect{r.X, r.Y + r.H - n, r.W, n}, Rect{r.X, r.Y, r.W, r.H - n}
}

// SplitLeft cuts at most n columns off the left of r.
func (r Rect) SplitLeft(n int) (left, rest Rect) {
	n = max(0, min(n, r.W))
	return Rect{r.X, r.Y, n, r.H}, Rect{r.X + n, r.Y, r.W - n, r.H}
}

// SplitRight cuts at most n columns off the right of r.
func (r Rect) SplitRight(n int) (right, rest Rect) {
	n = max(0, min(n, r.W))
	return Rect{r.X + r.W - n, r.Y, n, r.H}, Rect{r.X, r.Y, r.W - n, r.H}
}

// Center returns a rectangle of at most w by h cells in the middle of r.
func (r Rect) Center(w, h int) Rect {
	w, h = max(0, min(w, r.W)), max(0, min(h, r.H))
	return Rect{r.X + (r.W-w)/2, r.Y + (r.H-h)/2, w, h}
}
