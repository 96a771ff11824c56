package view

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// Detail is what the view of one actor or channel remembers. The zero value is
// ready.
type Detail struct {
	top    int // rows scrolled out at the upper end
	rows   int // of the whole content, at the last paint
	height int // visible rows at the last paint

	// Info is what only the service knows of an actor; nil until it is loaded.
	Info *telemetry.ActorDetail
	// Problem says why Info is nil; "" while it is on its way.
	Problem string
}

// Scroll moves the window down, or up when by is negative.
func (d *Detail) Scroll(by int) { d.top = max(0, min(d.top+by, d.rows-d.height)) }

// Page returns how many rows the last paint showed, at least one.
func (d *Detail) Page() int { return max(1, d.height) }

// tall is how many rows the content of a detail may have.
const tall = 400

// window returns a canvas as tall as any content, of which the visible part is
// the rows below the rule.
func (d *Detail) window(c *screen.Canvas) *screen.Canvas {
	w, h := c.Size()
	d.height = max(0, h-1)
	d.top = max(0, min(d.top, d.rows-d.height))
	frame := c.Sub(screen.Rect{X: 0, Y: 1, W: w, H: d.height})
	return frame.Sub(screen.Rect{X: 0, Y: -d.top, W: w, H: tall})
}

// done notes how many rows the content had and marks where there is more.
func (d *Detail) done(c *screen.Canvas, rows int, th *theme.Theme) {
	d.rows = rows
	w, h := c.Size()
	if d.top > 0 {
		c.Set(w-1, 1, c.Glyphs().Up, th.Accent)
	}
	if d.rows-d.top > d.height {
		c.Set(w-1, h-1, c.Glyphs().Down, th.Accent)
	}
}

// DrawActor draws one actor into the whole of c: how it spends its time, its
// ports, and its last failure.
func (d *Detail) DrawActor(c *screen.Canvas, s *collector.Snapshot, i int, th *theme.Theme) {
	_, h := c.Size()
	if i < 0 || i >= len(s.Actors) {
		d.gone(c, "this actor is gone", th)
		return
	}
	a := &s.Actors[i]
	facts := strip{dots: true}
	facts.text(string(a.Schedule), th.Muted)
	if on := a.RunsOn(); on != string(a.Schedule) {
		facts.next(0)
		facts.cut(on, 32, th.Text)
	}
	rule(c, 0, name(a.Name), &facts, th)
	if h < 2 {
		return
	}
	b := d.window(c)
	y := d.remarks(b, d.actorHead(b, 0, a, th), s, int32(i), th)
	y = d.shares(b, y, a, th)
	y = d.ports(b, y, s, int32(i), th)
	y = d.states(b, y, th)
	y = d.failure(b, y, a, th)
	d.done(c, y, th)
}

func (d *Detail) gone(c *screen.Canvas, what string, th *theme.Theme) {
	w, h := c.Size()
	rule(c, 0, "", nil, th)
	centred(c, w, h/2, what, th.Muted)
}

func (d *Detail) actorHead(c *screen.Canvas, y int, a *collector.Actor, th *theme.Theme) int {
	w, _ := c.Size()
	g := c.Glyphs()
	var line strip
	r, st := actorSign(g, a, th)
	line.glyph(r, st)
	line.text(" ", th.Text)
	line.text(stateWord(a.State), th.Strong)
	line.text(" for ", th.Muted)
	line.bytes(appendWait(line.scratch(), a.For, isASCII(c)), th.Text)
	line.next(1)
	line.text("cpu ", th.Muted)
	known(&line, g, a.CPU, appendCPU(line.scratch(), a, isASCII(c)), th)
	line.text(" of a core", th.Muted)
	line.next(2)
	line.text("in ", th.Muted)
	known(&line, g, a.In, append(appendRate(line.scratch(), float64(a.In)), "/s"...), th)
	line.next(2)
	line.text("out ", th.Muted)
	known(&line, g, a.Out, append(appendRate(line.scratch(), float64(a.Out)), "/s"...), th)
	line.draw(c, 1, y, w-2)

	line = strip{}
	line.text("restarts ", th.Muted)
	rst := th.Text
	if a.Restarts > 0 {
		rst = th.Hot
	}
	line.bytes(appendAmount(line.scratch(), a.Restarts), rst)
	if n := d.Info; n != nil {
		switch {
		case n.RestartMax < 0:
			line.text(", allowed without limit", th.Muted)
		case n.RestartMax == 0:
			line.text(", never restarted", th.Muted)
		default:
			line.text(", allowed ", th.Muted)
			line.bytes(strconv.AppendInt(line.scratch(), int64(n.RestartMax), 10), th.Text)
			line.text(" in ", th.Muted)
			line.bytes(appendSpan(line.scratch(), n.Window), th.Text)
		}
	}
	if n := d.Info; n != nil && n.DeadLetters > 0 {
		line.next(1)
		line.text("set aside ", th.Muted)
		line.bytes(appendAmount(line.scratch(), n.DeadLetters), th.Hot)
	}
	if a.Torn > 0 {
		line.next(1)
		line.text("torn iterations ", th.Muted)
		line.bytes(appendCount(line.scratch(), a.Torn), th.Hot)
	}
	line.draw(c, 1, y+1, w-2)
	return y + 3
}

// remarks draws the warnings about where the actor runs, and quietly that its
// body takes long.
func (d *Detail) remarks(c *screen.Canvas, y int, s *collector.Snapshot, i int32, th *theme.Theme) int {
	w, _ := c.Size()
	a, was := &s.Actors[i], y
	for _, text := range a.Notes[:min(len(a.Notes), 8)] {
		c.Set(1, y, c.Glyphs().Warning, th.Warm)
		y += paragraph(c, 3, y, w-4, 4, text, th.Warm)
	}
	if a.BodyMax > 0 {
		var line strip
		line.text("runs for up to ", th.Muted)
		line.bytes(appendWait(line.scratch(), a.BodyMax, isASCII(c)), th.Muted)
		line.text(" without a boundary", th.Muted)
		if slices.ContainsFunc(s.Channels, func(ch collector.Channel) bool { return ch.From == i }) {
			line.next(1)
			line.text("what it sends may stay hidden meanwhile", th.Muted)
		}
		line.draw(c, 1, y, w-2)
		y++
	}
	if y > was {
		y++
	}
	return y
}

// shares draws a bar for each way in which the actor spends its time.
func (d *Detail) shares(c *screen.Canvas, y int, a *collector.Actor, th *theme.Theme) int {
	w, _ := c.Size()
	g := c.Glyphs()
	bar := max(0, min(60, w-18))
	for _, part := range [...]struct {
		what  string
		share collector.Num
		r     rune
		st    screen.Style
		rare  bool
	}{
		{"busy", a.Busy, g.ShadeBusy, th.Busy, false},
		{"blocked", a.Blocked, g.ShadeBlocked, th.Blocked, false},
		{"waiting", a.Waiting, g.ShadeIdle, th.Idle, false},
		{"in a call", a.Call, g.ShadeCall, th.InCall, false},
		{"failed", a.Backoff, g.ShadeBlocked, th.Full, true},
	} {
		if part.rare && part.share.Or(0) == 0 {
			continue
		}
		c.Text(1, y, 9, part.what, th.Muted)
		share(c, spot{x: 11, w: 4}, y, part.share, th.Text, th)
		n := int(part.share.Or(0)*float64(bar) + 0.5)
		c.Fill(screen.Rect{X: 16, Y: y, W: min(n, bar), H: 1}, part.r, part.st)
		y++
	}
	c.Text(1, y, 9, "2 min", th.Muted)
	screen.Spark(c, 16, y, min(bar, max(1, len(a.History))), a.History, 1, th.Spark)
	return y + 2
}

// ports lists the channels of an actor with their fill.
func (d *Detail) ports(c *screen.Canvas, y int, s *collector.Snapshot, i int32, th *theme.Theme) int {
	for _, side := range [...]struct {
		title string
		of    func(k *collector.Channel) int32
	}{
		{"in", func(k *collector.Channel) int32 { return k.To }},
		{"out", func(k *collector.Channel) int32 { return k.From }},
	} {
		first := true
		for n := range s.Channels {
			k := &s.Channels[n]
			if side.of(k) != i || y > tall-8 {
				continue
			}
			if first {
				rule(c, y, side.title, nil, th)
				y++
				first = false
			}
			port(c, y, k, th)
			y++
		}
	}
	return y
}

// port draws one channel of an actor.
func port(c *screen.Canvas, y int, k *collector.Channel, th *theme.Theme) {
	w, _ := c.Size()
	nameCells := max(8, min(36, w-30))
	r, st := channelSign(c.Glyphs(), k, th)
	c.Set(1, y, r, st)
	c.Text(3, y, nameCells, name(k.Name), th.Text)
	x := 3 + nameCells + 1
	gauge(c, x, y, 5, k.Fill, k.Severity, th)
	share(c, spot{x: x + 7, w: 5}, y, k.Fill, severe(k.Severity, th), th)
	x += 13
	if w-x < 7 {
		return
	}
	rate(c, spot{x: x, w: 5}, y, k.TakeRate, th)
	c.Text(x+5, y, 2, "/s", th.Muted)
	x += 9
	if w-x > 12 {
		c.Text(x, y, 3, "p99", th.Muted)
		wait(c, spot{x: x + 4, w: 6}, y, k.P99, th)
		x += 12
	}
	if k.FullFor > 0 && w-x > 12 {
		var fig figure
		n := c.Text(x, y, 4, "FULL", th.Full)
		put(c, x+n, y, 8, appendFull(fig[:0], k.FullFor), th.Full)
	}
}

// failure draws the last failure of an actor and its stack.
func (d *Detail) failure(c *screen.Canvas, y int, a *collector.Actor, th *theme.Theme) int {
	w, _ := c.Size()
	n := d.Info
	if n == nil && d.Problem == "" && a.Restarts == 0 {
		return y
	}
	facts := strip{dots: true}
	if n != nil && !n.FailingSince.IsZero() {
		facts.text("failing since ", th.Hot)
		facts.bytes(appendClock(facts.scratch(), n.FailingSince), th.Hot)
		facts.next(1)
	}
	if n != nil && n.LastFailure != "" {
		facts.bytes(appendClock(facts.scratch(), n.FailedAt), th.Muted)
	}
	rule(c, y, "last failure", &facts, th)
	y++
	switch {
	case d.Problem != "":
		return y + paragraph(c, 1, y, w-2, 4, d.Problem, th.Muted)
	case n == nil:
		c.Text(1, y, w-2, "asking the service", th.Muted)
		return y + 1
	case n.LastFailure == "":
		c.Text(1, y, w-2, "none", th.Muted)
		return y + 1
	}
	y += paragraph(c, 1, y, w-2, 6, n.LastFailure, th.Full)
	for stack := n.Stack; stack != "" && y < tall; y++ {
		var row string
		row, stack, _ = strings.Cut(stack, "\n")
		text := strings.TrimLeft(row, "\t ")
		indent := 1
		if text != row {
			indent = 3
		}
		c.Text(indent, y, w-1-indent, text, th.Muted)
	}
	return y
}
