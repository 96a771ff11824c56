package view

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
)

// gauge draws the bar and the head of edge e, and its figures below.
func (d *drawing) gauge(e int) {
	r, l, m, c := &d.p.Layout.Edges[e], &d.lookOf[e], &d.p.measures, d.c
	g := c.Glyphs()
	head := g.Right
	if r.Leftward {
		head = g.Left
	}
	c.Set(r.Head.X, r.Head.Y, head, l.head)
	if m.bar == 0 {
		return
	}
	x, y := r.Gauge.X, r.Gauge.Y
	if !d.visible(screen.Rect{X: x, Y: y, W: m.gauge(), H: 1 + m.label}) {
		return
	}
	full, rest := d.th.Gauge(l.severity)
	frame := d.th.Border
	switch {
	case l.selected:
		frame = d.th.Select(frame)
	case l.faded:
		full, rest, frame = d.th.Fade(full), d.th.Fade(rest), d.th.Fade(frame)
	}
	left, right := m.frame == 2 || !r.Leftward, m.frame == 2 || r.Leftward
	bar := x
	if left {
		c.Set(x, y, g.GaugeLeft, frame)
		bar++
	}
	screen.Bar(c, bar, y, m.bar, float64(l.fill), full, rest)
	if x, ok := l.peak(d.s, m.bar); ok {
		c.Set(bar+x, y, g.Peak, full)
	}
	if right {
		c.Set(bar+m.bar, y, g.GaugeRight, frame)
	}
	if m.label > 0 {
		d.gaugeFigures(min(x, r.Head.X), y+1, m.gauge()+1, e)
	}
}

// worthPeak is the fill from which the fullest lane is marked in the gauge of all:
// some lane is always fuller than the others, and below this nobody minds.
const worthPeak = 0.6

// peak returns which of the cells of a bar marks the fullest lane, if that is
// nearly full and all lanes together do not show it.
func (l *edgeLook) peak(s *collector.Snapshot, cells int) (int, bool) {
	worst := s.Channels[l.channel].Fill
	if !l.fill.Known() || !(worst >= worthPeak) {
		return 0, false
	}
	cell := func(fill collector.Num) int { return int(math.Ceil(min(1, float64(fill)) * float64(cells))) }
	at := cell(worst) - 1
	return at, at >= cell(l.fill)
}

// gaugeFigures writes the rate at which messages are taken, and how long the
// slowest hundredth of them waited, if there is room for both.
func (d *drawing) gaugeFigures(x, y, w, e int) {
	l := &d.lookOf[e]
	ch := &d.s.Channels[l.channel]
	rate := collector.Num(0)
	for _, k := range d.p.edges[e].channels {
		rate += d.s.Channels[k].TakeRate
	}
	st := d.th.Muted
	switch {
	case l.selected:
		st = d.th.Select(d.th.Text)
	case l.faded:
		st = d.th.Fade(st)
	}
	var fig figure
	b := d.appendUnit(fig[:0], rate, unitRate)
	put(d.c, x+1, y, w-1, b, st)
	if lanes := len(d.p.edges[e].channels); lanes > 1 {
		b = strconv.AppendInt(utf8.AppendRune(fig[:0], d.c.Glyphs().Times), int64(lanes), 10)
		putRight(d.c, x+1, y, w-1, b, st)
		return
	}
	if ch.P99.Known() && w >= 14 {
		b = d.appendUnit(fig[:0], ch.P99, unitWait)
		putRight(d.c, x+1, y, w-1, b, st)
	}
}
