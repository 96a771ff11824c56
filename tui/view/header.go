package view

import (
	"math"
	"strconv"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// Header is what the top line shows besides the Snapshot.
type Header struct {
	Now    time.Time // by the viewer's clock: the age of the data is measured by it
	Paused time.Time // since when the picture is held; the zero Time when it is live
}

// maxTitle is how much of the name of a service or host the header shows.
const maxTitle = 24

// Draw draws the header into the first row of c: which service this is, how
// fresh the data is, and how it is doing.
func (v Header) Draw(c *screen.Canvas, s *collector.Snapshot, th *theme.Theme) {
	w, _ := c.Size()
	var line strip
	v.identity(&line, s, th)
	line.next(1)
	v.freshness(&line, c.Glyphs(), s, th)
	if s.Instance == 0 {
		line.draw(c, 1, 0, w-2)
		return
	}
	line.next(4)
	count(&line, len(s.Actors), " actor", th)
	line.next(6)
	count(&line, len(s.Channels), " channel", th)
	line.next(3)
	line.text("cpu ", th.Header)
	if s.CPU.Known() {
		line.bytes(strconv.AppendFloat(line.scratch(), float64(s.CPU), 'f', 1, 64), th.Text)
	} else {
		line.glyph(c.Glyphs().Missing, th.Faint)
	}
	line.text("/", th.Header)
	line.bytes(strconv.AppendInt(line.scratch(), int64(s.Cores), 10), th.Header)
	line.next(8)
	if s.RSS.Known() && s.RSS > 0 {
		line.bytes(appendBytes(line.scratch(), float64(s.RSS)), th.Header)
	}
	v.worst(&line, s, th)
	line.draw(c, 1, 0, w-2)
}

func (v Header) identity(line *strip, s *collector.Snapshot, th *theme.Theme) {
	line.next(0)
	if s.Service == "" {
		line.cut(s.Target, maxTitle, th.Strong)
		return
	}
	line.cut(s.Service, maxTitle, th.Strong)
	line.text(":", th.Header)
	line.bytes(strconv.AppendInt(line.scratch(), int64(s.PID), 10), th.Header)
	line.rank = 5
	if s.Host != "" {
		line.text(" @", th.Header)
		line.cut(s.Host, maxTitle, th.Header)
	}
	line.next(7)
	line.text("up ", th.Header)
	line.bytes(appendSpan(line.scratch(), s.Uptime), th.Text)
}

// freshness says how old the data is. It changes at most once a second, and
// not at all while the picture is held.
func (v Header) freshness(line *strip, g *screen.GlyphSet, s *collector.Snapshot, th *theme.Theme) {
	if !v.Paused.IsZero() {
		line.text("PAUSED", th.Stale.With(screen.Bold))
		line.text(" at ", th.Header)
		line.bytes(appendClock(line.scratch(), v.Paused), th.Text)
		return
	}
	age := s.Age(v.Now)
	switch s.Link {
	case collector.LinkLive:
		st := th.Live
		word := " LIVE "
		if s.Phase == telemetry.PhaseStopping {
			st, word = th.Stale, " STOPPING "
		}
		line.glyph(g.Busy, st)
		line.text(word, st)
		if s.FrameRate.Known() {
			line.bytes(appendRate(line.scratch(), math.Round(float64(s.FrameRate))), th.Header)
			line.text("/s", th.Header)
		}
		if age >= 2*time.Second {
			line.text(" ", th.Header)
			line.bytes(appendSpan(line.scratch(), age), th.Stale)
			line.text(" old", th.Stale)
		}
	case collector.LinkConnecting:
		line.glyph(g.Idle, th.Stale)
		line.text(" connecting", th.Stale)
	case collector.LinkEnded:
		line.glyph(g.Stopped, th.Header)
		line.text(" ended", th.Header)
	default:
		line.glyph(g.Unknown, th.Lost)
		line.text(" ", th.Lost)
		line.bytes(appendSpan(line.scratch(), age), th.Lost)
		line.text(" old", th.Lost)
	}
}

// worst names how much is full, or else the fullest channel.
func (v Header) worst(line *strip, s *collector.Snapshot, th *theme.Theme) {
	full, most := 0, -1
	for i := range s.Channels {
		k := &s.Channels[i]
		if k.Severity == collector.Full {
			full++
		}
		if k.Fill.Known() && (most < 0 || k.Fill > s.Channels[most].Fill) {
			most = i
		}
	}
	line.next(2)
	if full > 0 {
		line.bytes(strconv.AppendInt(line.scratch(), int64(full), 10), th.Full)
		line.text(" full", th.Full)
		return
	}
	if most < 0 {
		return
	}
	k := &s.Channels[most]
	line.text("worst ", th.Header)
	line.bytes(append(appendPercent(line.scratch(), float64(k.Fill)), '%'), severe(k.Severity, th))
}

// count adds a number of things.
func count(line *strip, n int, what string, th *theme.Theme) {
	line.bytes(appendCount(line.scratch(), uint64(n)), th.Text)
	line.text(what, th.Header)
	if n != 1 {
		line.text("s", th.Header)
	}
}
