package view

import (
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// Columns of the list of actors.
const (
	actorName = iota
	actorCPU
	actorTime
	actorInbox
	actorBlocked
	actorIn
	actorOut
	actorRestarts
	actorDoing
	actorSpark
	actorOn
)

var actorColumns = []column{
	actorName:     {title: "ACTOR", width: 10, grow: 36},
	actorCPU:      {title: "CPU", width: 5, rank: 1, right: true, desc: true},
	actorTime:     {title: "TIME", width: 8, grow: 16, rank: 2, mute: true},
	actorInbox:    {title: "INBOX", width: 12, rank: 3, desc: true},
	actorBlocked:  {title: "BLKD", width: 5, rank: 4, right: true, desc: true},
	actorIn:       {title: "IN/s", width: 5, rank: 5, right: true, desc: true},
	actorOut:      {title: "OUT/s", width: 6, rank: 6, right: true, desc: true},
	actorRestarts: {title: "RST", width: 4, rank: 7, right: true, desc: true},
	actorDoing:    {title: "DOING", width: 14, rank: 8, desc: true},
	actorSpark:    {title: "BUSY, 1 min", width: 12, grow: 60, rank: 9, mute: true},
	actorOn:       {title: "RUNS ON", width: 8, grow: 16, rank: 10},
}

// inboxCells is how wide the bar of a full inbox is.
const inboxCells = 5

// ActorList is the list of actors. Its zero value is not ready: use
// NewActorList.
type ActorList struct {
	List
	rows actorRows
}

// NewActorList returns a list that is sorted by CPU.
func NewActorList() *ActorList {
	return &ActorList{List: List{sort: actorCPU, chosen: actorCPU, desc: true, row: -1}}
}

// actorRows is the picture that an ActorList shows.
type actorRows struct {
	s     *collector.Snapshot
	inbox []int32 // of each actor its fullest input, an index of Channels; -1 for none
}

func (r *actorRows) set(s *collector.Snapshot) {
	if r.s == s {
		return
	}
	r.s = s
	r.inbox = fullestInputs(r.inbox[:0], s)
}

// fullestInputs appends, for each actor, the index of its fullest input.
func fullestInputs(out []int32, s *collector.Snapshot) []int32 {
	for range s.Actors {
		out = append(out, -1)
	}
	for i := range s.Channels {
		to := s.Channels[i].To
		if to < 0 || int(to) >= len(out) {
			continue
		}
		if best := out[to]; best < 0 || s.Channels[i].Fill.Or(-1) > s.Channels[best].Fill.Or(-1) {
			out[to] = int32(i)
		}
	}
	return out
}

func (r *actorRows) len() int                           { return len(r.s.Actors) }
func (r *actorRows) name(row int) string                { return r.s.Actors[row].Name }
func (r *actorRows) matches(row int, lower string) bool { return contains(r.s.Actors[row].Name, lower) }

// contains reports whether name contains lower without regard to case.
func contains(name, lower string) bool {
	at, _ := foldIndex(name, lower)
	return at >= 0
}

func (r *actorRows) key(row, col int) sortKey {
	a := &r.s.Actors[row]
	switch col {
	case actorCPU:
		return numKey(a.CPU)
	case actorInbox:
		if ch := r.inbox[row]; ch >= 0 {
			return numKey(r.s.Channels[ch].Fill)
		}
		return sortKey{}
	case actorBlocked:
		return numKey(a.Blocked)
	case actorIn:
		return numKey(a.In)
	case actorOut:
		return numKey(a.Out)
	case actorRestarts:
		return sortKey{num: float64(a.Restarts), known: true}
	case actorDoing:
		return sortKey{num: doingRank(a.State), known: true, text: ""}
	case actorOn:
		return sortKey{text: a.RunsOn(), known: true}
	}
	return sortKey{text: a.Name, known: true}
}

// doingRank orders states by how much they ask for attention.
func doingRank(s telemetry.State) float64 {
	switch s {
	case telemetry.StateBackoff:
		return 5
	case telemetry.StateBlocked:
		return 4
	case telemetry.StateBusy:
		return 3
	case telemetry.StateCall:
		return 2
	case telemetry.StateWaiting:
		return 1
	}
	return 0
}

func numKey(n collector.Num) sortKey {
	if !n.Known() {
		return sortKey{}
	}
	return sortKey{num: float64(n), known: true}
}

// Update takes in a new picture. It sorts when that is due.
func (l *ActorList) Update(s *collector.Snapshot, now time.Time) {
	l.rows.set(s)
	l.update(&l.rows, s, now)
}

// Move moves the cursor down, or up when by is negative.
func (l *ActorList) Move(by int, now time.Time) {
	if l.rows.s != nil {
		l.move(by, &l.rows, now)
	}
}

// Selected returns the index in Snapshot.Actors under the cursor; -1 when the
// list is empty.
func (l *ActorList) Selected() int32 {
	if len(l.order) == 0 {
		return -1
	}
	return l.row
}

// Select puts the cursor on an actor, if the list shows it.
func (l *ActorList) Select(i int32, now time.Time) {
	if l.rows.s != nil {
		l.choose(i, &l.rows, now)
	}
}

// SortChosen sorts by the chosen column now.
func (l *ActorList) SortChosen() { l.sortChosen(actorColumns) }

// Draw draws the list as of the last Update.
func (l *ActorList) Draw(c *screen.Canvas, th *theme.Theme) {
	if l.rows.s != nil {
		l.draw(c, "actors", actorColumns, &l.rows, l, th)
	}
}

// cell draws what the selection may turn over: text.
func (l *ActorList) cell(c *screen.Canvas, p spot, y int, row int32, th *theme.Theme) {
	a := &l.rows.s.Actors[row]
	var fig figure
	switch p.col {
	case actorName:
		r, st := actorSign(c.Glyphs(), a, th)
		c.Set(p.x, y, r, st)
		l.drawName(c, p.x+2, y, p.w-2, a.Name, th)
	case actorCPU:
		if a.CPU.Known() {
			putRight(c, p.x, y, p.w, appendCPU(fig[:0], a, isASCII(c)), th.Text)
			return
		}
		putMissing(c, p.x, y, p.w, th.Faint)
	case actorBlocked:
		st := th.Text
		if a.Severity >= collector.Warm {
			st = th.Severity(a.Severity)
		}
		share(c, p, y, a.Blocked, st, th)
	case actorInbox:
		l.inboxText(c, p, y, row, th)
	case actorIn:
		rate(c, p, y, a.In, th)
	case actorOut:
		rate(c, p, y, a.Out, th)
	case actorRestarts:
		st := th.Faint
		if a.Restarts > 0 {
			st = th.Hot
		}
		putRight(c, p.x, y, p.w, appendRate(fig[:0], float64(a.Restarts)), st)
	case actorDoing:
		n := c.Text(p.x, y, p.w, stateWord(a.State), th.Muted)
		if a.For >= time.Second && a.State != telemetry.StateDone {
			put(c, p.x+n+1, y, p.w-n-1, appendSpan(fig[:0], a.For), th.Text)
		}
	case actorOn:
		n := 0
		if len(a.Notes) > 0 {
			c.Set(p.x, y, c.Glyphs().Warning, th.Warm)
			n = 2
		}
		c.Text(p.x+n, y, p.w-n, a.RunsOn(), th.Muted)
	}
}

func (l *ActorList) inboxText(c *screen.Canvas, p spot, y int, row int32, th *theme.Theme) {
	ch := l.rows.inbox[row]
	if ch < 0 {
		return
	}
	k := &l.rows.s.Channels[ch]
	share(c, spot{x: p.x + p.w - 4, w: 4}, y, k.Fill, severe(k.Severity, th), th)
}

// picture draws bars and histories, which the selection leaves as they are.
func (l *ActorList) picture(c *screen.Canvas, p spot, y int, row int32, th *theme.Theme) {
	a := &l.rows.s.Actors[row]
	switch p.col {
	case actorTime:
		split(c, p.x, y, p.w, a, th)
	case actorInbox:
		if ch := l.rows.inbox[row]; ch >= 0 {
			k := &l.rows.s.Channels[ch]
			gauge(c, p.x, y, inboxCells, k.Fill, k.Severity, th)
		}
	case actorSpark:
		history(c, p, y, a.History, th)
	}
}
