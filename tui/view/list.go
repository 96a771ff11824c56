package view

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// ResortAfter is how long the cursor must rest before rows change places, and
// how long they stay once they did.
const ResortAfter = 2 * time.Second

// List is what a list of actors or channels remembers: its sorting, the order
// of its rows, the cursor and the window. The order is frozen while the cursor
// moves, so that no row runs away from it.
type List struct {
	sort, chosen int
	desc         bool
	choosing     bool  // a column was chosen since the last sort
	shown        []int // columns of the last paint
	query        string
	lower        string
	scope        map[string]bool // names of the rows that are shown; nil for all
	scopeOf      string          // what has those rows

	order  []int32 // rows of the Snapshot, in the order shown
	cursor int     // index of order
	name   string  // of the row under the cursor
	row    int32   // the same as an index of the Snapshot
	top    int     // first visible index of order
	height int     // visible rows of the last paint

	instance   telemetry.Instance
	generation uint64
	total      int
	moved      time.Time // when a key moved the cursor last
	sorted     time.Time
	again      bool // sort at the next update, whatever the time
	touched    bool // the cursor was moved; before, it stays at the top

	keys []sortKey
}

// sortKey is what a row is sorted by.
type sortKey struct {
	num   float64
	text  string
	known bool
	row   int32
}

// source is what a list shows: how many rows, their names, what they are sorted by.
type source interface {
	len() int
	name(row int) string
	matches(row int, lower string) bool
	key(row, col int) sortKey
}

// update brings the order up to date with a new picture, sorting it when that
// is due, and finds the row under the cursor again.
func (l *List) update(src source, s *collector.Snapshot, now time.Time) {
	n := src.len()
	fresh := s.Instance != l.instance || s.Generation != l.generation || n != l.total
	idle := now.Sub(l.moved) >= ResortAfter && now.Sub(l.sorted) >= ResortAfter
	if !fresh && !idle && !l.again {
		return
	}
	l.instance, l.generation, l.total, l.again, l.sorted = s.Instance, s.Generation, n, false, now
	l.keys = l.keys[:0]
	for i := range n {
		if (l.scope == nil || l.scope[src.name(i)]) && (l.lower == "" || src.matches(i, l.lower)) {
			k := src.key(i, l.sort)
			k.row = int32(i)
			l.keys = append(l.keys, k)
		}
	}
	slices.SortFunc(l.keys, l.compare)
	l.order = l.order[:0]
	for _, k := range l.keys {
		l.order = append(l.order, k.row)
	}
	l.find(src)
}

// compare puts what is not known last, whatever the direction, and equal rows
// in the order of the Snapshot.
func (l *List) compare(a, b sortKey) int {
	if a.known != b.known {
		if a.known {
			return -1
		}
		return 1
	}
	d := 0
	switch {
	case a.num < b.num:
		d = -1
	case a.num > b.num:
		d = 1
	default:
		d = naturally(a.text, b.text)
	}
	if l.desc {
		d = -d
	}
	if d == 0 {
		d = int(a.row - b.row)
	}
	return d
}

// find puts the cursor on the row that it was on before, or near it; at the
// top as long as nobody moved it.
func (l *List) find(src source) {
	if !l.touched {
		l.place(0, src)
		return
	}
	for i, row := range l.order {
		if row == l.row && src.name(int(row)) == l.name {
			l.cursor = i
			return
		}
	}
	for i, row := range l.order {
		if l.name != "" && src.name(int(row)) == l.name {
			l.place(i, src)
			return
		}
	}
	l.place(l.cursor, src)
}

// place puts the cursor on an index of the order, as near as there is one.
func (l *List) place(i int, src source) {
	l.cursor = max(0, min(i, len(l.order)-1))
	if len(l.order) == 0 {
		l.row, l.name = -1, ""
		return
	}
	l.row = l.order[l.cursor]
	l.name = src.name(int(l.row))
}

// Rows returns how many rows the list has after the search, and without it.
func (l *List) Rows() (found, total int) { return len(l.order), l.total }

// Query returns the search that is in force.
func (l *List) Query() string { return l.query }

// SetQuery shows only rows that contain q, without regard to case; "" shows all.
func (l *List) SetQuery(q string) {
	l.query, l.lower, l.again = q, strings.ToLower(q), true
}

// SetScope shows only the rows of these names, which belong to what; without
// names it shows all.
func (l *List) SetScope(what string, names []string) {
	if len(names) == 0 {
		l.again = l.again || l.scope != nil
		l.scope, l.scopeOf = nil, ""
		return
	}
	l.scope, l.scopeOf, l.again, l.touched = map[string]bool{}, what, true, false
	for _, name := range names {
		l.scope[name] = true
	}
}

// Scoped reports whether only some rows are shown.
func (l *List) Scoped() bool { return l.scope != nil }

// SortChosen sorts by the chosen column, now, and again even when it is sorted
// by it already.
func (l *List) sortChosen(cols []column) {
	if l.chosen != l.sort {
		l.sort, l.desc = l.chosen, cols[l.chosen].desc
	}
	l.choosing, l.again = false, true
}

// Invert turns the order round.
func (l *List) Invert() { l.desc, l.again = !l.desc, true }

// ChooseColumn moves the choice of a column to the left or right among those
// on the screen.
func (l *List) ChooseColumn(by int) {
	if len(l.shown) == 0 {
		return
	}
	i := max(0, slices.Index(l.shown, l.chosen))
	l.chosen = l.shown[(i+by+len(l.shown))%len(l.shown)]
	l.choosing = true
}

// Page returns how many rows the last paint showed, at least one.
func (l *List) Page() int { return max(1, l.height) }

// move moves the cursor by a number of rows. The order stays as it is for a
// while after it.
func (l *List) move(by int, src source, now time.Time) {
	l.moved, l.touched = now, true
	l.place(l.cursor+by, src)
}

// choose puts the cursor on a row of the Snapshot, if the list shows it.
func (l *List) choose(row int32, src source, now time.Time) {
	i := slices.Index(l.order, row)
	if i < 0 {
		return
	}
	if i != l.cursor {
		l.moved = now
	}
	l.touched = true
	l.place(i, src)
}

// scroll sets the window to h rows that contain the cursor, moving it as
// little as possible, and returns the indices of order that it shows.
func (l *List) scroll(h int) (from, to int) {
	l.height = h
	if h <= 0 {
		return 0, 0
	}
	l.top = min(l.top, l.cursor)
	l.top = max(l.top, l.cursor-h+1)
	l.top = max(0, min(l.top, len(l.order)-h))
	return l.top, min(len(l.order), l.top+h)
}

// found returns where the search is found in a name, for marking it.
func (l *List) found(name string) (start, stop int) { return foldIndex(name, l.lower) }

// foldIndex returns the first part of s that equals lower without regard to
// case; -1 when there is none, or when lower is empty.
func foldIndex(s, lower string) (start, stop int) {
	if lower == "" {
		return -1, -1
	}
	for i := range s {
		if n := foldPrefix(s[i:], lower); n > 0 {
			return i, i + n
		}
	}
	return -1, -1
}

// foldPrefix returns how many bytes of s make up lower; 0 when it does not
// begin with it.
func foldPrefix(s, lower string) int {
	n := 0
	for _, want := range lower {
		r, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || unicode.ToLower(r) != want {
			return 0
		}
		n += size
	}
	return n
}
