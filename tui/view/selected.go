package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// DrawActorFacts draws one actor in two rows: a rule with its name, and its
// figures.
func DrawActorFacts(c *screen.Canvas, s *collector.Snapshot, i int, th *theme.Theme) {
	if i < 0 || i >= len(s.Actors) {
		return
	}
	a := &s.Actors[i]
	w, h := c.Size()
	on := strip{dots: true}
	runsOn(&on, c, a, th)
	rule(c, 0, name(a.Name), &on, th)
	if h < 2 {
		return
	}
	var line strip
	g := c.Glyphs()
	r, st := actorSign(g, a, th)
	line.glyph(r, st)
	line.text(" ", th.Text)
	line.text(stateWord(a.State), th.Text)
	line.next(1)
	line.text("cpu ", th.Muted)
	known(&line, g, a.CPU, appendCPU(line.scratch(), a, isASCII(c)), th)
	actorShares(&line, g, a, th)
	line.draw(c, 1, 1, w-2)
}

// actorShares adds how an actor spends its time, and its rates.
func actorShares(line *strip, g *screen.GlyphSet, a *collector.Actor, th *theme.Theme) {
	for _, f := range [...]struct {
		rank int
		what string
		n    collector.Num
	}{{3, "busy ", a.Busy}, {2, "blocked ", a.Blocked}, {7, "in calls ", a.Call}, {6, "waiting ", a.Waiting}} {
		line.next(f.rank)
		line.text(f.what, th.Muted)
		known(line, g, f.n, append(appendPercent(line.scratch(), float64(f.n)), '%'), th)
	}
	line.next(4)
	line.text("in ", th.Muted)
	known(line, g, a.In, append(appendRate(line.scratch(), float64(a.In)), "/s"...), th)
	line.next(4)
	line.text("out ", th.Muted)
	known(line, g, a.Out, append(appendRate(line.scratch(), float64(a.Out)), "/s"...), th)
	line.next(5)
	line.text("restarts ", th.Muted)
	line.bytes(appendAmount(line.scratch(), a.Restarts), th.Text)
}

// runsOn adds what an actor runs on, and the first warning about that.
func runsOn(facts *strip, c *screen.Canvas, a *collector.Actor, th *theme.Theme) {
	w, _ := c.Size()
	facts.text("on ", th.Muted)
	facts.cut(a.RunsOn(), 24, th.Text)
	if len(a.Notes) > 0 {
		facts.next(1)
		facts.glyph(c.Glyphs().Warning, th.Warm)
		facts.text(" ", th.Warm)
		facts.cut(a.Notes[0], max(8, w/2-24), th.Warm)
	}
}

// DrawChannelFacts draws one channel in two rows: a rule with its name, and
// its figures.
func DrawChannelFacts(c *screen.Canvas, s *collector.Snapshot, i int, th *theme.Theme) {
	if i < 0 || i >= len(s.Channels) {
		return
	}
	k := &s.Channels[i]
	w, h := c.Size()
	rule(c, 0, name(k.Name), nil, th)
	if h < 2 {
		return
	}
	var line strip
	g := c.Glyphs()
	line.bytes(appendAmount(line.scratch(), k.Length), severe(k.Severity, th))
	line.text("/", th.Muted)
	line.bytes(appendAmount(line.scratch(), k.Capacity), th.Muted)
	if k.FullFor > 0 {
		line.text(" FULL", th.Full)
		line.bytes(appendFull(line.scratch(), k.FullFor), th.Full)
	} else {
		line.text(" ", th.Muted)
		known(&line, g, k.Fill, append(appendPercent(line.scratch(), float64(k.Fill)), '%'), th)
	}
	line.next(1)
	line.text("in ", th.Muted)
	known(&line, g, k.SentRate, append(appendRate(line.scratch(), float64(k.SentRate)), "/s"...), th)
	line.next(1)
	line.text("out ", th.Muted)
	known(&line, g, k.TakeRate, append(appendRate(line.scratch(), float64(k.TakeRate)), "/s"...), th)
	for _, f := range [...]struct {
		rank int
		what string
		n    collector.Num
	}{{3, "wait p50 ", k.P50}, {2, "p99 ", k.P99}} {
		line.next(f.rank)
		line.text(f.what, th.Muted)
		known(&line, g, f.n, appendWait(line.scratch(), seconds(f.n), isASCII(c)), th)
	}
	if k.Closed {
		line.next(4)
		line.text("closed", th.Muted)
	}
	line.draw(c, 1, 1, w-2)
}

// DrawNoFacts draws what is there when nothing is selected.
func DrawNoFacts(c *screen.Canvas, th *theme.Theme) {
	w, h := c.Size()
	rule(c, 0, "nothing selected", nil, th)
	if h > 1 {
		c.Text(1, 1, w-2, "arrows select an actor or a channel; b the bottleneck", th.Muted)
	}
}

// known adds a figure, or the dash when it is not known.
func known(line *strip, g *screen.GlyphSet, n collector.Num, b []byte, th *theme.Theme) {
	if n.Known() {
		line.bytes(b, th.Text)
		return
	}
	line.glyph(g.Missing, th.Faint)
}

// name returns a name, or what is shown for one that is empty.
func name(s string) string {
	if s == "" {
		return "(no name)"
	}
	return s
}
