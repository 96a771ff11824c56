package steady

import (
	"slices"
	"sync/atomic"
)

// loop is a cycle of the graph: a strongly connected component with at least
// one edge inside. It cannot drain like the rest, since each member waits for
// the others to end first; see quiesce.go for how it ends.
type loop struct {
	members  []*Actor
	inside   []*edge // between members
	feedback []*edge // of those, the ones that close a cycle: they are ended
	outside  []*edge // into the loop
	closing  atomic.Bool
	watched  atomic.Bool // the draining flow wants to know when a member parks
	ended    bool        // used by the draining flow only
}

// findLoops finds the cycles and chooses their feedback edges: those that lead
// back to an actor from which they were reached, in a walk from the sources in
// the order of declaration, so that the choice is the same each time.
func (g *Graph) findLoops() {
	out := make([][]*edge, len(g.actors))
	for _, e := range g.edges {
		out[e.from.id] = append(out[e.from.id], e)
	}
	w := walk{out: out, index: make([]int, len(g.actors)), low: make([]int, len(g.actors)), onStack: make([]bool, len(g.actors)), onPath: make([]bool, len(g.actors))}
	for _, a := range g.actors {
		if len(a.ins) == 0 {
			w.visit(a)
		}
	}
	for _, a := range g.actors {
		w.visit(a)
	}
	for _, members := range w.components {
		// Nearly all are one actor without a loop, and addLoop looks at every edge.
		if len(members) > 1 || slices.ContainsFunc(out[members[0].id], func(e *edge) bool { return e.to == members[0] }) {
			g.addLoop(members)
		}
	}
}

func (g *Graph) addLoop(members []*Actor) {
	in := map[*Actor]bool{}
	for _, a := range members {
		in[a] = true
	}
	l := &loop{members: members}
	for _, e := range g.edges {
		switch {
		case in[e.from] && in[e.to]:
			l.inside = append(l.inside, e)
			if e.feedback {
				l.feedback = append(l.feedback, e)
			}
		case in[e.to]:
			l.outside = append(l.outside, e)
		}
	}
	for _, a := range members {
		a.loop = l
	}
	g.loops = append(g.loops, l)
}

// walk is Tarjan's algorithm for strongly connected components (1972), with
// the path of the depth-first search kept to mark feedback edges.
type walk struct {
	out        [][]*edge
	index, low []int
	onStack    []bool
	onPath     []bool
	stack      []*Actor
	next       int
	components [][]*Actor
}

// visit uses a stack of its own instead of recursion: a pipeline may be long.
func (w *walk) visit(root *Actor) {
	if w.index[root.id] != 0 {
		return
	}
	type frame struct {
		a *Actor
		i int
	}
	path := []frame{{a: root}}
	w.open(root)
	for len(path) > 0 {
		f := &path[len(path)-1]
		if f.i < len(w.out[f.a.id]) {
			e := w.out[f.a.id][f.i]
			f.i++
			switch t := e.to; {
			case w.index[t.id] == 0:
				w.open(t)
				path = append(path, frame{a: t})
			case w.onStack[t.id]:
				e.feedback = w.onPath[t.id]
				w.low[f.a.id] = min(w.low[f.a.id], w.index[t.id])
			}
			continue
		}
		a := f.a
		path = path[:len(path)-1]
		w.onPath[a.id] = false
		if len(path) > 0 {
			p := path[len(path)-1].a
			w.low[p.id] = min(w.low[p.id], w.low[a.id])
		}
		w.closeAt(a)
	}
}

func (w *walk) open(a *Actor) {
	w.next++
	w.index[a.id], w.low[a.id] = w.next, w.next
	w.stack = append(w.stack, a)
	w.onStack[a.id], w.onPath[a.id] = true, true
}

// closeAt takes the component off the stack if a is its root.
func (w *walk) closeAt(a *Actor) {
	if w.low[a.id] != w.index[a.id] {
		return
	}
	for i := len(w.stack) - 1; ; i-- {
		w.onStack[w.stack[i].id] = false
		if w.stack[i] == a {
			w.components = append(w.components, append([]*Actor(nil), w.stack[i:]...))
			w.stack = w.stack[:i]
			return
		}
	}
}
