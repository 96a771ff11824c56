package view

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
)

// arms tells for each line character in which directions it leaves its cell.
var arms = makeArms()

func makeArms() map[string][4]bool {
	out := map[string][4]bool{}
	for l := range 256 {
		var a [4]bool
		for d := screen.North; d <= screen.West; d++ {
			a[d] = screen.Lines(l).Weight(d) != screen.NoLine
		}
		if r := screen.Unicode.Joint(screen.Lines(l)); r != ' ' {
			out[string(r)] = a
		}
	}
	g := screen.Unicode
	for _, r := range []rune{g.DashH, g.HeavyDashH} {
		out[string(r)] = [4]bool{screen.East: true, screen.West: true}
	}
	for _, r := range []rune{g.DashV, g.HeavyDashV} {
		out[string(r)] = [4]bool{screen.North: true, screen.South: true}
	}
	return out
}

// walker reads edges off a canvas. It knows where boxes and gauges are, and of
// the lines nothing but their characters.
type walker struct {
	t     fataler
	c     *screen.Canvas
	p     *GraphPlan
	box   map[layoutPoint]int
	gauge map[layoutPoint]bool
}

// fataler is what testing and rapid have in common.
type fataler interface {
	Fatalf(format string, args ...any)
}

type layoutPoint struct{ x, y int }

type endPair struct{ from, to int }

func newWalker(t fataler, c *screen.Canvas, p *GraphPlan) *walker {
	w := &walker{t: t, c: c, p: p, box: map[layoutPoint]int{}, gauge: map[layoutPoint]bool{}}
	for n, b := range p.Layout.Nodes {
		for y := range b.H {
			for x := range b.W {
				w.box[layoutPoint{b.X + x, b.Y + y}] = n
			}
		}
	}
	for e := range p.Layout.Edges {
		for i := range p.measures.gauge() {
			r := &p.Layout.Edges[e]
			w.gauge[layoutPoint{r.Gauge.X + i, r.Gauge.Y}] = true
		}
	}
	return w
}

// arms returns the directions in which the cell at q is joined to others.
func (w *walker) arms(q layoutPoint) [4]bool {
	if _, inside := w.box[q]; inside {
		return [4]bool{}
	}
	if w.gauge[q] {
		return [4]bool{screen.East: true, screen.West: true}
	}
	text := w.c.Cell(q.x, q.y).Text
	if text == string(screen.Unicode.Right) || text == string(screen.Unicode.Left) {
		return [4]bool{screen.East: true, screen.West: true}
	}
	return arms[text]
}

var steps = [4]layoutPoint{screen.North: {0, -1}, screen.East: {1, 0}, screen.South: {0, 1}, screen.West: {-1, 0}}

// follow returns the nodes to which the line that leaves node from at cell q in
// direction d leads.
func (w *walker) follow(from int, q layoutPoint, d screen.Dir) []endPair {
	type step struct {
		at  layoutPoint
		way screen.Dir
	}
	var out []endPair
	seen := map[layoutPoint]bool{q: true}
	todo := []step{{q, d}}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		text := w.c.Cell(s.at.x, s.at.y).Text
		if s.way == screen.East && text == string(screen.Unicode.Right) || s.way == screen.West && text == string(screen.Unicode.Left) {
			n, ok := w.box[layoutPoint{s.at.x + steps[s.way].x, s.at.y}]
			if !ok {
				w.t.Fatalf("the arrow at %v points at nothing", s.at)
			}
			out = append(out, endPair{from, n})
			continue
		}
		for way, leaves := range w.arms(s.at) {
			back := screen.Dir((int(s.way) + 2) % 4)
			if !leaves || screen.Dir(way) == back {
				continue
			}
			opposite := (way + 2) % 4
			next := layoutPoint{s.at.x + steps[way].x, s.at.y + steps[way].y}
			for a := w.arms(next); !a[opposite] && a[(way+1)%4] && a[(way+3)%4]; a = w.arms(next) {
				next = layoutPoint{next.x + steps[way].x, next.y + steps[way].y} // a line on top
			}
			if !w.arms(next)[opposite] {
				w.t.Fatalf("the line from node %d breaks after %v:\n%s", from, s.at, w.c)
			}
			if !seen[next] {
				seen[next] = true
				todo = append(todo, step{next, screen.Dir(way)})
			}
		}
	}
	return out
}

// read returns all edges that the canvas shows.
func (w *walker) read() []endPair {
	var out []endPair
	for n, b := range w.p.Layout.Nodes {
		for y := b.Y; y < b.Y+b.H; y++ {
			if q := (layoutPoint{b.X + b.W, y}); !w.gauge[q] && w.arms(q)[screen.West] && w.c.Cell(q.x, q.y).Text != string(screen.Unicode.Left) {
				out = append(out, w.follow(n, q, screen.East)...)
			}
			if q := (layoutPoint{b.X - 1, y}); !w.gauge[q] && w.arms(q)[screen.East] && w.c.Cell(q.x, q.y).Text != string(screen.Unicode.Right) {
				out = append(out, w.follow(n, q, screen.West)...)
			}
		}
	}
	slices.SortFunc(out, func(a, b endPair) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	return out
}

// drawSnapshot makes a random graph with random figures.
func drawSnapshot(t *rapid.T) *collector.Snapshot {
	s := &collector.Snapshot{Instance: 1, Generation: 1, Why: collector.Verdict{Actor: -1}}
	n := rapid.IntRange(1, 10).Draw(t, "actors")
	for i := range n {
		busy := rapid.Float64Range(0, 1).Draw(t, "busy")
		sev := collector.Severity(rapid.IntRange(0, 3).Draw(t, "severity"))
		state := telemetry.State(rapid.IntRange(0, telemetry.NumStates).Draw(t, "state"))
		s.Actors = append(s.Actors, graphActor(fmt.Sprintf("actor%d", i), busy, busy, 1-busy, state, sev))
	}
	for k := range rapid.IntRange(0, 2*n).Draw(t, "channels") {
		ch := graphChannel(s, "", "", rapid.Float64Range(0, 1).Draw(t, "fill"), 1, 1, collector.Severity(rapid.IntRange(0, 3).Draw(t, "severity")))
		ch.Name = fmt.Sprint("channel", k)
		ch.From = int32(rapid.IntRange(-1, n-1).Draw(t, "from"))
		ch.To = int32(rapid.IntRange(-1, n-1).Draw(t, "to"))
		s.Channels = append(s.Channels, ch)
	}
	return s
}

// TestGraphIsReadable draws random graphs on canvases that hold all of them,
// and reads the graph back from the characters.
func TestGraphIsReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSnapshot(t)
		st := GraphState{Zoom: Zoom(rapid.IntRange(1, int(MaxZoom)).Draw(t, "zoom"))}
		p := PlanGraph(s, st, 1, 1, nil)
		c := screen.NewCanvas(p.Layout.W, p.Layout.H)
		p = PlanGraph(s, st, p.Layout.W, p.Layout.H, nil)
		DrawGraph(c, s, p, st, graphTheme)
		var want []endPair
		for e := range p.edges {
			want = append(want, endPair{p.edges[e].from, p.edges[e].to})
		}
		slices.SortFunc(want, func(a, b endPair) int { return cmp.Or(a.from-b.from, a.to-b.to) })
		if got := newWalker(t, c, p).read(); !slices.Equal(got, want) {
			t.Fatalf("the screen shows %v, the graph is %v:\n%s", got, want, c)
		}
	})
}

func TestRobotIsReadable(t *testing.T) {
	s := graphRobot()
	for _, size := range [][2]int{{77, 12}, {80, 24}, {100, 30}, {120, 40}, {160, 50}, {230, 60}} {
		p := PlanGraph(s, GraphState{}, size[0], size[1], nil)
		if !p.Fits {
			t.Errorf("%dx%d: the graph takes %dx%d cells", size[0], size[1], p.Layout.W, p.Layout.H)
		}
		c := screen.NewCanvas(p.Layout.W, p.Layout.H)
		p.asked.w, p.asked.h = p.Layout.W, p.Layout.H
		DrawGraph(c, s, p, GraphState{}, graphTheme)
		if got := newWalker(t, c, p).read(); len(got) != len(s.Channels) {
			t.Errorf("%dx%d shows %d edges:\n%s", size[0], size[1], len(got), c)
		}
	}
}
