package view

import (
	"math"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// actorSign returns the glyph that says at a glance how an actor is.
func actorSign(g *screen.GlyphSet, a *collector.Actor, th *theme.Theme) (rune, screen.Style) {
	switch {
	case a.State == telemetry.StateDone:
		return g.Stopped, th.Muted
	case a.State == telemetry.StateBackoff:
		return g.Restarted, th.Full
	case a.Severity == collector.Full:
		return g.Bottleneck, th.Full
	case a.State == telemetry.StateBusy:
		return g.Busy, th.Busy
	case a.State == telemetry.StateBlocked:
		return g.Blocked, th.Blocked
	case a.State == telemetry.StateCall:
		return g.InCall, th.InCall
	case a.State == telemetry.StateWaiting:
		return g.Idle, th.Muted
	}
	return g.Unknown, th.Muted
}

// stateWord returns what an actor does, in a word.
func stateWord(s telemetry.State) string {
	switch s {
	case telemetry.StateCall:
		return "in a call"
	case telemetry.StateBackoff:
		return "failed"
	case telemetry.StateDone:
		return "ended"
	}
	return s.String()
}

// appendCPU appends a fraction of a core in percent, with the mark of how it
// was obtained: "~" for an estimate, "≤" for an upper bound.
func appendCPU(b []byte, a *collector.Actor, ascii bool) []byte {
	tiny := a.CPU > 0 && a.CPU < 0.005 // "<1", which needs no mark
	switch {
	case tiny:
	case a.CPUKind == collector.CPUEstimate:
		b = append(b, '~')
	case a.CPUKind == collector.CPUBound && ascii:
		b = append(b, '<')
	case a.CPUKind == collector.CPUBound:
		b = append(b, "≤"...)
	}
	return append(appendPercent(b, float64(a.CPU)), '%')
}

// split draws how an actor spends its time in w cells: busy, in a call,
// blocked on an output, and the rest idle.
func split(c *screen.Canvas, x, y, w int, a *collector.Actor, th *theme.Theme) {
	g := c.Glyphs()
	if w <= 0 {
		return
	}
	if !a.Busy.Known() {
		c.Fill(screen.Rect{X: x, Y: y, W: w, H: 1}, ' ', th.Faint)
		c.Set(x+w/2, y, g.Missing, th.Faint)
		return
	}
	busy := a.Busy.Or(0)
	call := busy + a.Call.Or(0)
	blocked := call + a.Blocked.Or(0)
	cells := func(upTo float64) int { return max(0, min(w, int(math.Round(upTo*float64(w))))) }
	b, k, o := cells(busy), cells(call), cells(blocked)
	c.Fill(screen.Rect{X: x, Y: y, W: b, H: 1}, g.ShadeBusy, th.Busy)
	c.Fill(screen.Rect{X: x + b, Y: y, W: k - b, H: 1}, g.ShadeCall, th.InCall)
	c.Fill(screen.Rect{X: x + k, Y: y, W: o - k, H: 1}, g.ShadeBlocked, th.Blocked)
	c.Fill(screen.Rect{X: x + o, Y: y, W: w - o, H: 1}, g.ShadeIdle, th.Idle)
}

// gauge draws a bar of w cells between its two ends, w+2 in all.
func gauge(c *screen.Canvas, x, y, w int, fill collector.Num, sev collector.Severity, th *theme.Theme) {
	if w <= 0 {
		return
	}
	full, rest := th.Gauge(sev)
	g := c.Glyphs()
	c.Set(x, y, g.GaugeLeft, th.Border)
	screen.Bar(c, x+1, y, w, float64(fill), full, rest)
	c.Set(x+w+1, y, g.GaugeRight, th.Border)
}

// end returns the name of the actor at one end of a channel.
func end(s *collector.Snapshot, i int32) string {
	if i < 0 || int(i) >= len(s.Actors) {
		return "outside"
	}
	return s.Actors[i].Name
}

// appendFull appends " 41 s" for a channel that has been full for so long,
// nothing when that is less than a second.
func appendFull(b []byte, d time.Duration) []byte {
	if d < time.Second {
		return b
	}
	return appendSpan(append(b, ' '), d)
}
