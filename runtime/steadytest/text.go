package steadytest

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// String returns the figures as a text of some lines with two tables.
func (f *Figures) String() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%d messages in %v, %s/s", f.Sent, short(f.Elapsed), metric(f.PerSecond()))
	if f.Due > f.Sent {
		fmt.Fprintf(&w, "; %d more were due", f.Due-f.Sent)
	}
	fmt.Fprintf(&w, "; %.2f of %d cores busy\n", perSecond(1, f.Elapsed)*f.CPU.Seconds(), f.Cores)
	if f.Rate > 0 {
		fmt.Fprintf(&w, "wanted %s/s; late by: p50 %v, p90 %v, p99 %v, max %v\n", metric(f.Rate),
			short(f.Lag.P50), short(f.Lag.P90), short(f.Lag.P99), short(f.Lag.Max))
	}
	if f.Stopped != "" {
		fmt.Fprintf(&w, "stopped: %s\n", f.Stopped)
	}
	f.channelTable(&w)
	f.actorTable(&w)
	return strings.TrimSuffix(w.String(), "\n")
}

func (f *Figures) channelTable(w *strings.Builder) {
	rows := [][]string{{"channel", "from", "to", "sent", "msg/s", "fill", "most", "wait p50", "p90", "p99", "max"}}
	for _, c := range f.Channels {
		fill, most := nothing, nothing
		if f.Looks > 0 && c.Capacity > 0 {
			fill, most = percent(c.Fill), percent(c.Fullest)
		}
		row := []string{c.Name, cmp.Or(c.From, nothing), cmp.Or(c.To, nothing), fmt.Sprint(c.Sent), metric(c.PerSecond), fill, most}
		for _, d := range []time.Duration{c.Wait.P50, c.Wait.P90, c.Wait.P99, c.Wait.Max} {
			if d == 0 {
				row = append(row, nothing)
				continue
			}
			row = append(row, short(d).String())
		}
		rows = append(rows, row)
	}
	table(w, 3, rows)
}

func (f *Figures) actorTable(w *strings.Builder) {
	rows := [][]string{{"actor", "busy", "blocked", "waiting", "calling", "restarts"}}
	for _, a := range f.Actors {
		rows = append(rows, []string{a.Name, percent(a.Busy), percent(a.Blocked), percent(a.Waiting), percent(a.Calling), fmt.Sprint(a.Restarts)})
	}
	table(w, 1, rows)
}

// nothing stands where there is no figure.
const nothing = "–"

// table writes rows in columns, the first ones flush left, the others flush right.
func table(w *strings.Builder, left int, rows [][]string) {
	w.WriteByte('\n')
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				w.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < left {
				w.WriteString(cell + pad)
			} else {
				w.WriteString(pad + cell)
			}
		}
		w.WriteByte('\n')
	}
}

func percent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

// metric writes a number with three digits, and k, M or G for its thousands.
func metric(x float64) string {
	units := []string{"", "k", "M", "G"}
	for len(units) > 1 && x >= 999.5 {
		x, units = x/1000, units[1:]
	}
	decimals := 0
	switch {
	case x < 9.995:
		decimals = 2
	case x < 99.95:
		decimals = 1
	}
	return strconv.FormatFloat(x, 'f', decimals, 64) + units[0]
}

// short rounds to three digits.
func short(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d >= 1000*unit {
		unit *= 10
	}
	return d.Round(unit)
}
