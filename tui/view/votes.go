package view

import (
	"cmp"
	"slices"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// VoteList shows how a stop goes on: who agreed, who does not and why. The
// zero value is ready.
type VoteList struct {
	s      *collector.Snapshot
	rows   []telemetry.ActorVote
	inbox  []int32
	cursor int
	top    int
	height int
}

// standing is how an actor stands to the stop, in the order of the list.
type standing int

const (
	vetoes standing = iota
	silent
	agreed
	ended
)

func stands(v *telemetry.ActorVote) standing {
	switch {
	case v.State == telemetry.StateDone:
		return ended
	case v.Vote == telemetry.VoteVeto:
		return vetoes
	case v.Vote == telemetry.VoteYes:
		return agreed
	}
	return silent
}

// Update takes in a new picture. The order of the list is by what holds the
// stop up: vetoes first, the oldest of them at the top.
func (l *VoteList) Update(s *collector.Snapshot) {
	if l.s == s {
		return
	}
	l.s = s
	l.rows = l.rows[:0]
	switch {
	case s.Shutdown != nil:
		l.rows = append(l.rows, s.Shutdown.Votes...)
	default: // frames alone tell the votes without their reasons
		for i := range s.Actors {
			a := &s.Actors[i]
			l.rows = append(l.rows, telemetry.ActorVote{ID: a.ID, Name: a.Name, State: a.State, Vote: a.Vote, Age: a.For})
		}
	}
	slices.SortStableFunc(l.rows, func(a, b telemetry.ActorVote) int {
		x, y := stands(&a), stands(&b)
		if x == y && x == vetoes {
			return cmp.Compare(b.Age, a.Age)
		}
		return cmp.Compare(x, y)
	})
	l.inbox = fullestInputs(l.inbox[:0], s)
	l.cursor = max(0, min(l.cursor, len(l.rows)-1))
}

// Move moves the cursor down, or up when by is negative.
func (l *VoteList) Move(by int) { l.cursor = max(0, min(l.cursor+by, len(l.rows)-1)) }

// Page returns how many rows the last paint showed, at least one.
func (l *VoteList) Page() int { return max(1, l.height) }

// Selected returns the name of the actor under the cursor; "" when there is
// none.
func (l *VoteList) Selected() string {
	if len(l.rows) == 0 {
		return ""
	}
	return l.rows[l.cursor].Name
}

// Draw draws the votes into the whole of c.
func (l *VoteList) Draw(c *screen.Canvas, th *theme.Theme) {
	s := l.s
	if s == nil {
		return
	}
	w, h := c.Size()
	l.title(c, th)
	if s.Shutdown == nil && s.Phase == telemetry.PhaseRunning {
		centred(c, w, h/2, "nobody asked this service to stop; S asks it", th.Muted)
		return
	}
	l.progress(c, 1, th)
	rest := screen.Rect{X: 0, Y: 2, W: w, H: h - 2}
	if h >= 14 {
		rest = screen.Rect{X: 0, Y: 3, W: w, H: h - 3}
	}
	if chain := blockingChain(s, l.inbox); chain != "" && h >= 8 {
		n := min(3, lines(chain, w-2, 3))
		var foot screen.Rect
		foot, rest = rest.SplitBottom(n + 1)
		b := c.Sub(foot)
		rule(b, 0, "what it waits for", nil, th)
		paragraph(b, 1, 1, w-2, n, chain, th.Text)
	}
	l.table(c.Sub(rest), th)
}

func (l *VoteList) title(c *screen.Canvas, th *theme.Theme) {
	facts := strip{dots: true}
	if d := l.s.Shutdown; d != nil {
		if d.Remaining > 0 {
			facts.text("gives up in ", th.Muted)
			facts.bytes(appendSpan(facts.scratch(), d.Remaining+time.Second-1), th.Strong)
		}
		facts.next(1)
		facts.text("asked ", th.Muted)
		facts.bytes(appendSpan(facts.scratch(), d.Elapsed), th.Text)
		facts.text(" ago", th.Muted)
		if d.Reason != "" {
			facts.next(2)
			facts.cut(d.Reason, 60, th.Text)
		}
	}
	rule(c, 0, "shutdown", &facts, th)
}

// progress draws how many have agreed or ended.
func (l *VoteList) progress(c *screen.Canvas, y int, th *theme.Theme) {
	w, _ := c.Size()
	var n [ended + 1]int
	for i := range l.rows {
		n[stands(&l.rows[i])]++
	}
	yes := n[agreed] + n[ended]
	var line strip
	line.bytes(appendCount(line.scratch(), uint64(yes)), th.Yes)
	line.text(" of ", th.Muted)
	line.bytes(appendCount(line.scratch(), uint64(len(l.rows))), th.Text)
	line.text(" agreed", th.Muted)
	line.next(1)
	tally(&line, n[vetoes], " veto", th.Veto, th)
	line.next(2)
	tally(&line, n[silent], " silent", th.Silent, th)
	line.next(3)
	tally(&line, n[ended], " ended", th.Muted, th)
	_, need := line.fit(max(w-16, w/2))
	bar := w - need - 6
	g := c.Glyphs()
	if bar > 3 {
		c.Set(1, y, g.GaugeLeft, th.Border)
		screen.Bar(c, 2, y, bar, float64(yes)/float64(max(1, len(l.rows))), th.Yes, th.Faint)
		c.Set(2+bar, y, g.GaugeRight, th.Border)
	}
	line.drawRight(c, w-need-1, y, need)
}

func tally(line *strip, n int, what string, st screen.Style, th *theme.Theme) {
	if n == 0 {
		st = th.Faint
	}
	line.bytes(appendCount(line.scratch(), uint64(n)), st)
	line.text(what, st)
}

// wide is from how many columns on a vote and its reason share a row.
const wide = 64

// tallRow returns how many rows a vote takes.
func (l *VoteList) tallRow(i, w int) int {
	if w < wide && stands(&l.rows[i]) <= silent {
		return 2
	}
	return 1
}

func (l *VoteList) table(c *screen.Canvas, th *theme.Theme) {
	w, h := c.Size()
	nameCells := 8
	for i := range l.rows {
		nameCells = max(nameCells, min(24, w/4, screen.StringWidth(l.rows[i].Name)))
	}
	y := 0
	if w >= wide && h > 4 {
		c.Text(3, 0, nameCells, "ACTOR", th.Muted)
		c.Text(nameCells+4, 0, 6, "VOTE", th.Muted)
		c.Text(nameCells+12, 0, 6, "WHY", th.Muted)
		c.TextRight(w-21, 0, 6, "SINCE", th.Muted)
		c.Text(w-13, 0, 6, "INBOX", th.Muted)
		y = 1
	}
	l.height = h - y
	l.top = min(l.top, l.cursor)
	for used := 0; ; l.top++ {
		used = 0
		for i := l.top; i <= l.cursor && i < len(l.rows); i++ {
			used += l.tallRow(i, w)
		}
		if used <= l.height || l.top >= l.cursor {
			break
		}
	}
	for i := l.top; i < len(l.rows) && y < h; i++ {
		l.vote(c, y, i, nameCells, th)
		y += l.tallRow(i, w)
	}
}

// vote draws one row, or two where the reason has no room beside the name.
func (l *VoteList) vote(c *screen.Canvas, y, i, nameCells int, th *theme.Theme) {
	w, _ := c.Size()
	v := &l.rows[i]
	g := c.Glyphs()
	sign, word, st := g.Yes, "agreed", th.Yes
	switch stands(v) {
	case vetoes:
		sign, word, st = g.No, "VETO", th.Veto
	case silent:
		sign, word, st = g.Unknown, "silent", th.Silent
	case ended:
		sign, word, st = g.Stopped, "ended", th.Muted
	}
	c.Set(1, y, sign, st)
	c.Text(3, y, nameCells, name(v.Name), th.Text)
	c.Text(nameCells+4, y, 7, word, st)
	var fig figure
	reason := reasonOf(v)
	if w >= wide {
		x, room := nameCells+12, w-nameCells-12-22
		if stands(v) != ended && v.Age > 0 {
			putRight(c, w-21, y, 6, appendSpan(fig[:0], v.Age), th.Muted)
		}
		drawReason(c, x, y, room, reason, v, th)
	} else {
		if stands(v) != ended && v.Age > 0 {
			putRight(c, w-8, y, 7, appendSpan(fig[:0], v.Age), th.Muted)
		}
		if stands(v) <= silent {
			drawReason(c, 3, y+1, w-4, reason, v, th)
		}
	}
	if i == l.cursor {
		c.Restyle(screen.Rect{X: 0, Y: y, W: w, H: 1}, th.Select)
	}
	if in := l.inboxOf(v); in != nil && w >= wide && stands(v) != ended {
		gauge(c, w-13, y, 5, in.Fill, in.Severity, th)
		putRight(c, w-5, y, 4, appendRate(fig[:0], float64(in.Length)), th.Text)
	}
}

func (l *VoteList) inboxOf(v *telemetry.ActorVote) *collector.Channel {
	if int(v.ID) >= len(l.inbox) || l.inbox[v.ID] < 0 {
		return nil
	}
	return &l.s.Channels[l.inbox[v.ID]]
}

// reasonOf returns why an actor does not agree, as far as it is known.
func reasonOf(v *telemetry.ActorVote) string {
	switch {
	case v.Reason != "":
		return v.Reason
	case stands(v) == silent && v.State == telemetry.StateCall:
		return "in a call outside of the graph"
	case stands(v) == silent && v.State == telemetry.StateBackoff:
		return "failed; waits to be restarted"
	case stands(v) == silent:
		return "was not asked yet: " + stateWord(v.State)
	case stands(v) == vetoes:
		return "gives no reason"
	}
	return ""
}

func drawReason(c *screen.Canvas, x, y, w int, reason string, v *telemetry.ActorVote, th *theme.Theme) {
	n := c.Text(x, y, w, reason, th.Text)
	if v.Where != "" && w-n > 12 {
		c.Text(x+n+2, y, w-n-2, v.Where, th.Faint)
	}
}
