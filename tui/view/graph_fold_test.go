package view

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// actorNamed returns the selection of an actor.
func actorNamed(t testing.TB, s *collector.Snapshot, name string) Selection {
	t.Helper()
	for i := range s.Actors {
		if s.Actors[i].Name == name {
			return Selection{SelectActor, i}
		}
	}
	t.Fatalf("there is no %s", name)
	return Selection{}
}

// TestALargeServiceIsReadable: 500 actors are a picture that fits a screen.
func TestALargeServiceIsReadable(t *testing.T) {
	s := viewtest.Overload()
	for _, size := range [][2]int{{160, 50}, {80, 24}} {
		for _, g := range []*screen.GlyphSet{screen.Unicode, screen.ASCII} {
			w, h := size[0], size[1]
			c, p := graphCanvas(t, s, GraphState{}, w, h, g)
			graphGolden(t, fmt.Sprintf("overload-%dx%d-%s.txt", w, h, g.Name), c.StyledString())
			if w == 160 && (!p.Fits || p.Level != LevelCard) {
				t.Errorf("%v, %dx%d cells", p.Level, p.Layout.W, p.Layout.H)
			}
			for _, want := range []string{"feed-eu", "parse-us", "risk", "book"} {
				if !strings.Contains(c.String(), want) {
					t.Errorf("%dx%d: no %s in\n%s", w, h, want, c)
				}
			}
		}
	}
	st := GraphState{Fold: Folding{Mode: FoldSiblings}}
	c, _ := graphCanvas(t, s, st, 160, 50, screen.Unicode)
	graphGolden(t, "overload-siblings.txt", c.StyledString())
	st.Zoom = 8
	c, _ = graphCanvas(t, s, st, 160, 50, screen.Unicode)
	graphGolden(t, "overload-compact.txt", c.StyledString())
}

// TestTroupesAreFoldedForWantOfRoom, and stay as they are in the same pane.
func TestTroupesAreFoldedForWantOfRoom(t *testing.T) {
	s := wired(append(each(3, "in>a[#]", "a[#]>out"), "out>x", "x>y", "y>z", "z>end")...)
	for i := range s.Actors {
		if strings.Contains("xyz", s.Actors[i].Name) {
			s.Actors[i].Troupe, s.Actors[i].Schedule = "io", telemetry.ScheduleTroupe
		}
	}
	if p := PlanGraph(s, GraphState{}, 160, 50, nil); len(p.nodes) != 7 || p.troupes {
		t.Errorf("with room there are %d nodes, want 7", len(p.nodes))
	}
	small := PlanGraph(s, GraphState{}, 60, 12, nil)
	if len(small.nodes) != 5 || !small.troupes {
		t.Errorf("without room there are %d nodes, want 5", len(small.nodes))
	}
	more := *s
	more.Generation++
	if p := PlanGraph(&more, GraphState{Zoom: 3}, 60, 12, small); !p.troupes {
		t.Error("another zoom unfolded the troupe")
	}
	if p := PlanGraph(s, GraphState{}, 160, 50, small); p.troupes {
		t.Error("a larger pane left the troupe folded")
	}
}

func TestFoldKeys(t *testing.T) {
	s := viewtest.Overload()
	st := GraphState{}
	p := PlanGraph(s, st, 160, 50, nil)
	var counts []int
	for range 4 {
		counts = append(counts, len(p.nodes))
		st = st.FoldNext(p)
		p = PlanGraph(s, st, 160, 50, p)
	}
	if fmt.Sprint(counts) != "[14 500 44 14]" { // fit, nothing, siblings, all
		t.Errorf("nodes: %v", counts)
	}

	st = GraphState{Selected: actorNamed(t, s, "match[17]")}
	p = PlanGraph(s, st, 160, 50, nil)
	for _, want := range []string{"match x67", "match x64", "match[17]", "match x64"} {
		if got := p.NameOf(s, st.Selected); got != want {
			t.Fatalf("selected is %q, want %q", got, want)
		}
		var ok bool
		if st, ok = st.FoldSelected(p); !ok {
			t.Fatal("it can not be folded")
		}
		was := p
		p = PlanGraph(s, st, 160, 50, p)
		st = st.Carry(was, p)
		x, y := p.origin(st, 160, 50)
		if box, ok := p.extent(st.Selected); !ok || (screen.Rect{X: x, Y: y, W: 160, H: 50}).Intersect(boxRect(box)).Empty() {
			t.Fatalf("what is selected is at %v, outside of the pane", box)
		}
	}
	st.Selected = actorNamed(t, s, "pager")
	if _, ok := st.FoldSelected(p); ok {
		t.Error("an actor that is like no other was folded")
	}
}

func TestSumOfAGroup(t *testing.T) {
	s := viewtest.Overload()
	p := PlanGraph(s, GraphState{}, 160, 50, nil)
	for name, want := range map[string]struct {
		state    telemetry.State
		severity collector.Severity
		crowd    crowd
	}{
		"match.in":   {telemetry.StateBusy, collector.Full, crowd{all: 67}},
		"book[9]":    {telemetry.StateBlocked, collector.Hot, crowd{all: 51, blocked: 2}},
		"store.out":  {telemetry.StateBackoff, collector.Hot, crowd{all: 51, failed: 1}},
		"gateway[0]": {telemetry.StateWaiting, collector.OK, crowd{all: 4}},
	} {
		a, c := p.sum(s, p.nodeAt(actorNamed(t, s, name)), true)
		c.inside = 0
		if a.State != want.state || a.Severity != want.severity || c != want.crowd {
			t.Errorf("%s: %v, %v, %+v", name, a.State, a.Severity, c)
		}
		if sum := a.Busy + a.Blocked + a.Waiting + a.Call + a.Backoff; sum < 0.999 || sum > 1.001 {
			t.Errorf("%s: the shares add up to %v", name, sum)
		}
	}
	a, c := p.sum(s, p.nodeAt(actorNamed(t, s, "book[9]")), true)
	if name := s.Channels[c.inside].Name; name != "book.done[7]" {
		t.Errorf("the fullest channel inside of book is %s", name)
	}
	if len(a.History) != collector.HistoryLen || a.Troupe != "book" || a.CPUKind != collector.CPUExact || a.Out != 8*900 {
		t.Errorf("book: %d values, troupe %q, CPU %s, %v/s", len(a.History), a.Troupe, a.CPUKind, a.Out)
	}
	for i := range s.Actors {
		u := collector.Unknown()
		x := &s.Actors[i]
		x.CPU, x.Busy, x.Blocked, x.Waiting, x.Call, x.Backoff = u, u, u, u, u, u
	}
	if a, _ := p.sum(s, p.nodeAt(actorNamed(t, s, "book[9]")), false); a.CPU.Known() || a.Busy.Known() || a.Call.Known() || a.History != nil {
		t.Errorf("of unknown figures: %+v", a)
	}
}

// TestTheFullestLaneIsMarked in the gauge of all lanes, once it is nearly full.
func TestTheFullestLaneIsMarked(t *testing.T) {
	s := wired(each(4, "a>b:lane[#]")...)
	for k := range s.Channels {
		s.Channels[k].Bundle, s.Channels[k].Lane = "lane", k
	}
	for _, tc := range []struct {
		lengths [4]uint64
		want    string
	}{
		{[4]uint64{0, 0, 0, 0}, "▕          ▏"},
		{[4]uint64{4, 0, 0, 0}, "▕█▎        ▏"},
		{[4]uint64{8, 0, 0, 0}, "▕██▌      ┃▏"},
		{[4]uint64{6, 0, 0, 0}, "▕█▉     ┃  ▏"},
		{[4]uint64{8, 8, 8, 8}, "▕██████████▏"},
	} {
		for k, n := range tc.lengths {
			s.Channels[k].Length, s.Channels[k].Fill = n, collector.Num(float64(n)/8)
		}
		p := PlanGraph(s, GraphState{Zoom: 1}, 80, 20, nil)
		p.measures.bar = 10
		c := screen.NewCanvas(80, 20)
		DrawGraph(c, s, p, GraphState{Zoom: 1}, theme.Dark)
		if !strings.Contains(c.String(), tc.want) {
			t.Errorf("%v: no %s in\n%s", tc.lengths, tc.want, c)
		}
	}
}

func TestSearchFindsWhatIsFolded(t *testing.T) {
	s := viewtest.Overload()
	st := GraphState{Query: "match[17]"}
	p := PlanGraph(s, st, 160, 50, nil)
	if n := p.Matches(s, st.Query); n != 1 {
		t.Errorf("%d found", n)
	}
	st = st.Select(p, p.NextMatch(s, st, 1))
	if got := p.NameOf(s, st.Selected); got != "match x67" {
		t.Errorf("found %q", got)
	}
	st.Query = "limits"
	st = st.Select(p, p.NextMatch(s, st, 1))
	if got := p.NameOf(s, st.Selected); got != "limits" {
		t.Errorf("found %q", got)
	}
	p = PlanGraph(s, GraphState{Focus: 1 + actorNamed(t, s, "match[17]").Index}, 160, 50, p)
	if len(p.nodes) != 7 { // match, risk, book, store, report, audit, clock
		t.Errorf("the neighbourhood of match has %d nodes", len(p.nodes))
	}
	if next := p.NextBottleneck(s, GraphState{}); p.NameOf(s, next) != "match x67" {
		t.Errorf("the bottleneck is %q", p.NameOf(s, next))
	}
}

func TestFactsOfWhatIsFolded(t *testing.T) {
	s := viewtest.Overload()
	p := PlanGraph(s, GraphState{}, 160, 50, nil)
	edge := Selection{}
	for k := range s.Channels {
		if s.Channels[k].Name == "book to match[2]" {
			edge = Selection{SelectChannel, k}
		}
	}
	for _, tc := range []struct {
		sel  Selection
		want []string
	}{
		{actorNamed(t, s, "book[9]"), []string{"book x51", "on book", "◐ 2 blocked", "fullest inside book.done[7] 100%"}},
		{actorNamed(t, s, "store[9]"), []string{"store x51", "▲ 1 failed"}},
		{actorNamed(t, s, "match[9]"), []string{"match x67", "◉ match.in  cpu"}},
		{actorNamed(t, s, "feed-eu[9]"), []string{"feed-eu x43", "none in trouble", "cpu 81%"}},
		{actorNamed(t, s, "gateway[3]"), []string{"! no real-time priority: not permitted"}},
		{actorNamed(t, s, "pager"), []string{"pager", "on pooled"}},
		{edge, []string{"book to match x8", "512/512", "FULL 12 s", "in 7.2k/s"}},
		{Selection{}, []string{"nothing selected"}},
	} {
		c := screen.NewCanvas(160, 2)
		p.DrawFacts(c, s, tc.sel, theme.Dark)
		for _, want := range tc.want {
			if !strings.Contains(c.String(), want) {
				t.Errorf("no %q in\n%s", want, c)
			}
		}
	}
}
