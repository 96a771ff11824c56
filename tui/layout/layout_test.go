package layout

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func drawOptions(t *rapid.T) Options {
	return Options{
		Pad:     rapid.IntRange(0, 2).Draw(t, "pad"),
		Stride:  rapid.IntRange(0, 3).Draw(t, "stride"),
		Gauge:   rapid.IntRange(0, 5).Draw(t, "gauge"),
		Lead:    rapid.IntRange(0, 2).Draw(t, "lead"),
		GapY:    rapid.IntRange(0, 2).Draw(t, "gap"),
		Stretch: rapid.Bool().Draw(t, "stretch"),
		TopOut:  rapid.Bool().Draw(t, "topout"),
	}
}

func drawGraph(t *rapid.T) Graph {
	var g Graph
	n := rapid.IntRange(0, 14).Draw(t, "nodes")
	for i := range n {
		g.Nodes = append(g.Nodes, Node{
			Key: fmt.Sprint("n", i),
			W:   rapid.IntRange(0, 9).Draw(t, "w"),
			H:   rapid.IntRange(0, 5).Draw(t, "h"),
		})
	}
	drawEdges(t, &g, rapid.IntRange(0, 2*n+2).Draw(t, "edges"))
	return g
}

// drawEdges adds edges of every kind: parallel ones, loops, cycles, and now
// and then one whose end is outside of the graph.
func drawEdges(t *rapid.T, g *Graph, count int) {
	n := len(g.Nodes)
	end := rapid.IntRange(0, max(0, n-1))
	if n == 0 || rapid.IntRange(0, 20).Draw(t, "outside") == 0 {
		end = rapid.IntRange(-1, n)
	}
	for range count {
		g.Edges = append(g.Edges, Edge{
			Key:      fmt.Sprint("e", len(g.Edges)),
			From:     end.Draw(t, "from"),
			To:       end.Draw(t, "to"),
			Weight:   rapid.IntRange(0, 3).Draw(t, "weight"),
			Feedback: rapid.IntRange(0, 9).Draw(t, "feedback") == 0,
		})
	}
}

func TestCellsShowTheGraph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, o := drawGraph(t), drawOptions(t)
		l := Do(g, o, nil)
		if bad := check(g, o, l); bad != "" {
			t.Fatal(bad)
		}
		if again := Do(g, o, nil); !reflect.DeepEqual(l, again) {
			t.Fatalf("two layouts of one graph differ:\n%s\n%s", paint(l, o.Gauge), paint(again, o.Gauge))
		}
		back := 0
		for e := range l.Edges {
			if r := &l.Edges[e]; len(r.Points) > 0 && r.Leftward && !r.Feedback {
				back++
			}
		}
		if back > 0 {
			t.Fatalf("%d edges run to the left that close no cycle", back)
		}
	})
}

func TestCellsShowLargeGraphs(t *testing.T) {
	for _, n := range []int{50, 200} {
		for seed := range uint64(5) {
			g := service(n, seed)
			for _, o := range []Options{cards, {Gauge: 4, TopOut: true}, {Stretch: true}} {
				if bad := check(g, o, Do(g, o, nil)); bad != "" {
					t.Fatalf("%d nodes, seed %d: %.2000s", n, seed, bad)
				}
			}
		}
	}
}

// TestExtremeShapes lays out what no service should look like.
func TestExtremeShapes(t *testing.T) {
	nodes := func(n int) (g Graph) {
		for i := range n {
			g.Nodes = append(g.Nodes, Node{Key: fmt.Sprint(i), W: 6, H: 3})
		}
		return g
	}
	join := func(g *Graph, from, to int) {
		g.Edges = append(g.Edges, Edge{Key: fmt.Sprint(len(g.Edges)), From: from, To: to})
	}
	shapes := map[string]Graph{"isolated": nodes(50)}
	fan, chain, dense, pair := nodes(102), nodes(60), nodes(30), nodes(2)
	for i := range 100 {
		join(&fan, 100, i)
		join(&fan, i, 101)
	}
	for i := range 59 {
		join(&chain, i, i+1)
	}
	for i := range 30 {
		for j := range 30 {
			if (i*7+j*13)%11 == 0 {
				join(&dense, i, j)
			}
		}
	}
	for range 40 {
		join(&pair, 0, 1)
		join(&pair, 1, 0)
		join(&pair, 0, 0)
	}
	shapes["fan"], shapes["chain"], shapes["dense"], shapes["pair"] = fan, chain, dense, pair
	for name, g := range shapes {
		for _, o := range []Options{cards, {Gauge: 3, TopOut: true}} {
			if bad := check(g, o, Do(g, o, nil)); bad != "" {
				t.Errorf("%s: %.3000s", name, bad)
			}
		}
	}
}
