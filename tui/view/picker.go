package view

import (
	"strconv"
	"strings"
	"time"

	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// Service is a running service that can be attached to. Its texts are safe to
// show.
type Service struct {
	Name, Version, Host, Socket, Metrics string
	PID                                  int
	Uptime                               time.Duration
}

// Skipped is a socket that was found and is of no use.
type Skipped struct{ Socket, Reason string }

// Picker is the list of running services. The zero value is one that was not
// filled yet.
type Picker struct {
	services []Service
	skipped  []Skipped
	filled   bool
	query    string
	lower    string
	found    []int
	cursor   int
	top      int
	height   int
}

// Columns of the picker.
const (
	pickName = iota
	pickPID
	pickUp
	pickVersion
	pickHost
	pickMetrics
	pickSocket
)

var pickColumns = []column{
	pickName:    {title: "SERVICE", width: 12, grow: 32},
	pickPID:     {title: "PID", width: 7, right: true},
	pickUp:      {title: "UP", width: 6, rank: 1, right: true},
	pickVersion: {title: "VERSION", width: 10, grow: 16, rank: 3},
	pickHost:    {title: "HOST", width: 10, grow: 16, rank: 2},
	pickMetrics: {title: "METRICS", width: 15, grow: 22, rank: 5},
	pickSocket:  {title: "SOCKET", width: 18, grow: 80, rank: 4},
}

// Fill takes in what was found. The cursor stays on its service.
func (p *Picker) Fill(services []Service, skipped []Skipped) {
	was, ok := p.Selected()
	p.services, p.skipped, p.filled = services, skipped, true
	p.filter()
	if !ok {
		return
	}
	for i, n := range p.found {
		if p.services[n].Socket == was.Socket {
			p.cursor = i
		}
	}
}

// SetQuery shows only services that contain q, without regard to case.
func (p *Picker) SetQuery(q string) {
	p.query, p.lower = q, strings.ToLower(q)
	p.filter()
}

// Query returns the search that is in force.
func (p *Picker) Query() string { return p.query }

// Rows returns how many services there are after the search, and without it.
func (p *Picker) Rows() (found, total int) { return len(p.found), len(p.services) }

func (p *Picker) filter() {
	p.found = p.found[:0]
	for i := range p.services {
		s := &p.services[i]
		if p.lower == "" || contains(s.Name, p.lower) || contains(s.Host, p.lower) || contains(s.Socket, p.lower) {
			p.found = append(p.found, i)
		}
	}
	p.Move(0)
}

// Move moves the cursor down, or up when by is negative.
func (p *Picker) Move(by int) { p.cursor = max(0, min(p.cursor+by, len(p.found)-1)) }

// Page returns how many rows the last paint showed, at least one.
func (p *Picker) Page() int { return max(1, p.height) }

// Selected returns the service under the cursor; ok is false when there is
// none.
func (p *Picker) Selected() (s Service, ok bool) {
	if len(p.found) == 0 {
		return Service{}, false
	}
	return p.services[p.found[p.cursor]], true
}

// Draw draws the services, and below them what was skipped and why.
func (p *Picker) Draw(c *screen.Canvas, th *theme.Theme) {
	w, h := c.Size()
	facts := strip{dots: true}
	if p.query != "" {
		facts.text("/", th.Key)
		facts.cut(p.query, 16, th.Text)
		facts.next(1)
	}
	facts.bytes(appendCount(facts.scratch(), uint64(len(p.found))), th.Muted)
	rule(c, 0, "running services", &facts, th)
	rest := screen.Rect{X: 0, Y: 1, W: w, H: h - 1}
	if len(p.skipped) > 0 {
		var foot screen.Rect
		foot, rest = rest.SplitBottom(min(len(p.skipped)+1, max(2, h/3)))
		p.drawSkipped(c.Sub(foot), th)
	}
	b := c.Sub(rest)
	switch {
	case !p.filled:
		DrawWaiting(b, "looking for services", "", th)
	case len(p.services) == 0:
		DrawWaiting(b, "no service is running", "to see one: steadytop demo", th)
	case len(p.found) == 0:
		DrawWaiting(b, "nothing fits", "", th)
	default:
		p.table(b, th)
	}
}

func (p *Picker) table(c *screen.Canvas, th *theme.Theme) {
	w, h := c.Size()
	want := 8
	for _, n := range p.found {
		want = max(want, screen.StringWidth(p.services[n].Name))
	}
	var spots [maxColumns]spot
	at := arrange(pickColumns, w-2, want, &spots)
	b := c.Sub(screen.Rect{X: 1, Y: 0, W: w - 2, H: h})
	for _, s := range at {
		k := &pickColumns[s.col]
		if k.right {
			b.TextRight(s.x, 0, s.w, k.title, th.Muted)
			continue
		}
		b.Text(s.x, 0, s.w, k.title, th.Muted)
	}
	p.height = h - 1
	p.top = max(min(p.top, p.cursor), p.cursor-p.height+1)
	p.top = max(0, min(p.top, len(p.found)-p.height))
	for i := p.top; i < len(p.found) && i-p.top < p.height; i++ {
		y := 1 + i - p.top
		for _, s := range at {
			p.cell(b, s, y, &p.services[p.found[i]], th)
		}
		if i == p.cursor {
			c.Restyle(screen.Rect{X: 0, Y: y, W: w, H: 1}, th.Select)
		}
	}
}

func (p *Picker) cell(c *screen.Canvas, s spot, y int, v *Service, th *theme.Theme) {
	var fig figure
	switch s.col {
	case pickName:
		c.Text(s.x, y, s.w, name(v.Name), th.Strong)
	case pickPID:
		putRight(c, s.x, y, s.w, strconv.AppendInt(fig[:0], int64(v.PID), 10), th.Text)
	case pickUp:
		putRight(c, s.x, y, s.w, appendSpan(fig[:0], v.Uptime), th.Text)
	case pickVersion:
		c.Text(s.x, y, s.w, v.Version, th.Muted)
	case pickHost:
		c.Text(s.x, y, s.w, v.Host, th.Muted)
	case pickMetrics:
		c.Text(s.x, y, s.w, v.Metrics, th.Muted)
	case pickSocket:
		tail(c, s.x, y, s.w, v.Socket, th.Muted)
	}
}

func (p *Picker) drawSkipped(c *screen.Canvas, th *theme.Theme) {
	w, h := c.Size()
	rule(c, 0, "skipped", nil, th)
	for i := range p.skipped {
		if i+1 >= h {
			return
		}
		s := &p.skipped[i]
		n := screen.StringWidth(s.Reason)
		room := max(w-n-4, w/3)
		tail(c, 1, i+1, room, s.Socket, th.Muted)
		x := 1 + min(room, screen.StringWidth(s.Socket)) + 2
		c.Text(x, i+1, w-x-1, s.Reason, th.Stale)
	}
}
