package layout

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// parse makes a graph from "from to, from to, ..." with nodes of w by h cells.
// A name that stands alone is a node without edges; "!" marks feedback.
func parse(text string, w, h int) Graph {
	var g Graph
	index := map[string]int{}
	node := func(name string) int {
		if i, ok := index[name]; ok {
			return i
		}
		index[name] = len(g.Nodes)
		g.Nodes = append(g.Nodes, Node{Key: name, W: w, H: h})
		return index[name]
	}
	for part := range strings.SplitSeq(text, ",") {
		words := strings.Fields(part)
		ends := make([]int, 0, 2)
		feedback := false
		for _, word := range words {
			if word == "!" {
				feedback = true
				continue
			}
			ends = append(ends, node(word))
		}
		if len(ends) == 2 {
			key := fmt.Sprintf("%s#%d", part, len(g.Edges))
			g.Edges = append(g.Edges, Edge{Key: key, From: ends[0], To: ends[1], Feedback: feedback})
		}
	}
	return g
}

// robot is the sample service that the dashboard is judged by.
func robot(w, h int) Graph {
	return parse(`lidar,imu,camera,detect,fuse,map,planner,motor,logger,
		lidar fuse,imu fuse,camera detect,detect fuse,detect logger,fuse map,
		fuse planner,map planner,planner motor,motor planner`, w, h)
}

// service makes a graph as services are: stages with fan-out and fan-in, edges
// that skip stages, some feedback.
func service(n int, seed uint64) Graph {
	r := rand.New(rand.NewPCG(seed, 1))
	var g Graph
	for i := range n {
		g.Nodes = append(g.Nodes, Node{Key: fmt.Sprint("actor", i), W: 14, H: 3})
	}
	add := func(a, b int) {
		g.Edges = append(g.Edges, Edge{Key: fmt.Sprintf("%d-%d-%d", a, b, len(g.Edges)), From: a, To: b})
	}
	for i := 1; i < n; i++ {
		near := max(6, n/12)
		lo := max(0, i-near)
		add(lo+r.IntN(i-lo), i)
		if r.Float64() < .45 {
			add(lo+r.IntN(i-lo), i)
		}
		if r.Float64() < .03 && i > 3 {
			add(i, max(0, i-1-r.IntN(2*near)))
		}
	}
	return g
}

var cards = Options{Pad: 1, Gauge: 5, Lead: 1, GapY: 1, Stretch: true}
