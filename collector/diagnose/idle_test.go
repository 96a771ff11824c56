package diagnose

import "testing"

// burst is an edge that is full now and was not for most of the time.
func burst(name string, from, to int32) Channel {
	c := edge(name, from, to, 1, 10, 10)
	c.Fill, c.Pressed = 0.4, 0.4
	return c
}

// hogs returns g, in which actors from on share the thread of troupe w, and the
// first of them hogs it.
func hogs(g *Graph, from int) *Graph {
	for i := from; i < len(g.Actors); i++ {
		g.Actors[i].Troupe = "w"
	}
	g.Hogs = []Hog{{Actor: int32(from), Body: 700e6}}
	return g
}

// TestWhoWaitsItselfIsNotToBlame: the input is full at the moment, and was
// empty while the actor waited.
func TestWhoWaitsItselfIsNotToBlame(t *testing.T) {
	free := []string{`not b: it waits 54% of the time itself; "c" has too little room for what comes at once`}
	cases{
		"bursts": {
			graph([]Actor{actor("a", 0.5, 0.4), actor("b", 0.46, 0)}, burst("c", 0, 1)),
			Verdict{Free, -1, -1, "nothing is held back", free},
		},
		"another is busy": {
			graph([]Actor{actor("a", 0.2, 0.8), actor("b", 0.46, 0), actor("x", 0.7, 0.3), actor("y", 0.9, 0)},
				burst("c", 0, 1), edge("z", 2, 3, 1, 10, 10)),
			Verdict{Bottleneck, 3, 1, `y is the bottleneck: busy 90%, its input "z" full for 41 s`, []string{
				`x waited for room in "z" 30% of the last 5 s`,
			}},
		},
		"those who send to it do not get to run": {
			hogs(graph([]Actor{actor("feed", 0.2, 0.8), actor("b", 0.46, 0), actor("w.1", 0.7, 0.3), actor("w.2", 0.01, 0.98)},
				edge("jobs", 0, 3, 1, 10, 10), burst("c", 3, 1)), 2),
			Verdict{Bottleneck, 2, 1, "w.1 hogs troupe w, running for up to 700 ms without a boundary: the others of it wait for the thread", []string{
				"held back behind them: feed 80%",
				"not b: it waits 54% of the time, and those who send to it do not get to run",
			}},
		},
		"a hog that hardly runs is no reason": {
			hogs(graph([]Actor{actor("a", 0.2, 0.8), actor("b", 0.46, 0), actor("w.1", 0.1, 0), actor("w.2", 0.01, 0.98)},
				burst("c", 3, 1)), 2),
			Verdict{Free, -1, -1, "nothing is held back", free},
		},
		"it does not get to run itself": {
			hogs(graph([]Actor{actor("feed", 0.2, 0.8), actor("w.1", 0.7, 0.3), actor("w.2", 0.01, 0)},
				edge("jobs", 0, 2, 1, 10, 10)), 1),
			Verdict{Bottleneck, 1, 0, "w.1 holds w.2 back: it hogs troupe w, running for up to 700 ms without a boundary", []string{
				`w.2 does not get to run, and its input "jobs" is full for 41 s`,
				`feed waited for room in "jobs" 80% of the last 5 s`,
			}},
		},
	}.run(t)
}

// TestTheThreadOfATroupeIsTaken: nobody runs for long, and all together do.
func TestTheThreadOfATroupeIsTaken(t *testing.T) {
	g := hogs(graph([]Actor{actor("feed", 0.2, 0.8), actor("w.1", 0.45, 0), actor("w.2", 0.45, 0), actor("w.3", 0.1, 0)},
		edge("jobs", 0, 3, 1, 10, 10)), 1)
	g.Hogs = nil
	cases{"crowded": {g, Verdict{
		Bottleneck, 3, 0,
		`w.3 holds others back: the thread of its troupe w is taken by others, and its input "jobs" is full for 41 s`,
		[]string{`feed waited for room in "jobs" 80% of the last 5 s`},
	}}}.run(t)
}
