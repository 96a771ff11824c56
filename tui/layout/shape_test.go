package layout

import (
	"slices"
	"testing"
)

// between returns the routes of the edges from one node to another.
func between(g Graph, l *Layout, from, to string) []Route {
	var out []Route
	for e, d := range g.Edges {
		if g.Nodes[d.From].Key == from && g.Nodes[d.To].Key == to {
			out = append(out, l.Edges[e])
		}
	}
	return out
}

func TestRobotIsStraight(t *testing.T) {
	for _, o := range []Options{cards, {Gauge: 4, TopOut: true, GapY: 1}} {
		g := robot(9, 1)
		l := Do(g, o, nil)
		if bad := check(g, o, l); bad != "" {
			t.Fatal(bad)
		}
		if l.Crossings != 0 {
			t.Errorf("%d crossings:\n%s", l.Crossings, paint(l, o.Gauge))
		}
		if l.Straight < 6 {
			t.Errorf("%d of 10 edges are straight:\n%s", l.Straight, paint(l, o.Gauge))
		}
		back := between(g, l, "motor", "planner")[0]
		if !back.Feedback || !back.Leftward || !back.Straight {
			t.Errorf("the feedback edge is %+v:\n%s", back, paint(l, o.Gauge))
		}
		planner := l.Nodes[6]
		if back.Head.X != planner.X+planner.W || back.Gauge.X != back.Head.X+1 {
			t.Errorf("head at %v and gauge at %v are not at the true target %v", back.Head, back.Gauge, planner)
		}
	}
}

func TestChainIsStraight(t *testing.T) {
	g := parse("a b, b c, c d, d e, e f", 5, 3)
	l := Do(g, cards, nil)
	if l.Straight != 5 || l.H != 3 {
		t.Errorf("%d of 5 edges are straight in %d rows:\n%s", l.Straight, l.H, paint(l, cards.Gauge))
	}
}

func TestHeavyEdgeIsStraight(t *testing.T) {
	for heavy := range 3 {
		g := parse("a x, b x, c x, x y", 5, 3)
		g.Edges[heavy].Weight = 5
		l := Do(g, cards, nil)
		if !l.Edges[heavy].Straight {
			t.Errorf("edge %d is the heaviest and has a bend:\n%s", heavy, paint(l, cards.Gauge))
		}
	}
}

func TestLongEdgeRunsStraightThroughLayers(t *testing.T) {
	g := parse("a b, b c, c d, d e, a e", 5, 3)
	l := Do(g, cards, nil)
	long := between(g, l, "a", "e")[0]
	if len(long.Points) > 6 {
		t.Errorf("the long edge has %d bends:\n%s", len(long.Points)-2, paint(l, cards.Gauge))
	}
}

func TestParallelEdgesAreApart(t *testing.T) {
	g := parse("a b, a b, a b", 5, 3)
	l := Do(g, cards, nil)
	rows := map[int]bool{}
	for _, r := range between(g, l, "a", "b") {
		rows[r.Head.Y] = true
	}
	if len(rows) != 3 {
		t.Errorf("3 edges end in %d rows:\n%s", len(rows), paint(l, cards.Gauge))
	}
}

func TestLoop(t *testing.T) {
	g := parse("a b, b b", 5, 3)
	l := Do(g, cards, nil)
	loop := between(g, l, "b", "b")[0]
	if !loop.Feedback || !loop.Leftward || len(loop.Points) != 4 {
		t.Errorf("the loop is %+v:\n%s", loop, paint(l, cards.Gauge))
	}
}

func TestFeedbackFollowsDeclaration(t *testing.T) {
	g := parse("in a, a b, b c, c a", 5, 3)
	l := Do(g, cards, nil)
	for e, r := range l.Edges {
		if r.Feedback != (e == 3) {
			t.Errorf("edge %d: feedback %v", e, r.Feedback)
		}
	}
	hinted := parse("in a, a b !, b c, c a", 5, 3)
	l = Do(hinted, cards, nil)
	for e, r := range l.Edges {
		if r.Feedback != (e == 1) {
			t.Errorf("with a hint, edge %d: feedback %v", e, r.Feedback)
		}
	}
}

// An edge between two nodes of one layer can appear only in a layout that
// keeps their places. It must not move them.
func TestEdgeInsideLayer(t *testing.T) {
	g := parse("s a, s b, a t, b t", 5, 3)
	before := Do(g, cards, nil)
	g.Edges = append(g.Edges, Edge{Key: "new", From: 1, To: 2})
	l := Do(g, cards, before)
	if bad := check(g, cards, l); bad != "" {
		t.Fatal(bad)
	}
	for i, was := range before.Nodes {
		now := l.Nodes[i]
		if now.Y != was.Y && i != 2 || now.Layer != was.Layer {
			t.Errorf("node %d moved from %v to %v:\n%s", i, was, now, paint(l, cards.Gauge))
		}
	}
	if r := l.Edges[4]; !r.Leftward || r.Feedback {
		t.Errorf("the new edge is %+v", r)
	}
}

// A layer that only feedback leaves to the left has no heads there, so no room
// before its boxes in which a line can be seen that a trunk crosses.
func TestTrunkHidesNoEnd(t *testing.T) {
	g := parse("a b, c d, e f, f a !, d c !", 1, 1)
	forward, back := g, g
	forward.Edges, back.Edges = g.Edges[:3], g.Edges[3:]
	l := Do(back, Options{}, Do(forward, Options{}, nil))
	if bad := check(back, Options{}, l); bad != "" {
		t.Error(bad)
	}
}

// Two nets that must each be left of the other, and a third row that is taken:
// one of them needs a dogleg, in a new row.
func TestDogleg(t *testing.T) {
	g := &gutter{w: &work{height: 2}}
	g.reset()
	g.nets = []net{
		{lefts: []int{0}, rights: []int{1}, rest: -1, first: -1},
		{lefts: []int{1}, rights: []int{0}, rest: -1, first: -1},
	}
	g.mark(0)
	g.mark(1)
	splits := 0
	for g.split() {
		splits++
	}
	g.assign(&column{}, -1)
	if splits != 1 || g.w.height != 3 || len(g.nets) != 3 {
		t.Fatalf("%d splits, %d rows, %d nets", splits, g.w.height, len(g.nets))
	}
	k := slices.IndexFunc(g.nets, func(n net) bool { return n.rest >= 0 })
	first, second, other := g.nets[k], g.nets[g.nets[k].rest], g.nets[1-k]
	if first.track >= other.track || other.track >= second.track {
		t.Errorf("tracks %d, %d, %d: the other net is not between the halves", first.track, other.track, second.track)
	}
	if first.jog != 2 || second.jog != 2 {
		t.Errorf("the jog is in rows %d and %d", first.jog, second.jog)
	}
}

func TestEmptyGraph(t *testing.T) {
	l := Do(Graph{}, cards, nil)
	if l.W != 0 || l.H != 0 || len(l.Layers) != 0 {
		t.Errorf("an empty graph takes %dx%d cells", l.W, l.H)
	}
}
