package view

import (
	"strconv"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// DrawFacts draws what is selected in two rows: a rule with its name, and its
// figures; of what is folded those of all together, and the worst of them.
func (p *GraphPlan) DrawFacts(c *screen.Canvas, s *collector.Snapshot, sel Selection, th *theme.Theme) {
	switch lanes := p.Lanes(sel); {
	case sel.Kind == SelectNothing:
		DrawNoFacts(c, th)
	case !p.describes(s):
	case len(lanes) > 1:
		p.lanesFacts(c, s, sel, th)
	case sel.Kind == SelectChannel:
		DrawChannelFacts(c, s, sel.Index, th)
	case p.Members(sel) != nil:
		p.groupFacts(c, s, p.nodeAt(sel), th)
	default:
		DrawActorFacts(c, s, sel.Index, th)
	}
}

// groupFacts draws a folded group.
func (p *GraphPlan) groupFacts(c *screen.Canvas, s *collector.Snapshot, n int, th *theme.Theme) {
	w, h := c.Size()
	a, crowd := p.sum(s, n, false)
	place := strip{dots: true}
	runsOn(&place, c, &a, th)
	rule(c, 0, string(appendTimes([]byte(name(a.Name)), crowd.all)), &place, th)
	if h < 2 {
		return
	}
	g := c.Glyphs()
	line := strip{}
	worst := int(s.Why.Actor)
	if worst >= 0 && worst < len(p.nodeOf) && p.nodeOf[worst] == n {
		line.glyph(g.Bottleneck, th.Full)
		line.text(" ", th.Text)
		line.cut(name(s.Actors[worst].Name), 24, th.Text)
	} else if crowd.failed+crowd.blocked+crowd.done == 0 {
		r, st := actorSign(g, &a, th)
		line.glyph(r, st)
		line.text(" none in trouble", th.Text)
	}
	for _, part := range [...]struct {
		n    int
		r    rune
		st   screen.Style
		what string
	}{{crowd.failed, g.Restarted, th.Full, "failed"}, {crowd.blocked, g.Blocked, th.Blocked, "blocked"}, {crowd.done, g.Stopped, th.Muted, "ended"}} {
		if part.n > 0 {
			line.next(0)
			line.glyph(part.r, part.st)
			line.text(" ", th.Text)
			line.bytes(strconv.AppendInt(line.scratch(), int64(part.n), 10), th.Text)
			line.text(" "+part.what, th.Text)
		}
	}
	line.next(1)
	line.text("cpu ", th.Muted)
	known(&line, g, a.CPU, appendCPU(line.scratch(), &a, isASCII(c)), th)
	if k := crowd.inside; k >= 0 {
		ch := &s.Channels[k]
		line.next(2)
		line.text("fullest inside ", th.Muted)
		line.cut(name(ch.Name), 24, th.Text)
		line.text(" ", th.Text)
		known(&line, g, ch.Fill, append(appendPercent(line.scratch(), float64(ch.Fill)), '%'), th)
	}
	actorShares(&line, g, &a, th)
	line.draw(c, 1, 1, w-2)
}

// lanesFacts draws the channels of a folded edge together, and the fullest.
func (p *GraphPlan) lanesFacts(c *screen.Canvas, s *collector.Snapshot, sel Selection, th *theme.Theme) {
	w, h := c.Size()
	e := p.edgeAt(sel)
	rule(c, 0, p.name(s, e), nil, th)
	if h < 2 {
		return
	}
	var held, room uint64
	var in, out collector.Num
	lanes := p.edges[e].channels
	worst, slowest := &s.Channels[lanes[0]], collector.Unknown()
	for _, k := range lanes {
		ch := &s.Channels[k]
		held, room = held+ch.Length, room+ch.Capacity
		in, out = in+ch.SentRate, out+ch.TakeRate
		if ch.Fill > worst.Fill {
			worst = ch
		}
		if ch.P99.Known() && !(slowest >= ch.P99) {
			slowest = ch.P99
		}
	}
	g := c.Glyphs()
	line := strip{}
	line.bytes(appendAmount(line.scratch(), held), th.Text)
	line.text("/", th.Muted)
	line.bytes(appendAmount(line.scratch(), room), th.Muted)
	line.next(0)
	line.text("fullest ", th.Muted)
	line.cut(name(worst.Name), 24, th.Text)
	line.text(" ", th.Text)
	known(&line, g, worst.Fill, append(appendPercent(line.scratch(), float64(worst.Fill)), '%'), th)
	if worst.FullFor > 0 {
		line.text(" FULL", th.Full)
		line.bytes(appendFull(line.scratch(), worst.FullFor), th.Full)
	}
	line.next(1)
	line.text("in ", th.Muted)
	known(&line, g, in, append(appendRate(line.scratch(), float64(in)), "/s"...), th)
	line.next(1)
	line.text("out ", th.Muted)
	known(&line, g, out, append(appendRate(line.scratch(), float64(out)), "/s"...), th)
	line.next(2)
	line.text("worst p99 ", th.Muted)
	known(&line, g, slowest, appendWait(line.scratch(), seconds(slowest), isASCII(c)), th)
	line.draw(c, 1, 1, w-2)
}
