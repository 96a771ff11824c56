package layout

// findFeedback marks the edges that close a cycle. Those that the caller or
// the layout before named stay marked, and edges that were forward before stay
// forward, so that no edge changes its direction because another one came.
func (w *work) findFeedback() {
	if w.pin.known {
		w.admitEdges()
		return
	}
	out := newFan(len(w.g.Nodes), len(w.edges), func(e int) int {
		if !w.forward(e) {
			return -1
		}
		return w.g.Edges[e].From
	})
	d := search{w: w, out: out, state: make([]byte, len(w.g.Nodes))}
	fed := make([]bool, len(w.g.Nodes))
	for e := range w.edges {
		if w.forward(e) {
			fed[w.g.Edges[e].To] = true
		}
	}
	for v := range w.g.Nodes {
		if !fed[v] {
			d.from(v)
		}
	}
	for v := range w.g.Nodes {
		d.from(v)
	}
}

// search is a depth-first search that marks each edge to a node on its stack.
type search struct {
	w     *work
	out   fan
	state []byte // 0 unseen, 1 on the stack, 2 done
	stack []frame
}

type frame struct{ v, next int }

func (d *search) from(root int) {
	if d.state[root] != 0 {
		return
	}
	d.state[root] = 1
	d.stack = append(d.stack[:0], frame{root, 0})
	for len(d.stack) > 0 {
		f := &d.stack[len(d.stack)-1]
		list := d.out.of(f.v)
		if f.next == len(list) {
			d.state[f.v] = 2
			d.stack = d.stack[:len(d.stack)-1]
			continue
		}
		e := list[f.next]
		f.next++
		switch to := d.w.g.Edges[e].To; d.state[to] {
		case 0:
			d.state[to] = 1
			d.stack = append(d.stack, frame{to, 0})
		case 1:
			d.w.edges[e].feedback = true
		}
	}
}

// admitEdges adds the edges that the layout before did not know, one after
// another, to those that it had as forward; one that would close a cycle
// becomes feedback.
func (w *work) admitEdges() {
	n := len(w.g.Nodes)
	next := make([][]int, n) // targets of the forward edges so far
	var fresh []int
	for e := range w.edges {
		if p := w.pin.edge[e]; p != nil && w.edges[e].valid {
			w.edges[e].feedback = p.feedback
		} else if w.forward(e) {
			fresh = append(fresh, e)
			continue
		}
		if w.forward(e) {
			from := w.g.Edges[e].From
			next[from] = append(next[from], w.g.Edges[e].To)
		}
	}
	seen := make([]int, n)
	var stack []int
	for k, e := range fresh {
		from, to := w.g.Edges[e].From, w.g.Edges[e].To
		stack = append(stack[:0], to)
		for len(stack) > 0 && seen[from] != k+1 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[v] != k+1 {
				seen[v] = k + 1
				stack = append(stack, next[v]...)
			}
		}
		if seen[from] == k+1 {
			w.edges[e].feedback = true
			continue
		}
		next[from] = append(next[from], to)
	}
}
