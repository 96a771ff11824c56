package view

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
)

// card draws an actor as a framed card.
func (d *drawing) card(box screen.Rect, look *nodeLook) {
	c, th := d.c, d.th
	border := th.Border
	if look.actor.Severity >= collector.Hot {
		border = th.Edge(look.actor.Severity)
	}
	c.Box(box, screen.Light, border)
	d.cardTitle(box, look)
	d.cardEdge(box, look)
	inner := box.Inset(1, 1)
	if inner.W >= 12 {
		inner = inner.Inset(1, 0)
	}
	facts := d.cardFacts(look, inner)
	bar := screen.Rect{}
	for r, f := range facts {
		at := screen.Rect{X: inner.X, Y: inner.Y + r, W: inner.W, H: 1}
		switch f {
		case factCPU:
			d.cpu(at, look)
		case factCPUSplit:
			d.cpu(at, look)
			_, bar = at.SplitLeft(cpuCells)
		case factSplit:
			bar = at
		default:
			d.fact(at, f, look)
		}
	}
	d.finish(box, look)
	if bar.W > 1 {
		split(c, bar.X, bar.Y, bar.W, look.actor, th)
	}
	_, rest := inner.SplitTop(len(facts))
	d.history(rest, look.actor.History)
}

// finish shows on a whole box that it is selected, or that a search does not
// mean it. What comes after keeps its own colours.
func (d *drawing) finish(box screen.Rect, look *nodeLook) {
	switch {
	case look.selected:
		d.c.Restyle(box, d.th.Select)
	case look.faded:
		d.c.Restyle(box, d.th.Fade)
	}
}

// cardTitle writes sign and name into the upper edge of a card. The narrower
// the card, the less of the edge is left around them.
func (d *drawing) cardTitle(box screen.Rect, look *nodeLook) {
	c := d.c
	room := box.W - 5 // corners, sign, and a blank at each side of the name
	x := box.X + 1
	switch {
	case d.p.Level == LevelSlim:
		c.Set(box.X, box.Y, look.sign, look.signStyle)
		d.name(box.X+1, box.Y, box.W-2, look)
		return
	case look.node.name > room:
		c.Set(x, box.Y, look.sign, look.signStyle)
		d.name(x+1, box.Y, box.W-3, look)
		return
	}
	c.Set(x, box.Y, look.sign, look.signStyle)
	c.Set(x+1, box.Y, ' ', screen.Style{})
	n := d.name(x+2, box.Y, room, look)
	c.Set(x+2+n, box.Y, ' ', screen.Style{})
}

// name writes the name of a node in at most w cells and returns how many it
// used.
func (d *drawing) name(x, y, w int, look *nodeLook) int {
	if look.node.name > w {
		_, n := cutName(d.c, x, y, w, look.actor.Name, look.node.differs, look.title(d.th))
		return n
	}
	return d.c.Text(x, y, w, look.actor.Name, look.title(d.th))
}

// times writes how many members a group has.
func (d *drawing) times(x, y, w int, look *nodeLook) int {
	var fig figure
	b := strconv.AppendInt(utf8.AppendRune(fig[:0], d.c.Glyphs().Times), int64(len(look.node.members)), 10)
	return put(d.c, x, y, min(w, len(b)), b, d.th.Accent)
}

// cardEdge tells in the lower edge of a card that there is a warning about the
// actor or that it hogs its troupe, and how often it failed; of a group, how many it has and how many of
// them are in trouble.
func (d *drawing) cardEdge(box screen.Rect, look *nodeLook) {
	switch {
	case look.hogs > 0:
		d.c.Set(box.X+box.W-2, box.Y+box.H-1, d.c.Glyphs().Warning, d.th.Severity(collector.Hot))
	case len(look.actor.Notes) > 0:
		d.c.Set(box.X+box.W-2, box.Y+box.H-1, d.c.Glyphs().Warning, d.th.Warm)
	}
	if look.node.group != nil {
		x, y, w := box.X+1, box.Y+box.H-1, box.W-3
		n := d.times(x, y, w, look)
		d.crowd(x+n+1, y, w-n-1, &look.crowd)
		return
	}
	if look.actor.Restarts == 0 || box.W < 8 {
		return
	}
	var fig figure
	b := append(fig[:0], string(d.c.Glyphs().Restarted)...)
	b = appendRate(b, float64(look.actor.Restarts))
	put(d.c, box.X+2, box.Y+box.H-1, box.W-4, b, d.th.Warm)
}

// crowd tells in w cells how many members of a group failed and how many wait
// for room, those that failed first when there is no room for both. It returns
// how many cells it used.
func (d *drawing) crowd(x, y, w int, c *crowd) int {
	g, used := d.c.Glyphs(), 0
	for _, part := range [...]struct {
		n  int
		r  rune
		st screen.Style
	}{{c.failed, g.Restarted, d.th.Full}, {c.blocked, g.Blocked, d.th.Blocked}} {
		if part.n == 0 {
			continue
		}
		var fig figure
		b := appendAmount(utf8.AppendRune(fig[:0], part.r), uint64(part.n))
		if n := utf8.RuneCount(b); used+n <= w {
			put(d.c, x+used, y, n, b, part.st)
			used += n
		}
	}
	return used
}

// fact is a row of a card.
type fact uint8

const (
	factCPUSplit fact = iota // CPU and how the time is spent
	factCPU
	factSplit
	factRate // messages taken, or sent by a source
	factIn
	factOut
	factWait    // how long messages waited before this actor
	factBlocked // share of the time without room in an output
	factInside  // fill of the fullest channel inside of a troupe
	factCall    // share of the time in calls
	factIdle
	factRunsOn
)

// What cards show, the most important first. The rows that are left belong to
// the history. What a troupe runs on is its name.
var (
	narrowFacts = []fact{factCPU, factSplit}
	smallFacts  = []fact{factCPUSplit, factRate}
	stageFacts  = []fact{factCPUSplit, factIn, factOut, factWait, factBlocked, factCall, factIdle, factRunsOn}
	sourceFacts = []fact{factCPUSplit, factOut, factBlocked, factCall, factIdle, factRunsOn}
	sinkFacts   = []fact{factCPUSplit, factIn, factWait, factCall, factIdle, factRunsOn}

	troupeFacts       = []fact{factCPUSplit, factIn, factOut, factWait, factInside, factBlocked, factCall, factIdle}
	troupeSourceFacts = []fact{factCPUSplit, factOut, factInside, factBlocked, factCall, factIdle}
	troupeSinkFacts   = []fact{factCPUSplit, factIn, factWait, factInside, factCall, factIdle}
)

// cardFacts returns what a card with this inside shows. It depends on sizes
// and edges alone, so that rows never change their meaning.
func (d *drawing) cardFacts(look *nodeLook, inner screen.Rect) []fact {
	facts := stageFacts
	switch {
	case inner.W < 9:
		facts = narrowFacts
	case inner.H <= 2:
		facts = smallFacts
	case look.node.ins == 0:
		facts = pick(look.node.troupe(), troupeSourceFacts, sourceFacts)
	case look.node.outs == 0:
		facts = pick(look.node.troupe(), troupeSinkFacts, sinkFacts)
	case look.node.troupe():
		facts = troupeFacts
	}
	n := inner.H
	switch {
	case n == 1:
		return smallFacts[:1]
	case n > 2:
		n--
	}
	return facts[:min(n, len(facts))]
}

func pick(first bool, a, b []fact) []fact {
	if first {
		return a
	}
	return b
}

// cpu draws the CPU figure at the left end of at.
func (d *drawing) cpu(at screen.Rect, look *nodeLook) {
	if !look.actor.CPU.Known() {
		d.c.Set(at.X, at.Y, d.c.Glyphs().Missing, d.th.Faint)
		return
	}
	var fig figure
	b := appendCPU(fig[:0], look.actor, isASCII(d.c))
	if len(b) > at.W && b[0] >= utf8.RuneSelf || len(b) > at.W && b[0] == '~' {
		// Without room for it, the mark goes before the digits do.
		_, n := utf8.DecodeRune(b)
		b = b[n:]
	}
	put(d.c, at.X, at.Y, min(cpuCells, at.W), b, severe(look.actor.Severity, d.th))
}

// fact draws a row of label and figure.
func (d *drawing) fact(at screen.Rect, f fact, look *nodeLook) {
	a := look.actor
	switch f {
	case factRate:
		rate := a.In
		if look.node.ins == 0 {
			rate = a.Out
		}
		d.figure(at, "", rate, unitRate)
	case factIn:
		d.figure(at, "in", a.In, unitRate)
	case factOut:
		d.figure(at, "out", a.Out, unitRate)
	case factWait:
		d.figure(at, "p99", d.worstWait(look.index), unitWait)
	case factBlocked:
		d.figure(at, "blkd", a.Blocked, unitShare)
	case factInside:
		inside := collector.Unknown()
		if k := look.crowd.inside; k >= 0 {
			inside = d.s.Channels[k].Fill
		}
		d.figure(at, "inner", inside, unitShare)
	case factCall:
		d.figure(at, "call", a.Call, unitShare)
	case factIdle:
		d.figure(at, "idle", a.Waiting, unitShare)
	case factRunsOn:
		d.c.Text(at.X, at.Y, 2, "on", d.th.Muted)
		d.c.TextRight(at.X+3, at.Y, at.W-3, a.RunsOn(), d.th.Text)
	}
}

// unit says how a figure is written.
type unit uint8

const (
	unitRate unit = iota
	unitWait
	unitShare
)

// unitCells is the most cells that a figure takes: <0.1/s, 340 ms, 100%.
var unitCells = [...]int{unitRate: 6, unitWait: 6, unitShare: 4}

// figure draws a label at the left and a figure at the right; without room for
// both, or without a label, the figure alone at the left.
func (d *drawing) figure(at screen.Rect, label string, n collector.Num, u unit) {
	var buf figure
	b := d.appendUnit(buf[:0], n, u)
	if label == "" || at.W < len(label)+1+unitCells[u] {
		put(d.c, at.X, at.Y, at.W, b, d.th.Text)
		return
	}
	d.c.Text(at.X, at.Y, len(label), label, d.th.Muted)
	putRight(d.c, at.X, at.Y, at.W, b, d.th.Text)
}

// appendUnit writes n, or the dash of what is not known.
func (d *drawing) appendUnit(b []byte, n collector.Num, u unit) []byte {
	switch {
	case !n.Known():
		return append(b, string(d.c.Glyphs().Missing)...)
	case u == unitRate:
		return append(appendRate(b, float64(n)), "/s"...)
	case u == unitWait:
		return appendWait(b, seconds(n), isASCII(d.c))
	}
	return append(appendPercent(b, float64(n)), '%')
}

// worstWait returns the longest 99th percentile of the inputs of node n.
func (d *drawing) worstWait(n int) collector.Num {
	worst := collector.Unknown()
	for e := range d.p.edges {
		if d.p.edges[e].to != n {
			continue
		}
		for _, k := range d.p.edges[e].channels {
			if p := d.s.Channels[k].P99; p.Known() && !(worst >= p) {
				worst = p
			}
		}
	}
	return worst
}

// history draws the busy share of the last seconds, as high as at.
func (d *drawing) history(at screen.Rect, values []float32) {
	if at.Empty() {
		return
	}
	if len(values) > at.W {
		values = values[len(values)-at.W:]
	}
	var row [maxCard]float32
	for r := range at.H {
		part := row[:0]
		for _, v := range values {
			v = v*float32(at.H) - float32(at.H-1-r)
			if v <= 0 && r < at.H-1 {
				v = float32(math.NaN()) // blank: only the lowest row shows that there is a value
			}
			part = append(part, min(v, 1))
		}
		screen.Spark(d.c, at.X, at.Y+r, at.W, part, 1, d.th.Spark)
	}
}
