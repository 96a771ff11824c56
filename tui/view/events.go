package view

import (
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// EventList is the list of what happened, newest first. The zero value is
// ready; its cursor stays on the newest until it is moved.
type EventList struct {
	s      *collector.Snapshot
	at     time.Time // of the event under the cursor; the zero Time follows the newest
	text   string    // of it
	top    int
	height int
}

// Update takes in a new picture.
func (l *EventList) Update(s *collector.Snapshot) { l.s = s }

// cursor returns how many events are newer than the one under the cursor.
func (l *EventList) cursor() int {
	if l.s == nil || l.at.IsZero() {
		return 0
	}
	n := len(l.s.Events)
	for i := n - 1; i >= 0; i-- {
		e := &l.s.Events[i]
		if e.At.Before(l.at) {
			return min(n-1, n-1-i)
		}
		if e.At.Equal(l.at) && e.Text == l.text {
			return n - 1 - i
		}
	}
	return max(0, n-1)
}

// Move moves the cursor down, to older events, or up when by is negative.
func (l *EventList) Move(by int) {
	if l.s == nil || len(l.s.Events) == 0 {
		return
	}
	n := len(l.s.Events)
	i := max(0, min(n-1, l.cursor()+by))
	if i == 0 {
		l.at, l.text = time.Time{}, ""
		return
	}
	e := &l.s.Events[n-1-i]
	l.at, l.text = e.At, e.Text
}

// Page returns how many events the last paint showed, at least one.
func (l *EventList) Page() int { return max(1, l.height) }

// Subject returns the actor or channel that the event under the cursor is
// about; "" when there is none.
func (l *EventList) Subject() string {
	if l.s == nil || len(l.s.Events) == 0 {
		return ""
	}
	return l.s.Events[len(l.s.Events)-1-l.cursor()].Subject
}

// Draw draws the verdict and the list below it.
func (l *EventList) Draw(c *screen.Canvas, th *theme.Theme) {
	s := l.s
	if s == nil {
		return
	}
	w, h := c.Size()
	whyRows := max(2, min(WhyHeight(s, w, h), h*2/3))
	why, rest := c.Bounds().SplitTop(whyRows)
	DrawWhy(c.Sub(why), s, th)
	if rest.H > 2 {
		_, rest = rest.SplitTop(1)
	}
	body := c.Sub(rest)
	cursor := l.cursor()
	l.height = max(0, rest.H-1)
	l.top = max(0, min(min(l.top, cursor), len(s.Events)-l.height))
	l.top = max(l.top, cursor-l.height+1)
	drawEvents(body, s, l.top, cursor, th)
}

// DrawEvents draws the newest events under a rule, the newest first.
func DrawEvents(c *screen.Canvas, s *collector.Snapshot, th *theme.Theme) {
	drawEvents(c, s, 0, -1, th)
}

func drawEvents(c *screen.Canvas, s *collector.Snapshot, top, cursor int, th *theme.Theme) {
	w, h := c.Size()
	facts := strip{dots: true}
	facts.bytes(appendCount(facts.scratch(), uint64(len(s.Events))), th.Muted)
	rule(c, 0, "events", &facts, th)
	if len(s.Events) == 0 && h > 1 {
		c.Text(3, 1, w-4, "nothing happened so far", th.Muted)
		return
	}
	for y := 1; y < h; y++ {
		i := len(s.Events) - 1 - top - (y - 1)
		if i < 0 {
			return
		}
		drawEvent(c, y, &s.Events[i], th)
		if top+y-1 == cursor {
			c.Restyle(screen.Rect{Y: y, W: w, H: 1}, th.Select)
		}
	}
}

func drawEvent(c *screen.Canvas, y int, e *collector.Event, th *theme.Theme) {
	w, _ := c.Size()
	g := c.Glyphs()
	var fig figure
	put(c, 1, y, 8, appendClock(fig[:0], e.At), th.Muted)
	sign, st := g.Dot, th.Muted
	if e.Severity > collector.OK {
		sign, st = g.Warning, th.Severity(e.Severity)
	}
	if e.Severity == collector.Full {
		sign = g.Restarted
	}
	c.Set(10, y, sign, st)
	x := 12
	if e.Subject != "" {
		x += c.Text(x, y, min(24, max(6, (w-x)/2)), e.Subject, th.Strong) + 1
	}
	c.Text(x, y, w-x-1, e.Text, th.Text)
}
