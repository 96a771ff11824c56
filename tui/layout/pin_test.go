package layout

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRemovalMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, o := drawGraph(t), drawOptions(t)
		before := Do(g, o, nil)
		after, kept := without(t, g)
		if 2*len(kept) < len(g.Nodes) {
			t.Skip("fewer than half of the nodes left")
		}
		l := Do(after, o, before)
		if bad := check(after, o, l); bad != "" {
			t.Fatal(bad)
		}
		for i, was := range kept {
			if l.Nodes[i] != before.Nodes[was] {
				t.Fatalf("node %d moved from %v to %v\n%s\n%s", was, before.Nodes[was], l.Nodes[i], paint(before, o.Gauge), paint(l, o.Gauge))
			}
		}
		if again := Do(after, o, l); !reflect.DeepEqual(again.Nodes, l.Nodes) || !reflect.DeepEqual(again.Edges, l.Edges) {
			t.Fatal("a layout that is pinned to itself changes")
		}
	})
}

// without returns g less some nodes and edges, and the old indices of the
// nodes that stay.
func without(t *rapid.T, g Graph) (Graph, []int) {
	var out Graph
	var kept []int
	index := map[int]int{}
	for i, n := range g.Nodes {
		if rapid.IntRange(0, 4).Draw(t, "drop node") > 0 {
			index[i] = len(out.Nodes)
			kept = append(kept, i)
			out.Nodes = append(out.Nodes, n)
		}
	}
	for _, e := range g.Edges {
		from, okFrom := index[e.From]
		to, okTo := index[e.To]
		if okFrom && okTo && rapid.IntRange(0, 4).Draw(t, "drop edge") > 0 {
			e.From, e.To = from, to
			out.Edges = append(out.Edges, e)
		}
	}
	return out, kept
}

func TestAdditionMovesNoNode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, o := drawGraph(t), drawOptions(t)
		before := Do(g, o, nil)
		after := g
		after.Edges = after.Edges[:len(g.Edges):len(g.Edges)]
		n := rapid.IntRange(0, max(1, len(g.Nodes)/2)).Draw(t, "more nodes")
		for k := range n {
			after.Nodes = append(after.Nodes[:len(after.Nodes):len(after.Nodes)], Node{Key: fmt.Sprint("new", k), W: 4, H: 2})
		}
		drawEdges(t, &after, rapid.IntRange(0, 4).Draw(t, "more edges"))
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
