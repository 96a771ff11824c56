package view

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/layout"
	"github.com/steadytop/steadytop/tui/screen"
)

// path presses keys and returns the names of what is selected after each.
func path(s *collector.Snapshot, p *GraphPlan, sel Selection, keys ...Way) []string {
	var out []string
	for _, k := range keys {
		sel = p.Move(s, sel, k)
		out = append(out, p.NameOf(s, sel))
	}
	return out
}

func TestMoveAlongEdges(t *testing.T) {
	s := graphRobot()
	p := PlanGraph(s, GraphState{}, 160, 50, nil)
	for _, tt := range []struct {
		from Selection
		keys []Way
		want []string
	}{
		{Selection{}, []Way{WayRight}, []string{"logger"}}, // the bottleneck comes first
		{Selection{SelectActor, 2}, []Way{WayRight, WayRight, WayRight, WayRight, WayRight}, []string{"camera→detect", "detect", "detect→logger", "logger", "logger"}},
		{Selection{SelectActor, 8}, []Way{WayLeft, WayUp, WayRight, WayLeft, WayLeft}, []string{"detect→logger", "detect→fuse", "fuse", "imu→fuse", "imu"}},
		{Selection{SelectActor, 0}, []Way{WayDown, WayDown, WayUp}, []string{"imu", "detect", "imu"}},
		{Selection{SelectActor, 7}, []Way{WayRight, WayRight}, []string{"motor→planner", "planner"}}, // against the flow
		{Selection{SelectActor, 5}, []Way{WayDown}, []string{"planner"}},                             // alone in its layer
		{Selection{SelectActor, 99}, []Way{WayLeft}, []string{"logger"}},
	} {
		if got := path(s, p, tt.from, tt.keys...); !slices.Equal(got, tt.want) {
			t.Errorf("from %v: %v, want %v", tt.from, got, tt.want)
		}
	}
	if got := p.NameOf(s, p.First()); got != "camera" {
		t.Errorf("the first actor is %q", got)
	}
	if got := p.NameOf(s, p.Last()); got != "motor" {
		t.Errorf("the last actor is %q", got)
	}
}

// TestEverythingCanBeReached walks over a pane that shows a part of the graph,
// and looks for each name and each gauge in the window once it is selected.
func TestEverythingCanBeReached(t *testing.T) {
	s := graphRobot()
	for _, size := range [][2]int{{40, 10}, {60, 8}, {42, 24}, {160, 50}} {
		w, h := size[0], size[1]
		st := GraphState{}
		p := PlanGraph(s, st, w, h, nil)
		seen := map[Selection]bool{}
		todo := []Selection{p.First()}
		for len(todo) > 0 {
			sel := todo[0]
			todo = todo[1:]
			if seen[sel] {
				continue
			}
			seen[sel] = true
			st = st.Select(p, sel)
			x, y := p.origin(st, w, h)
			box, ok := p.extent(sel)
			window := screen.Rect{X: x, Y: y, W: w, H: h}
			if !ok || window.Intersect(boxRect(box)) != boxRect(box) {
				t.Errorf("%dx%d: %s at %v is not in the window %v", w, h, p.NameOf(s, sel), box, window)
			}
			for _, k := range []Way{WayLeft, WayRight, WayUp, WayDown} {
				todo = append(todo, p.Move(s, sel, k))
			}
		}
		if want := len(s.Actors) + len(s.Channels); len(seen) != want {
			t.Errorf("%dx%d: keys reach %d of %d actors and channels", w, h, len(seen), want)
		}
	}
}

func TestMovesAreSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSnapshot(t)
		st := GraphState{Zoom: Zoom(rapid.IntRange(0, int(MaxZoom)).Draw(t, "zoom"))}
		p := PlanGraph(s, st, 60, 20, nil)
		for range 30 {
			switch rapid.IntRange(0, 6).Draw(t, "key") {
			case 0:
				st = st.Pan(p, rapid.IntRange(-99, 99).Draw(t, "dx"), rapid.IntRange(-99, 99).Draw(t, "dy"))
			case 1:
				old := p
				st = st.ZoomBy(p, rapid.IntRange(-2, 2).Draw(t, "by"))
				p = PlanGraph(s, st, 60, 20, p)
				st = st.Carry(old, p)
			case 2:
				old := p
				st = st.FocusOn(s)
				p = PlanGraph(s, st, 60, 20, p)
				st = st.Carry(old, p)
			default:
				st = st.Select(p, p.Move(s, st.Selected, Way(rapid.IntRange(0, 3).Draw(t, "way"))))
			}
			x, y := p.origin(st, 60, 20)
			if p.Layout.W > 60 && (x < 0 || x > p.Layout.W-60) || p.Layout.H > 20 && (y < 0 || y > p.Layout.H-20) {
				t.Fatalf("the window at %d,%d leaves the graph of %dx%d", x, y, p.Layout.W, p.Layout.H)
			}
		}
	})
}

// TestZoomKeepsSelectionInPlace zooms in and out: what is selected stays where
// it was on the screen, or as near as the end of the graph allows.
func TestZoomKeepsSelectionInPlace(t *testing.T) {
	s := largeSnapshot(60)
	st := GraphState{Zoom: 7}
	p := PlanGraph(s, st, 80, 24, nil)
	st = st.Select(p, Selection{SelectActor, 30})
	at := func(st GraphState, p *GraphPlan) (int, int) {
		box, _ := p.extent(st.Selected)
		x, y := p.origin(st, 80, 24)
		return box.X - x, box.Y - y
	}
	x0, y0 := at(st, p)
	for _, by := range []int{1, 1, -1, -1} {
		st = st.ZoomBy(p, by)
		next := PlanGraph(s, st, 80, 24, p)
		st = st.Carry(p, next)
		p = next
		x, y := at(st, p)
		if abs(x-x0) > 6 || abs(y-y0) > 6 {
			t.Errorf("after zoom %d the selection is at %d,%d, not at %d,%d", by, x, y, x0, y0)
		}
	}
}

func TestFind(t *testing.T) {
	s := graphRobot()
	p := PlanGraph(s, GraphState{}, 80, 24, nil)
	st := GraphState{Query: "MO"}
	if n := p.Matches(s, st.Query); n != 3 {
		t.Errorf("%d match, want motor and its two channels", n)
	}
	var got []string
	for range 4 {
		st = st.Select(p, p.NextMatch(s, st, 1))
		got = append(got, p.NameOf(s, st.Selected))
	}
	if want := []string{"motor→planner", "planner→motor", "motor", "motor→planner"}; !slices.Equal(got, want) {
		t.Errorf("forwards: %v, want %v", got, want)
	}
	if back := p.NextMatch(s, st, -1); p.NameOf(s, back) != "motor" {
		t.Errorf("backwards comes %q", p.NameOf(s, back))
	}
	st.Query = "nobody"
	if p.NextMatch(s, st, 1) != st.Selected {
		t.Error("a search without a match moved the selection")
	}
}

func TestNextBottleneck(t *testing.T) {
	s := graphRobot()
	p := PlanGraph(s, GraphState{}, 80, 24, nil)
	st := GraphState{}
	var got []string
	for range 4 {
		st.Selected = p.NextBottleneck(s, st)
		got = append(got, p.NameOf(s, st.Selected))
	}
	if want := []string{"logger", "camera→detect", "detect→logger", "logger"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFollow(t *testing.T) {
	old, now := graphRobot(), graphRobot()
	now.Instance++
	slices.Reverse(now.Actors)
	slices.Reverse(now.Channels)
	now.Channels = now.Channels[1:]
	if got := Follow(old, now, Selection{SelectActor, 0}); got != (Selection{SelectActor, 8}) {
		t.Errorf("lidar is %v", got)
	}
	if got := Follow(old, now, Selection{SelectChannel, 0}); got != (Selection{SelectChannel, 8}) {
		t.Errorf("lidar→fuse is %v", got)
	}
	if got := Follow(old, now, Selection{SelectChannel, 9}); got != (Selection{}) {
		t.Errorf("what is gone is %v", got)
	}
}

func TestBundleIsOneEdge(t *testing.T) {
	s := strangeGraph()
	p := PlanGraph(s, GraphState{}, 160, 50, nil)
	first := p.edgeOf[3]
	for k := 3; k < 7; k++ {
		if p.edgeOf[k] != first {
			t.Errorf("lane %d is edge %d, lane 0 is %d", k-3, p.edgeOf[k], first)
		}
	}
	if got := p.NameOf(s, Selection{SelectChannel, 4}); got != "work x4" {
		t.Errorf("the bundle is called %q", got)
	}
	var routes []layout.Route
	for k := range 2 {
		routes = append(routes, p.Layout.Edges[p.edgeOf[k]])
	}
	if routes[0].Head == routes[1].Head {
		t.Error("parallel channels share a head")
	}
}
