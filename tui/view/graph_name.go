package view

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/steadytop/steadytop/tui/screen"
)

// likeness is from how many bytes on that two names have in common their ends
// are kept when they are cut: the ends are what tells them apart.
const likeness = 4

// markEnds notes for each node where its name begins to differ from all others.
func (t *topology) markEnds() {
	order := make([]int, 0, len(t.nodes))
	names := make([]string, len(t.nodes))
	for n := range t.nodes {
		switch v := &t.nodes[n]; {
		case v.actor < 0:
			continue
		case v.group != nil:
			names[n] = v.group.name
		default:
			names[n] = t.s.Actors[v.actor].Name
		}
		order = append(order, n)
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	for k := 1; k < len(order); k++ {
		a, b := order[k-1], order[k]
		common := commonPrefix(names[a], names[b])
		for _, n := range []int{a, b} {
			if from := beforeNumber(names[n], common); from >= likeness && from > t.nodes[n].differs {
				t.nodes[n].differs = from
			}
		}
	}
}

// commonPrefix returns how many bytes, up to the end of a character, two names
// begin with alike.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}

// beforeNumber returns at, or the beginning of the number in the middle of
// which that is.
func beforeNumber(name string, at int) int {
	for at > 0 && digit(name[at-1]) {
		at--
	}
	return at
}

// lastPart returns at which byte the last part of a name begins, which tells it
// from others in a list: "[17]" of match[17].
func lastPart(name string) int { return max(0, strings.LastIndexAny(name, "[(./:-_ ")) }

// cutName draws a name that is longer than w cells: its beginning, and the end
// from the byte on from which it differs from others, as far as two thirds of
// the cells. It returns how many cells the beginning took, and the whole.
func cutName(c *screen.Canvas, x, y, w int, name string, differs int, st screen.Style) (head, all int) {
	if differs <= 0 || w < 4 {
		n := c.Text(x, y, w, name, st)
		return n, n
	}
	from := max(differs, suffix(name, (w-1)*2/3))
	end := name[from:]
	room := w - 1 - screen.StringWidth(end)
	head = c.Text(x, y, room, name[:prefix(name[:from], room)], st)
	c.Set(x+head, y, c.Glyphs().Ellipsis, st)
	return head, head + 1 + c.Text(x+head+1, y, w-head-1, end, st)
}

// prefix returns where the longest beginning of s ends that fits into w
// columns.
func prefix(s string, w int) int {
	for i, r := range s {
		n := 1
		if r >= 0x80 {
			n = max(1, screen.StringWidth(string(r)))
		}
		if w -= n; w < 0 {
			return i
		}
	}
	return len(s)
}
