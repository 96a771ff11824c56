package steady

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// nester takes and sends in ranges within ranges, in every way, leaves them in
// every way, and fails anywhere. It keeps one rule: what was taken is sent before
// the iteration may end.
type nester struct {
	t    *testing.T
	a    *Actor
	r    *rand.Rand
	ins  []*Rx[int]
	outs []*Tx[int]
	rate int // one step in about so many fails
}

// out passes on what was taken from input i: to output i, so that order is kept.
func (n *nester) out(i int, vs ...int) {
	o := n.outs[i]
	switch n.r.IntN(4) {
	case 0:
		for _, v := range vs {
			if !o.TrySend(v) {
				n.t.Error("no room for", v)
			}
		}
	case 1:
		if err := o.SendSlice(vs); err != nil {
			panic(err)
		}
	case 2:
		x, y := o.Reserve()
		if len(x)+len(y) < len(vs) {
			n.t.Error("no room for", vs)
		}
		copyParts(x, y, vs, nil)
		o.Publish(len(vs))
	default:
		for _, v := range vs {
			if err := o.Send(v); err != nil {
				panic(err)
			}
		}
	}
	n.accident()
}

func (n *nester) accident() {
	if n.rate > 0 && n.r.IntN(n.rate) == 0 {
		panic(errOnPurpose)
	}
}

// steps takes a few steps at this depth.
func (n *nester) steps(depth int) {
	for range 1 + n.r.IntN(4) {
		n.step(depth, n.r.IntN(len(n.ins)))
	}
}

func (n *nester) step(depth, i int) {
	in := n.ins[i]
	n.accident()
	switch n.r.IntN(9) {
	case 0:
		if v, ok := in.TryTake(); ok {
			n.out(i, v)
		}
	case 1:
		p, q := in.Peek()
		if k := len(p) + len(q); k > 0 {
			vs := append(append([]int(nil), p...), q...)[:1+n.r.IntN(k)]
			n.out(i, vs...)
			in.Release(len(vs))
		}
	case 2:
		n.a.Commit()
	case 3:
		n.a.Running()
	case 4:
		func() { // a failure that the body recovers from, with nothing in its hands
			defer func() { _ = recover() }()
			if v, ok := in.TryPeek(); ok && v%2 == 0 {
				for range in.Batches(1) {
					break
				}
				n.out(i, v)
			}
			panic("recovered")
		}()
	case 5:
		if there(in) {
			n.all(depth, i)
		}
	case 6:
		if there(in) {
			n.batches(depth, i)
		}
	case 7:
		if depth == 0 {
			n.a.Wait(n.a.After(time.Duration(n.r.IntN(3)) * time.Millisecond))
		}
	default:
		in.TryPeek()
	}
}

// there keeps the ranges from waiting for the end of their input.
func there(in *Rx[int]) bool { return in.p.Avail() > 0 }

func (n *nester) all(depth, i int) {
	for v := range n.ins[i].All() {
		n.out(i, v)
		if depth < 3 {
			n.steps(depth + 1)
		}
		if n.r.IntN(2) == 0 || !there(n.ins[i]) {
			break
		}
	}
}

func (n *nester) batches(depth, i int) {
	for vs := range n.ins[i].Batches(n.r.IntN(5)) {
		n.out(i, vs...)
		if depth < 3 {
			n.steps(depth + 1)
		}
		if n.r.IntN(2) == 0 || !there(n.ins[i]) {
			return
		}
	}
}

// body goes on until both inputs have ended. Half of the failures are recovered
// from outside of all ranges.
func (n *nester) body(a *Actor) error {
	n.a = a
	for a.Running(n.ins[0].Drained(), n.ins[1].Drained()) {
		if a.WaitAny(n.ins[0].Avail(1), n.ins[1].Avail(1)) < 0 {
			continue
		}
		if n.r.IntN(2) == 0 {
			n.steps(0)
			continue
		}
		func() {
			i := n.r.IntN(2)
			if !there(n.ins[i]) {
				return
			}
			defer func() { _ = recover() }()
			n.all(0, i) // the range rolls back
		}()
	}
	return nil
}

// However ranges are nested and left, an iteration stands or falls together.
func TestRangesWithinRanges(t *testing.T) {
	const total = 400
	for seed := range uint64(60) {
		for _, rate := range []int{0, 15, 60} {
			t.Run(fmt.Sprintf("seed%d/rate%d", seed, rate), func(t *testing.T) {
				bubble(t, func(g *Graph) {
					n := &nester{t: t, r: rand.New(rand.NewPCG(seed, uint64(rate))), rate: rate}
					s := g.Actor("nester", always, schedules[seed%4].on[0])
					for i := range 2 {
						in, out := NewChan[int](g, fmt.Sprint("in", i), 1+n.r.IntN(40)), NewChan[int](g, fmt.Sprint("out", i), total)
						n.ins, n.outs = append(n.ins, in.Rx(s)), append(n.outs, out.Tx(s))
						Source(g, fmt.Sprint("source", i), in, counted(total, never))
						Sink(g, fmt.Sprint("sink", i), out, inOrder(t, total, never))
					}
					s.Run(n.body)
				}, noError)
			})
		}
	}
}
