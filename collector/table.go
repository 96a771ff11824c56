package collector

import (
	"bytes"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// table is text in columns, by the width that terminals give to characters.
type table struct {
	head  []string
	right string // an R for each column that is set to the right
	ascii bool
	rows  [][]string
}

// gap is between two columns.
const gap = "  "

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(b *bytes.Buffer) {
	widths := make([]int, len(t.head))
	all := append([][]string{t.head}, t.rows...)
	if t.ascii {
		for _, row := range all {
			for i := range row {
				row[i] = ascii(row[i])
			}
		}
	}
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], displaywidth.String(cell))
		}
	}
	for _, row := range all {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString(gap)
			}
			pad := strings.Repeat(" ", widths[i]-displaywidth.String(cell))
			if t.right[i] == 'R' {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
}

// barCells is the width of a bar without its ends.
const barCells = 8

var eighths = []rune(" ▏▎▍▌▋▊▉█")

// bar draws a share of 0 to 1. What is not empty shows at least a trace.
func (x Text) bar(fill Num) string {
	if x.ASCII {
		n := min(barCells, max(0, int(fill.Or(0)*barCells+0.5)))
		return "[" + strings.Repeat("#", n) + strings.Repeat(".", barCells-n) + "]"
	}
	n := min(8*barCells, max(0, int(fill.Or(0)*8*barCells+0.5)))
	if n == 0 && fill.Or(0) > 0 {
		n = 1
	}
	var bar strings.Builder
	bar.WriteRune('▕')
	for range barCells {
		bar.WriteRune(eighths[min(8, n)])
		n -= min(8, n)
	}
	bar.WriteRune('▏')
	return bar.String()
}

// ascii replaces the few characters of ours that are not, and what others put
// into names.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x80:
			return r
		case r == '–':
			return '-'
		case r == '≤':
			return '<'
		case r == '×':
			return 'x'
		case r == 'µ':
			return 'u'
		}
		return '?'
	}, text)
}
