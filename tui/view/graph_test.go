package view

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

var graphTheme = theme.Dark

// TestMetricsMoveNothing changes every figure of the robot and checks that
// only cells change that show one: the inside and the frame of cards, gauges
// and what is below them, and the weight of lines.
func TestMetricsMoveNothing(t *testing.T) {
	for _, make := range []func() *collector.Snapshot{graphRobot, viewtest.Overload} {
		metricsMoveNothing(t, make)
	}
}

func metricsMoveNothing(t *testing.T, make func() *collector.Snapshot) {
	t.Helper()
	for _, size := range [][2]int{{40, 10}, {80, 24}, {160, 50}} {
		a, b := make(), make()
		for i := range b.Actors {
			x, was := &b.Actors[i], b.Actors[i]
			*x = graphActor(x.Name, 1.2-float64(x.CPU), 1-float64(x.Busy), float64(x.Busy)/2, x.State, 3-x.Severity)
			x.Schedule, x.Troupe, x.Notes = was.Schedule, was.Troupe, was.Notes
			x.In, x.Out, x.Restarts = collector.Num(i*123456), collector.Unknown(), uint64(i)
		}
		for k := range b.Channels {
			ch := &b.Channels[k]
			ch.Fill, ch.TakeRate, ch.P99, ch.Severity = 1-ch.Fill, 7e6, collector.Num(k), 3-ch.Severity
		}
		one, p := graphCanvas(t, a, GraphState{}, size[0], size[1], screen.Unicode)
		two, _ := graphCanvas(t, b, GraphState{}, size[0], size[1], screen.Unicode)
		x0, y0 := p.origin(GraphState{}, size[0], size[1])
		may := figureCells(p)
		for y := range size[1] {
			for x := range size[0] {
				was, is := one.Cell(x, y).Text, two.Cell(x, y).Text
				if was == is || may[layoutPoint{x + x0, y + y0}] {
					continue
				}
				if arms[was] != arms[is] || was == " " || is == " " {
					t.Errorf("%v: cell %d,%d was %q, is %q", size, x, y, was, is)
				}
			}
		}
	}
}

// figureCells returns the cells that may change with the figures.
func figureCells(p *GraphPlan) map[layoutPoint]bool {
	out := map[layoutPoint]bool{}
	for _, b := range p.Layout.Nodes {
		for y := range b.H {
			for x := 1; x < b.W-1; x++ {
				out[layoutPoint{b.X + x, b.Y + y}] = true
			}
		}
		out[layoutPoint{b.X, b.Y}] = true // the sign
	}
	for _, r := range p.Layout.Edges {
		for dy := range 1 + p.measures.label {
			for i := range p.measures.gauge() {
				out[layoutPoint{r.Gauge.X + i, r.Gauge.Y + dy}] = true
			}
		}
		out[layoutPoint{r.Head.X, r.Head.Y + p.measures.label}] = p.measures.label > 0
	}
	return out
}

func TestNamesNeverMove(t *testing.T) {
	a, b := graphRobot(), graphRobot()
	for i := range b.Actors {
		b.Actors[i].CPU, b.Actors[i].Severity = collector.Unknown(), collector.Full
	}
	one, _ := graphCanvas(t, a, GraphState{}, 80, 24, screen.Unicode)
	two, _ := graphCanvas(t, b, GraphState{}, 80, 24, screen.Unicode)
	for _, name := range []string{"lidar", "planner", "logger"} {
		if !strings.Contains(one.String(), name) {
			t.Fatalf("%s is not shown", name)
		}
		lines := func(c *screen.Canvas) (at []string) {
			for y, line := range strings.Split(c.String(), "\n") {
				if x := strings.Index(line, name); x >= 0 {
					at = append(at, fmt.Sprint(y, screen.StringWidth(line[:x])))
				}
			}
			return at
		}
		if fmt.Sprint(lines(one)) != fmt.Sprint(lines(two)) {
			t.Errorf("%s moved from %v to %v", name, lines(one), lines(two))
		}
	}
}

func TestPlanIsKept(t *testing.T) {
	s := graphRobot()
	p := PlanGraph(s, GraphState{}, 80, 24, nil)
	if PlanGraph(graphRobot(), GraphState{Selected: Selection{SelectActor, 2}, Query: "x", X: 4}, 80, 24, p) != p {
		t.Error("a new picture of the same topology made a new plan")
	}
	if q := PlanGraph(s, GraphState{}, 81, 24, p); q == p {
		t.Error("another size kept the plan")
	}
	more := graphRobot()
	more.Generation++
	more.Actors = append(more.Actors, graphActor("tap", 0, 0, 0, 0, collector.OK))
	more.Channels = append(more.Channels, graphChannel(more, "detect", "tap", .5, 1, 1, collector.OK))
	q := PlanGraph(more, GraphState{}, 80, 24, p)
	if !q.Layout.Pinned {
		t.Error("a new actor made a layout from scratch")
	}
	for i := range s.Actors {
		was, is := p.Layout.Nodes[p.nodeOf[i]], q.Layout.Nodes[q.nodeOf[i]]
		if was != is {
			t.Errorf("%s moved from %v to %v", s.Actors[i].Name, was, is)
		}
	}
}

func TestStalePlanIsReplaced(t *testing.T) {
	p := PlanGraph(largeSnapshot(40), GraphState{}, 80, 24, nil)
	c := screen.NewCanvas(80, 24)
	DrawGraph(c, graphRobot(), p, GraphState{}, graphTheme)
	if !strings.Contains(c.String(), "planner") {
		t.Errorf("drawn with the plan of another service:\n%s", c)
	}
}

func TestZoomSteps(t *testing.T) {
	s := graphRobot()
	st := GraphState{}
	p := PlanGraph(s, st, 80, 24, nil)
	order := fmt.Sprint(p.Layout.Layers)
	for range 2 * MaxZoom {
		st = st.ZoomBy(p, 1)
		p = PlanGraph(s, st, 80, 24, p)
		if fmt.Sprint(p.Layout.Layers) != order {
			t.Fatalf("zoom %d shuffled the actors", p.Step)
		}
	}
	if p.Step != 1 || p.Level != LevelCard {
		t.Errorf("the nearest zoom is step %d, %v", p.Step, p.Level)
	}
	for range 2 * MaxZoom {
		st = st.ZoomBy(p, -1)
		p = PlanGraph(s, st, 80, 24, p)
	}
	if p.Step != MaxZoom || p.Level != LevelDot {
		t.Errorf("the furthest zoom is step %d, %v", p.Step, p.Level)
	}
	for w := 40; w < 240; w += 7 {
		if p := PlanGraph(s, GraphState{}, w, 30, nil); p.Level > LevelCompact {
			t.Errorf("%d columns: nothing but dots", w)
		}
	}
}

// TestFitGrows checks that a larger pane never shows less.
func TestFitGrows(t *testing.T) {
	s := graphRobot()
	last := MaxZoom
	for w := 40; w <= 240; w++ {
		p := PlanGraph(s, GraphState{}, w, 40, nil)
		if p.Fits && p.Step > last {
			t.Errorf("%d columns show step %d, %d columns showed step %d", w, p.Step, w-1, last)
		}
		if p.Fits {
			last = p.Step
		}
		if p.Fits && w >= 150 && w <= 220 && p.Layout.W < w-8 {
			t.Errorf("of %d columns the graph uses %d", w, p.Layout.W)
		}
	}
}

// TestHostileNames draws names that nobody should trust.
func TestHostileNames(t *testing.T) {
	names := []string{
		"", " ", strings.Repeat("x", 10_000), strings.Repeat("控", 3000), "\x1b[2J\x1b]0;x\a", "a\u202eb\u0301", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawSnapshot(t)
		for i := range s.Actors {
			s.Actors[i].Name = rapid.SampledFrom(names).Draw(t, "name")
		}
		w, h := rapid.IntRange(1, 180).Draw(t, "w"), rapid.IntRange(1, 60).Draw(t, "h")
		st := GraphState{
			Zoom: Zoom(rapid.IntRange(0, int(MaxZoom)+2).Draw(t, "zoom")), Focus: rapid.IntRange(-1, 12).Draw(t, "focus"),
			X: rapid.IntRange(-50, 500).Draw(t, "x"), Y: rapid.IntRange(-50, 500).Draw(t, "y"), Query: "x",
		}
		c := screen.NewCanvas(w, h)
		p := PlanGraph(s, st, w, h, nil)
		DrawGraph(c, s, p, st, graphTheme)
		if len(p.Layout.Nodes) > 0 && (p.Layout.W > 2000 || p.Layout.H > 2000) {
			t.Fatalf("the graph takes %dx%d cells", p.Layout.W, p.Layout.H)
		}
	})
}

func BenchmarkDrawGraph(b *testing.B) {
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		b.Run(fmt.Sprintf("robot %dx%d", size[0], size[1]), func(b *testing.B) {
			benchmarkDraw(b, graphRobot(), GraphState{}, size[0], size[1])
		})
	}
	for _, zoom := range []Zoom{ZoomFit, 2, MaxZoom} {
		b.Run(fmt.Sprintf("500 actors 160x50 zoom %d", zoom), func(b *testing.B) {
			benchmarkDraw(b, largeSnapshot(500), GraphState{Zoom: zoom, X: 300, Y: 100}, 160, 50)
		})
	}
}

func benchmarkDraw(b *testing.B, s *collector.Snapshot, st GraphState, w, h int) {
	c := screen.NewCanvas(w, h)
	p := PlanGraph(s, st, w, h, nil)
	b.ReportAllocs()
	for b.Loop() {
		c.Clear(screen.Style{})
		DrawGraph(c, s, p, st, graphTheme)
	}
}

func BenchmarkPlanGraph(b *testing.B) {
	for _, n := range []int{9, 50, 500} {
		s := graphRobot()
		if n > 9 {
			s = largeSnapshot(n)
		}
		b.Run(fmt.Sprintf("%d actors 160x50", n), func(b *testing.B) {
			for b.Loop() {
				PlanGraph(s, GraphState{}, 160, 50, nil)
			}
		})
	}
}

// largeSnapshot is a service of n actors in stages.
func largeSnapshot(n int) *collector.Snapshot {
	s := &collector.Snapshot{Instance: 1, Generation: 1, Why: collector.Verdict{Actor: -1}}
	for i := range n {
		s.Actors = append(s.Actors, graphActor(fmt.Sprint("actor", i), .5, .5, .1, 1, collector.OK))
	}
	add := func(from, to int) {
		ch := graphChannel(s, "", "", float64(len(s.Channels)%9)/8, 1000, .01, collector.Severity(len(s.Channels)%4))
		ch.Name, ch.From, ch.To = fmt.Sprintf("%d to %d, %d", from, to, len(s.Channels)), int32(from), int32(to)
		s.Channels = append(s.Channels, ch)
	}
	for i := 1; i < n; i++ {
		add(max(0, i-1-i*7%max(6, n/12)), i)
		if i%2 == 0 {
			add(max(0, i-1-i*13%max(6, n/12)), i)
		}
	}
	return s
}
