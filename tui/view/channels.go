package view

import (
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// Columns of the list of channels.
const (
	channelName = iota
	channelFill
	channelIn
	channelOut
	channelP99
	channelFullFor
	channelHeld
	channelFrom
	channelTo
	channelP50
	channelSpark
	channelType
)

var channelColumns = []column{
	channelName:    {title: "CHANNEL", width: 16, grow: 36},
	channelFill:    {title: "FILL", width: 13, grow: 21, desc: true},
	channelIn:      {title: "IN/s", width: 5, rank: 1, right: true, desc: true},
	channelOut:     {title: "OUT/s", width: 6, rank: 2, right: true, desc: true},
	channelP99:     {title: "p99", width: 6, rank: 3, right: true, desc: true},
	channelFullFor: {title: "FULL", width: 6, rank: 4, right: true, desc: true},
	channelHeld:    {title: "HELD/CAP", width: 11, rank: 6, right: true, desc: true},
	channelFrom:    {title: "FROM", width: 8, grow: 16, rank: 8},
	channelTo:      {title: "TO", width: 8, grow: 16, rank: 8},
	channelP50:     {title: "p50", width: 6, rank: 5, right: true, desc: true},
	channelSpark:   {title: "FILL, 1 min", width: 12, grow: 60, rank: 7, mute: true},
	channelType:    {title: "TYPE", width: 10, grow: 24, rank: 9},
}

// ChannelList is the list of channels. Its zero value is not ready: use
// NewChannelList.
type ChannelList struct {
	List
	rows channelRows
}

// NewChannelList returns a list that is sorted by fill.
func NewChannelList() *ChannelList {
	return &ChannelList{List: List{sort: channelFill, chosen: channelFill, desc: true, row: -1}}
}

// channelRows is the picture that a ChannelList shows.
type channelRows struct{ s *collector.Snapshot }

func (r *channelRows) len() int            { return len(r.s.Channels) }
func (r *channelRows) name(row int) string { return r.s.Channels[row].Name }

// matches finds a channel by its own name and by the names of its ends.
func (r *channelRows) matches(row int, lower string) bool {
	k := &r.s.Channels[row]
	return contains(k.Name, lower) || contains(end(r.s, k.From), lower) || contains(end(r.s, k.To), lower)
}

func (r *channelRows) key(row, col int) sortKey {
	k := &r.s.Channels[row]
	switch col {
	case channelFill:
		return numKey(k.Fill)
	case channelIn:
		return numKey(k.SentRate)
	case channelOut:
		return numKey(k.TakeRate)
	case channelP99:
		return numKey(k.P99)
	case channelP50:
		return numKey(k.P50)
	case channelFullFor:
		return sortKey{num: float64(k.FullFor), known: true}
	case channelHeld:
		return sortKey{num: float64(k.Length), known: true}
	case channelFrom:
		return sortKey{text: end(r.s, k.From), known: true}
	case channelTo:
		return sortKey{text: end(r.s, k.To), known: true}
	case channelType:
		return sortKey{text: k.Type, known: true}
	}
	return sortKey{text: k.Name, known: true}
}

// Update takes in a new picture. It sorts when that is due.
func (l *ChannelList) Update(s *collector.Snapshot, now time.Time) {
	l.rows.s = s
	l.update(&l.rows, s, now)
}

// Move moves the cursor down, or up when by is negative.
func (l *ChannelList) Move(by int, now time.Time) {
	if l.rows.s != nil {
		l.move(by, &l.rows, now)
	}
}

// Selected returns the index in Snapshot.Channels under the cursor; -1 when
// the list is empty.
func (l *ChannelList) Selected() int32 {
	if len(l.order) == 0 {
		return -1
	}
	return l.row
}

// Select puts the cursor on a channel, if the list shows it.
func (l *ChannelList) Select(i int32, now time.Time) {
	if l.rows.s != nil {
		l.choose(i, &l.rows, now)
	}
}

// SortChosen sorts by the chosen column now.
func (l *ChannelList) SortChosen() { l.sortChosen(channelColumns) }

// Draw draws the list as of the last Update.
func (l *ChannelList) Draw(c *screen.Canvas, th *theme.Theme) {
	if l.rows.s != nil {
		l.draw(c, "channels", channelColumns, &l.rows, l, th)
	}
}

// cell draws what the selection may turn over: text.
func (l *ChannelList) cell(c *screen.Canvas, p spot, y int, row int32, th *theme.Theme) {
	s := l.rows.s
	k := &s.Channels[row]
	var fig figure
	switch p.col {
	case channelName:
		r, st := channelSign(c.Glyphs(), k, th)
		c.Set(p.x, y, r, st)
		l.drawName(c, p.x+2, y, p.w-2, k.Name, th)
	case channelFill:
		share(c, spot{x: p.x + p.w - 4, w: 4}, y, k.Fill, severe(k.Severity, th), th)
	case channelIn:
		rate(c, p, y, k.SentRate, th)
	case channelOut:
		rate(c, p, y, k.TakeRate, th)
	case channelP99:
		wait(c, p, y, k.P99, th)
	case channelP50:
		wait(c, p, y, k.P50, th)
	case channelFullFor:
		if k.FullFor >= time.Second {
			putRight(c, p.x, y, p.w, appendSpan(fig[:0], k.FullFor), th.Full)
		}
	case channelHeld:
		b := append(appendAmount(fig[:0], k.Length), '/')
		putRight(c, p.x, y, p.w, appendAmount(b, k.Capacity), th.Muted)
	case channelFrom:
		c.Text(p.x, y, p.w, end(s, k.From), th.Muted)
	case channelTo:
		c.Text(p.x, y, p.w, end(s, k.To), th.Muted)
	case channelType:
		c.Text(p.x, y, p.w, k.Type, th.Muted)
	}
}

// picture draws bars and histories, which the selection leaves as they are.
func (l *ChannelList) picture(c *screen.Canvas, p spot, y int, row int32, th *theme.Theme) {
	k := &l.rows.s.Channels[row]
	switch p.col {
	case channelFill:
		gauge(c, p.x, y, p.w-7, k.Fill, k.Severity, th)
	case channelSpark:
		history(c, p, y, k.History, th)
	}
}

// channelSign returns the glyph of a channel: what its ends do to it.
func channelSign(g *screen.GlyphSet, k *collector.Channel, th *theme.Theme) (rune, screen.Style) {
	switch {
	case k.Closed:
		return g.Stopped, th.Muted
	case k.Severity == collector.Full:
		return g.Bottleneck, th.Full
	case k.Feedback:
		return g.Left, th.Feedback
	}
	return g.Right, th.Muted
}
