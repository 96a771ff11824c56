package steadytest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// Graphs of random shapes, of actors that work in random ways: what a source
// sends arrives once, and in the order in which it was sent on the same way.
func TestSimulationOfRandomGraphs(t *testing.T) {
	shapes := 60
	if *seeds > 0 {
		shapes = *seeds
	}
	defer func(n int) { *seeds = n }(*seeds)
	*seeds = 0
	for i := range uint64(shapes) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			var w *wild
			Simulate(t, func(g *steady.Graph) { w = newWild(g, i) }, Options{
				First: 1000 * i, Seeds: 10, Steps: 600, Faults: Panics | Delays | Jumps | DiskErrors,
				Setup: func(g *Graph) { g.Ensure(func() error { return w.arrived() }) },
			})
		})
	}
}

// parcel is a message that knows where it came from and which way.
type parcel struct {
	source, number int
	way            uint64
}

// wild is a graph without loops, layer by layer.
type wild struct {
	g    *steady.Graph
	r    *rand.Rand
	sent []*steady.State[int]
	got  []*steady.State[map[[2]uint64]int] // the last number by source and way
	took []*steady.State[int]
	open []*steady.Chan[parcel] // have no receiver yet
	ids  uint64
}

func newWild(g *steady.Graph, shape uint64) *wild {
	w := &wild{g: g, r: rand.New(rand.NewPCG(shape, 0x511d))}
	for range 1 + w.r.IntN(3) {
		w.source()
	}
	for range 1 + w.r.IntN(4) {
		w.middle()
	}
	for len(w.open) > 0 {
		w.sink()
	}
	return w
}

func (w *wild) name(kind string) string {
	w.ids++
	return fmt.Sprint(kind, w.ids)
}

func (w *wild) channel() *steady.Chan[parcel] {
	c := steady.NewChan[parcel](w.g, w.name("c"), 1+w.r.IntN(9))
	w.open = append(w.open, c)
	return c
}

// inputs takes up to n channels that have no receiver yet.
func (w *wild) inputs(n int) (ins []*steady.Chan[parcel]) {
	for range min(n, len(w.open)) {
		i := w.r.IntN(len(w.open))
		ins = append(ins, w.open[i])
		w.open = append(w.open[:i], w.open[i+1:]...)
	}
	return ins
}

// options are where an actor runs and what becomes of it when it fails.
func (w *wild) options(inputs bool) []steady.Option {
	opts := []steady.Option{steady.Restart{Max: 20, Backoff: time.Duration(w.r.IntN(3)-1) * 5 * time.Millisecond}}
	switch w.r.IntN(4) {
	case 0:
		opts = append(opts, steady.Troupe(fmt.Sprint("troupe", w.r.IntN(2))))
	case 1:
		opts = append(opts, steady.Solo())
	}
	if inputs && w.r.IntN(3) == 0 {
		opts = append(opts, steady.Group("group", steady.OneForAll))
	}
	return opts
}

func (w *wild) source() {
	next := steady.NewState(w.g, w.name("sent"), 0)
	id, pace := len(w.sent), w.r.IntN(3)
	w.sent = append(w.sent, next)
	steady.Source(w.g, w.name("source"), w.channel(), func(a *steady.Actor, out *steady.Tx[parcel]) error {
		for a.Running() {
			n := next.Get()
			if pace > 0 && n%(7*pace) == 5 && !a.Wait(a.Every(3*time.Millisecond)) {
				continue
			}
			if err := out.Send(parcel{source: id, number: n}); err != nil {
				return err
			}
			next.Set(n + 1)
		}
		return nil
	}, append(w.options(false), next)...)
}

// middle passes on what comes from some channels to some others.
func (w *wild) middle() {
	ins := w.inputs(1 + w.r.IntN(3))
	opts, passed := w.options(true), w.tally()
	if passed != nil {
		opts = append(opts, passed)
	}
	s := w.g.Actor(w.name("actor"), opts...)
	var from []*steady.Rx[parcel]
	var to []*steady.Tx[parcel]
	for _, c := range ins {
		from = append(from, c.Rx(s))
	}
	for range 1 + w.r.IntN(3) {
		to = append(to, w.channel().Tx(s))
	}
	id, way := w.ids, w.r.IntN(4)
	route := func(p parcel) (parcel, *steady.Tx[parcel]) {
		if passed != nil {
			passed.Set(passed.Get() + 1)
		}
		i := p.number % len(to)
		p.way = (p.way*31+id)*31 + uint64(i)
		return p, to[i]
	}
	switch {
	case len(from) > 1:
		s.Run(func(a *steady.Actor) error { return merge(a, from, to, route) })
	case way == 0:
		s.Run(func(a *steady.Actor) error { return merge(a, from, to, route) })
	default:
		s.Run(func(a *steady.Actor) error {
			for p := range from[0].All() {
				p, out := route(p)
				if way == 3 {
					a.Blocking(func(context.Context) {})
				}
				if err := out.Send(p); err != nil {
					return err
				}
				if way == 2 && p.number%5 == 0 {
					a.Commit()
				}
			}
			return nil
		})
	}
}

// tally is a state that some actors keep on disk.
func (w *wild) tally() *steady.State[int] {
	var sync steady.Sync
	switch w.r.IntN(5) {
	case 0:
		sync = steady.SyncAlways
	case 1:
		sync = steady.SyncEvery(time.Millisecond)
	default:
		return nil
	}
	name := w.name("passed")
	return steady.NewState(w.g, name, 0, steady.Persist("/var/"+name, sync))
}

// merge waits for any input, and for room in all outputs.
func merge(a *steady.Actor, from []*steady.Rx[parcel], to []*steady.Tx[parcel], route func(parcel) (parcel, *steady.Tx[parcel])) error {
	var votes []steady.Ballot
	var conds []steady.Cond
	for _, in := range from {
		votes = append(votes, in.Drained())
		all := []steady.Cond{in.Avail(1)}
		for _, out := range to {
			all = append(all, out.Vacant(1))
		}
		conds = append(conds, steady.All(all...))
	}
	for _, out := range to {
		votes = append(votes, out.Closed())
	}
	for a.Running(votes...) {
		i := a.WaitAny(conds...)
		if i < 0 {
			continue
		}
		p, ok := from[i].TryTake()
		if !ok {
			return fmt.Errorf("the wait was not true")
		}
		p, out := route(p)
		if !out.TrySend(p) {
			return fmt.Errorf("there is no room")
		}
	}
	return nil
}

func (w *wild) sink() {
	last := steady.NewState(w.g, w.name("last"), map[[2]uint64]int{})
	took := steady.NewState(w.g, w.name("took"), 0)
	w.got, w.took = append(w.got, last), append(w.took, took)
	ins := w.inputs(1 + w.r.IntN(3))
	s := w.g.Actor(w.name("sink"), append(w.options(true), last, took)...)
	var from []*steady.Rx[parcel]
	for _, c := range ins {
		from = append(from, c.Rx(s))
	}
	take := func(p parcel) error {
		key := [2]uint64{uint64(p.source), p.way}
		if n, ok := last.Get()[key]; ok && p.number <= n {
			return fmt.Errorf("number %d of source %d came after %d", p.number, p.source, n)
		}
		next := map[[2]uint64]int{}
		for k, v := range last.Get() {
			next[k] = v
		}
		next[key] = p.number
		last.Set(next)
		took.Set(took.Get() + 1)
		return nil
	}
	s.Run(func(a *steady.Actor) error {
		var votes []steady.Ballot
		var conds []steady.Cond
		for _, in := range from {
			votes, conds = append(votes, in.Drained()), append(conds, in.Avail(1))
		}
		for a.Running(votes...) {
			i := a.WaitAny(conds...)
			if i < 0 {
				continue
			}
			p, _ := from[i].TryTake()
			if err := take(p); err != nil {
				return err
			}
		}
		return nil
	})
}

// arrived says whether as many parcels have arrived as were sent.
func (w *wild) arrived() error {
	sent, took := 0, 0
	for _, s := range w.sent {
		sent += s.Get()
	}
	for _, s := range w.took {
		took += s.Get()
	}
	if sent != took {
		return fmt.Errorf("%d parcels were sent, %d arrived", sent, took)
	}
	return nil
}
