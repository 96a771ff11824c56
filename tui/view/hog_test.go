package view

import (
	"slices"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// hogged returns a service in which a member of a large troupe hogs it, and
// somebody else is the bottleneck.
func hogged() (*collector.Snapshot, int32) {
	s := viewtest.Overload()
	hog := int32(slices.IndexFunc(s.Actors, func(a collector.Actor) bool { return a.Name == "book[9]" }))
	s.Findings = []collector.Finding{
		{Kind: collector.FindingHog, Actor: hog, Severity: collector.Hot, Text: "book[9] hogs troupe book", Advice: "shorter iterations"},
		{Kind: collector.FindingHog, Actor: 99999},
	}
	return s, hog
}

// TestAHogComesFirst: it may be why the verdict is what it is, unless the
// verdict is about it.
func TestAHogComesFirst(t *testing.T) {
	s, hog := hogged()
	inOrder := func(want ...string) {
		t.Helper()
		c := screen.NewCanvas(160, 12)
		DrawWhy(c, s, theme.Dark)
		rest := c.String()
		for _, w := range want {
			_, after, ok := strings.Cut(rest, w)
			if !ok {
				t.Fatalf("no %q where it should be in\n%s", w, c)
			}
			rest = after
		}
	}
	inOrder("! book[9] hogs troupe book", "match.in is the bottleneck", "risk.out waited", "shorter iterations")
	s.Why.Actor = hog
	s.Findings = s.Findings[:1]
	inOrder("match.in is the bottleneck", "shorter iterations", "risk.out waited", "! book[9] hogs troupe book")
}

// TestTheNodeOfAHogHasASign: folded or not, and at each size.
func TestTheNodeOfAHogHasASign(t *testing.T) {
	s, hog := hogged()
	for _, fold := range []FoldMode{FoldFit, FoldNothing, FoldAll} {
		for zoom := ZoomFit; zoom <= MaxZoom; zoom++ {
			st := GraphState{Fold: Folding{Mode: fold}, Zoom: zoom}
			p := PlanGraph(s, st, 160, 50, nil)
			box := p.Layout.Nodes[p.nodeOf[hog]]
			st.X, st.Y = box.X, box.Y
			c := screen.NewCanvas(160, 50)
			DrawGraph(c, s, p, st, theme.Dark)
			x, y := p.origin(st, 160, 50)
			at := c.Sub(screen.Rect{X: box.X - x, Y: box.Y - y, W: box.W, H: box.H})
			if !strings.Contains(at.String(), "!") {
				t.Errorf("fold %v, zoom %v: no sign on\n%s", fold, zoom, at)
			}
		}
	}
}
