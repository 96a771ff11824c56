package layout

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRemovalMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, o := drawGraph(t), drawOptions(t)
		l := Do(g, o, nil)
		if rapid.Bool().Draw(t, "grow first") {
			g = grow(t, g)
			l = Do(g, o, l)
		}
		for range rapid.IntRange(1, 3).Draw(t, "removals") {
			after, nodes, edges := without(t, g)
			now := Do(after, o, l)
			if bad := check(after, o, now); bad != "" {
				t.Fatal(bad)
			}
			if bad := unmoved(l, now, nodes, edges); bad != "" {
				t.Fatalf("%s\n%+v\n%s\n%s", bad, o, paint(l, o.Gauge), paint(now, o.Gauge))
			}
			g, l = after, now
		}
		if again := Do(g, o, l); !reflect.DeepEqual(again.Nodes, l.Nodes) || !reflect.DeepEqual(again.Edges, l.Edges) {
			t.Fatal("a layout that is pinned to itself changes")
		}
	})
}

// Removals that once changed what the lines that stayed needed. Options are
// all zero, where a trunk on the first track takes another cell when it hides
// the end of a line.
func TestRemovalKeepsTracks(t *testing.T) {
	for _, c := range []struct {
		name, graph string
		heavy       []int    // edges of weight 2
		nodes       []string // removed
		edges       []int    // removed, besides those that lose an end
	}{
		{
			// A line enters the next layer in the row where another one leaves, so
			// its trunk is the second. Without it, the others would change places.
			"order no longer needed",
			"0,1,2,3,4,5,6, 0 1 !, 0 1 !, 0 6 !, 0 4, 0 0 !, 0 1 !, 1 1 !, 1 1 !, 0 3 !, 2 0 !, 4 1, 1 6",
			[]int{2},
			[]string{"1", "3", "6"},
			[]int{4},
		},
		{
			// Another free row would be nearer to the middle of the dogleg now.
			"dogleg in the same row",
			"0,1,2,3,4, 2 0, 3 1, 1 2 !, 0 3 !",
			nil, nil,
			[]int{1},
		},
	} {
		g := parse(c.graph, 1, 1)
		for _, e := range c.heavy {
			g.Edges[e].Weight = 2
		}
		before := Do(g, Options{}, nil)
		after, nodes, edges := less(g,
			func(i int) bool { return slices.Contains(c.nodes, g.Nodes[i].Key) },
			func(e int) bool { return slices.Contains(c.edges, e) })
		l := Do(after, Options{}, before)
		bad := check(after, Options{}, l)
		if bad += unmoved(before, l, nodes, edges); bad != "" {
			t.Errorf("%s: %s\n%s\n%s", c.name, bad, paint(before, 0), paint(l, 0))
		}
	}
}

// unmoved tells which box or line of layout l is elsewhere than before, when
// nodes[i] and edges[i] are the old indices of those that it has.
func unmoved(before, l *Layout, nodes, edges []int) string {
	for i, was := range nodes {
		if l.Nodes[i] != before.Nodes[was] {
			return fmt.Sprintf("node %d moved from %v to %v", was, before.Nodes[was], l.Nodes[i])
		}
	}
	for i, was := range edges {
		r := before.Edges[was]
		r.Net = l.Edges[i].Net // a number that says nothing from one layout to the next
		if !reflect.DeepEqual(l.Edges[i], r) {
			return fmt.Sprintf("edge %d moved from %v to %v", was, r, l.Edges[i])
		}
	}
	return ""
}

// without returns g less some nodes and edges, and the old indices of those
// that stay.
func without(t *rapid.T, g Graph) (out Graph, nodes, edges []int) {
	return less(g,
		func(int) bool { return rapid.IntRange(0, 4).Draw(t, "drop node") == 0 },
		func(int) bool { return rapid.IntRange(0, 4).Draw(t, "drop edge") == 0 })
}

func less(g Graph, dropNode, dropEdge func(int) bool) (out Graph, nodes, edges []int) {
	index := map[int]int{}
	for i, n := range g.Nodes {
		if !dropNode(i) {
			index[i] = len(out.Nodes)
			nodes = append(nodes, i)
			out.Nodes = append(out.Nodes, n)
		}
	}
	for i, e := range g.Edges {
		from, okFrom := index[e.From]
		to, okTo := index[e.To]
		if okFrom && okTo && !dropEdge(i) {
			e.From, e.To = from, to
			edges = append(edges, i)
			out.Edges = append(out.Edges, e)
		}
	}
	return out, nodes, edges
}

// grow returns g with some more nodes and edges.
func grow(t *rapid.T, g Graph) Graph {
	g.Nodes, g.Edges = slices.Clone(g.Nodes), slices.Clone(g.Edges)
	for k := range rapid.IntRange(0, max(1, len(g.Nodes)/2)).Draw(t, "more nodes") {
		g.Nodes = append(g.Nodes, Node{Key: fmt.Sprint("new", k), W: 4, H: 2})
	}
	drawEdges(t, &g, rapid.IntRange(0, 4).Draw(t, "more edges"))
	return g
}

func TestAdditionMovesNoNode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, o := drawGraph(t), drawOptions(t)
		before := Do(g, o, nil)
		after := grow(t, g)
		l := Do(after, o, before)
		if bad := check(after, o, l); bad != "" {
			t.Fatalf("%s\nbefore:\n%s", bad, paint(before, o.Gauge))
		}
		if len(g.Nodes) > 0 && 2*len(g.Nodes) >= len(after.Nodes) {
			stays(t, before, l)
		}
	})
}

// stays checks that nodes keep their layer and order, and, in layers where no
// box grew, their rows; that no column moves to the left; and that edges keep
// their direction.
func stays(t *rapid.T, before, after *Layout) {
	if !after.Pinned {
		t.Fatal("the rows were not kept")
	}
	grew := map[int]bool{}
	for i, was := range before.Nodes {
		if after.Nodes[i].H != was.H {
			grew[was.Layer] = true
		}
	}
	for i, was := range before.Nodes {
		now := after.Nodes[i]
		if now.Layer != was.Layer || now.X < was.X || now.Y < was.Y || now.H < was.H {
			t.Fatalf("node %d went from %v to %v", i, was, now)
		}
		if now.Y != was.Y && !grew[was.Layer] {
			t.Fatalf("node %d went from row %d to %d though no box of its layer grew", i, was.Y, now.Y)
		}
	}
	for e := range before.Edges {
		was, now := &before.Edges[e], &after.Edges[e]
		if len(was.Points) == 0 {
			continue // an end was outside of the graph
		}
		if was.Feedback != now.Feedback || was.Leftward != now.Leftward {
			t.Fatalf("edge %d changed its direction", e)
		}
	}
}

func TestZoomKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		far := Do(g, Options{Gauge: 3, TopOut: true}, nil)
		big := Graph{Edges: g.Edges}
		for _, n := range g.Nodes {
			n.W, n.H = n.W+5, n.H+2
			big.Nodes = append(big.Nodes, n)
		}
		near := Do(big, cards, far)
		if bad := check(big, cards, near); bad != "" {
			t.Fatal(bad)
		}
		if !reflect.DeepEqual(far.Layers, near.Layers) {
			t.Fatalf("layers were %v, are %v", far.Layers, near.Layers)
		}
		drawEdges(t, &big, rapid.IntRange(0, 4).Draw(t, "more edges"))
		big.Nodes = append(big.Nodes, Node{Key: "new"})
		more := Do(big, cards, far)
		if bad := check(big, cards, more); bad != "" {
			t.Fatal(bad)
		}
		for l, layer := range more.Layers {
			layer = slices.DeleteFunc(layer, func(i int) bool { return i == len(g.Nodes) })
			if l < len(far.Layers) && len(g.Nodes) > 0 && !slices.Equal(layer, far.Layers[l]) {
				t.Fatalf("layer %d was %v, is %v", l, far.Layers[l], layer)
			}
		}
	})
}

// An edge without an end had no direction that could be kept.
func TestEdgeWhoseEndAppears(t *testing.T) {
	g := parse("a b, b c, c a", 5, 3)
	l := Do(Graph{Nodes: g.Nodes[:2], Edges: g.Edges}, cards, nil)
	l = Do(g, cards, l)
	if bad := check(g, cards, l); bad != "" {
		t.Fatal(bad)
	}
	for e, r := range l.Edges {
		if r.Feedback != (e == 2) {
			t.Errorf("edge %d: feedback %v", e, r.Feedback)
		}
	}
}

func TestKeysUsedTwice(t *testing.T) {
	g := parse("a b, a c, b d, c d, d a", 6, 3)
	for i := range g.Nodes {
		g.Nodes[i].Key = "same"
	}
	for e := range g.Edges {
		g.Edges[e].Key = "same"
	}
	l := Do(g, cards, nil)
	for range 3 {
		l = Do(g, cards, l)
		if bad := check(g, cards, l); bad != "" {
			t.Fatal(bad)
		}
	}
}

// TestChurn takes from graphs of some size and adds to them by turns.
func TestChurn(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 9))
		n := 3 + r.IntN(60)
		g := service(n, seed)
		join := func(count int) {
			for range count {
				key := fmt.Sprint("churn", r.Uint64())
				g.Edges = append(g.Edges, Edge{Key: key, From: r.IntN(len(g.Nodes)), To: r.IntN(len(g.Nodes)), Feedback: r.IntN(8) == 0})
			}
		}
		join(r.IntN(n))
		o := Options{
			Pad: r.IntN(2), Stride: r.IntN(3), Gauge: r.IntN(4), Lead: r.IntN(2), GapY: r.IntN(3),
			Stretch: r.IntN(2) == 0, TopOut: r.IntN(2) == 0,
		}
		l := Do(g, o, nil)
		drop := func(int) bool { return r.IntN(6) == 0 }
		for step := range 3 {
			after, nodes, edges := less(g, drop, drop)
			now := Do(after, o, l)
			bad := check(after, o, now)
			if bad += unmoved(l, now, nodes, edges); bad != "" {
				t.Fatalf("seed %d, removal %d: %.2000s", seed, step, bad)
			}
			g = after
			g.Nodes = append(g.Nodes, Node{Key: fmt.Sprint("churn", step), W: 5, H: 1 + r.IntN(3)})
			join(4)
			l = Do(g, o, now)
			if bad := check(g, o, l); bad != "" {
				t.Fatalf("seed %d, addition %d: %.2000s", seed, step, bad)
			}
		}
	}
}

func TestAdditionsInServices(t *testing.T) {
	for _, n := range []int{50, 200, 500} {
		g := service(n, 11)
		before := Do(g, cards, nil)
		g.Nodes = append(g.Nodes, Node{Key: "new", W: 14, H: 3})
		g.Edges = append(g.Edges,
			Edge{Key: "in", From: n / 3, To: n}, Edge{Key: "out", From: n, To: 2 * n / 3})
		after := Do(g, cards, before)
		if bad := check(g, cards, after); bad != "" {
			t.Fatalf("%.2000s", bad)
		}
		moved := 0
		for i, was := range before.Nodes {
			if after.Nodes[i].Y != was.Y || after.Nodes[i].Layer != was.Layer {
				moved++
			}
		}
		fresh := Do(g, cards, nil)
		t.Logf("%d nodes: %d changed row or layer; crossings %d, %d afresh; rows %d, %d afresh",
			n, moved, after.Crossings, fresh.Crossings, after.H, fresh.H)
		if moved > 2 {
			t.Errorf("%d of %d nodes changed their row or layer because of one new node", moved, n)
		}
	}
}
