package diagnose

import (
	"fmt"
	"slices"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// deadlock looks for a circle of channels that are full and still, between
// actors that all wait for room. A circle in which someone works, or anything
// moves, is slow and not dead.
func (j *Judge) deadlock() (Verdict, bool) {
	g := j.g
	var next map[int32][]int32 // actor -> stuck outputs
	for i := range g.Channels {
		if g.stuck(i) {
			if next == nil {
				next = map[int32][]int32{}
			}
			from := g.Channels[i].From
			next[from] = append(next[from], int32(i))
		}
	}
	circle := findCircle(g, next)
	if circle == nil {
		return Verdict{}, false
	}
	var actors, channels []string
	for _, c := range circle {
		actors = append(actors, g.Actors[g.Channels[c].From].Name)
		channels = append(channels, quote(g.Channels[c].Name))
	}
	v := Verdict{Kind: Deadlock, Actor: g.Channels[circle[0]].From, Channel: circle[0]}
	if len(actors) == 1 {
		v.Headline = fmt.Sprintf("deadlock suspected: %s waits for room in its own input %s", actors[0], channels[0])
	} else {
		v.Headline = fmt.Sprintf("deadlock suspected: %s wait for each other", list(actors))
	}
	v.Evidence = []string{
		fmt.Sprintf("full, and nothing moved for %s: %s", duration(g.Span), list(channels)),
	}
	return v, true
}

func (g *Graph) stuck(i int) bool {
	c := &g.Channels[i]
	if c.From < 0 || c.To < 0 || c.FullFor < g.Span || !(c.SentRate == 0) || !(c.TakeRate == 0) {
		return false
	}
	still := func(a *Actor) bool { return a.State == telemetry.StateBlocked && a.Blocked >= 0.95 }
	return still(&g.Actors[c.From]) && still(&g.Actors[c.To])
}

// findCircle returns the channels of one circle in the order of flow, nil when
// there is none. It starts at the lowest index, so the answer does not change
// from one verdict to the next.
func findCircle(g *Graph, next map[int32][]int32) []int32 {
	var starts []int32
	for a := range next {
		starts = append(starts, a)
	}
	slices.Sort(starts)
	done := map[int32]bool{}
	for _, start := range starts {
		if c := walkCircle(g, next, done, start); c != nil {
			return c
		}
	}
	return nil
}

// walkCircle searches depth first, without recursion: a chain may be as long
// as the graph.
func walkCircle(g *Graph, next map[int32][]int32, done map[int32]bool, start int32) []int32 {
	var path []int32 // channels taken so far
	depth := map[int32]int{start: 0}
	tried := map[int32]int{}
	for at := start; ; {
		if outs := next[at]; !done[at] && tried[at] < len(outs) {
			c := outs[tried[at]]
			tried[at]++
			to := g.Channels[c].To
			if d, on := depth[to]; on {
				return append(path[d:], c)
			}
			if !done[to] {
				path = append(path, c)
				depth[to] = len(path)
				at = to
			}
			continue
		}
		done[at] = true
		delete(depth, at)
		if len(path) == 0 {
			return nil
		}
		at = g.Channels[path[len(path)-1]].From
		path = path[:len(path)-1]
	}
}
