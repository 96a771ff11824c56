package diagnose

import (
	"fmt"
	"slices"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// deadFor is for how long actors have to stand still to count as dead. What
// takes turns with the others ends a wait much sooner.
const deadFor = 2 * time.Second

// deadlock looks for a circle of full channels between actors that all wait for
// room, and that nothing can wake: whatever each of them waits for, one of the
// others would have to take it. A circle in which someone works, or from which
// a way leads out, is slow and not dead.
func (j *Judge) deadlock() (Verdict, bool) {
	g := j.g
	j.circle = j.circle[:0]
	next := g.stuck()
	circle := findCircle(g, next)
	if circle == nil {
		return Verdict{}, false
	}
	v := Verdict{Kind: Deadlock, Actor: g.Channels[circle[0]].From, Channel: circle[0]}
	var actors, channels []string
	for i, c := range circle {
		from, name := g.Channels[c].From, quote(g.Channels[c].Name)
		j.circle = append(j.circle, from)
		actors = append(actors, g.Actors[from].Name)
		channels = append(channels, name)
		if i < maxNamed {
			v.Evidence = append(v.Evidence, fmt.Sprintf("%s has waited for room in %s for %s",
				g.Actors[from].Name, name, duration(g.Actors[from].For)))
		}
	}
	if n := len(circle) - maxNamed; n > 0 {
		v.Evidence = append(v.Evidence, fmt.Sprintf("%d more wait like them", n))
	}
	if len(actors) == 1 {
		v.Headline = fmt.Sprintf("deadlock: %s waits for room in its own input: %s is full", actors[0], channels[0])
	} else {
		v.Headline = fmt.Sprintf("deadlock: %s wait for each other: %s are full", list(actors), list(channels))
	}
	v.Evidence = append(v.Evidence, "to prevent it: in a loop one actor must go on taking when its output is full, "+
		"or less must be on its way than there is room for")
	return v, true
}

// stuck returns the full outputs of each actor that nothing can wake. It takes
// the actors that have waited for room for long, and then away whoever has a
// full output that somebody may empty, until nothing changes any more.
func (g *Graph) stuck() map[int32][]int32 {
	next := map[int32][]int32{}
	for i := range g.Actors {
		if a := &g.Actors[i]; a.State == telemetry.StateBlocked && a.For >= deadFor {
			next[int32(i)] = nil
		}
	}
	if len(next) == 0 {
		return nil
	}
	var free []int32 // may go on; the work list
	senders := map[int32][]int32{}
	for i := range g.Channels {
		c := &g.Channels[i]
		if _, blocked := next[c.From]; !blocked || c.Native || !c.full() {
			continue
		}
		next[c.From] = append(next[c.From], int32(i))
		senders[c.To] = append(senders[c.To], c.From)
	}
	for to, from := range senders {
		if _, blocked := next[to]; !blocked {
			free = append(free, from...)
		}
	}
	for a, outs := range next {
		if outs == nil { // it waits for more room than one slot, where there is some
			free = append(free, a)
		}
	}
	for len(free) > 0 {
		a := free[len(free)-1]
		free = free[:len(free)-1]
		if _, still := next[a]; still {
			delete(next, a)
			free = append(free, senders[a]...)
		}
	}
	return next
}

// full reports whether a sender may be waiting for room: one that publishes in
// chunks stops short of the last slots.
func (c *Channel) full() bool { return c.Capacity > 0 && 20*c.Length >= 19*c.Capacity }

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
