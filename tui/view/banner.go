package view

import (
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// NeedsBanner reports whether what is on the screen is of the past, so that it
// is to be drawn faded and DrawBanner has something to say.
func NeedsBanner(s *collector.Snapshot) bool {
	switch s.Link {
	case collector.LinkLive:
		return false
	case collector.LinkConnecting:
		return s.Instance != 0
	}
	return true
}

// DrawBanner says in the first row of c why the data is old, and what happens
// next. others tells that esc leads to the other services while this one is
// lost.
func DrawBanner(c *screen.Canvas, s *collector.Snapshot, now time.Time, others bool, th *theme.Theme) {
	w, _ := c.Size()
	st := th.BannerBad
	if s.Link == collector.LinkConnecting || s.Link == collector.LinkStale || s.Link == collector.LinkEnded && s.End != nil && s.End.Clean {
		st = th.Banner
	}
	c.Fill(screen.Rect{W: w, H: 1}, ' ', st)
	line := strip{blank: st}
	switch s.Link {
	case collector.LinkConnecting:
		line.text("connecting again", st)
	case collector.LinkStale:
		line.text("no data for ", st)
		line.bytes(appendSpan(line.scratch(), s.Age(now)), st)
		line.next(1)
		line.text("connected, but the service sends nothing", st)
	case collector.LinkEnded:
		bannerEnd(&line, s, st)
	default:
		line.text("connection lost", st)
		line.next(1)
		if left := s.Retry.Sub(now); left > 0 {
			line.text("next try in ", st)
			line.bytes(appendSpan(line.scratch(), left+time.Second-1), st)
		} else {
			line.text("trying", st)
		}
		line.next(2)
		line.text("r", st.With(screen.Underline))
		line.text(" now", st)
		if others {
			line.next(3)
			line.text("esc", st.With(screen.Underline))
			line.text(" others", st)
		}
	}
	_, need := line.fit(w - 2)
	if s.Problem != "" && w-2-need > 14 {
		line.next(0)
		line.cut(s.Problem, w-4-need, st)
	}
	line.draw(c, 1, 0, w-2)
}

func bannerEnd(line *strip, s *collector.Snapshot, st screen.Style) {
	switch {
	case s.End == nil:
		line.text("the service ended", st)
	case s.End.Clean:
		line.text("drained: the service ended cleanly", st)
	default:
		line.text("the service did not end cleanly", st)
	}
}
