// Package torture runs random graphs of everything that the library has, with
// failures of every kind and stops of every kind, and looks whether each message
// came once. It is apart from the simulation because it takes as long as it is
// given: see `make torture`.
package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// parcel is a message: number n of a source.
type parcel struct{ source, n int }

// world is a random graph: some sources, each with a line of stages of random kinds
// behind it, and a sink. Bodies send once in an iteration at most, and wait before
// that, so that no iteration is torn and each parcel comes exactly once.
type world struct {
	g     *steady.Graph
	r     *rand.Rand
	limit int // of parcels of a source; 0 means until the stop
	rate  int // about one failure in so many bodies; 0 means none
	dir   string
	ids   int

	sent []*steady.State[int]
	mu   sync.Mutex
	seen []map[int]int // by source; how often each number came to an end; mu guards it
	ends []string      // channels whose messages have come to an end when they are taken
	dead []string      // the same, of dead letters
}

// newWorld adds a random graph to g. What is kept on disk is kept below dir.
func newWorld(g *steady.Graph, seed uint64, limit int, dir string) *world {
	w := &world{g: g, r: rand.New(rand.NewPCG(seed, 0x70f7)), limit: limit, dir: dir}
	w.rate = []int{0, 400, 60, 12}[w.r.IntN(4)]
	for range 1 + w.r.IntN(3) {
		w.line()
	}
	return w
}

func (w *world) name(kind string) string {
	w.ids++
	return fmt.Sprint(kind, w.ids)
}

func (w *world) channel() *steady.Chan[parcel] {
	return steady.NewChan[parcel](w.g, w.name("c"), 1+w.r.IntN(1<<w.r.IntN(7)))
}

// options are where an actor runs, and with whom it starts again.
func (w *world) options() []steady.Option {
	opts := []steady.Option{steady.Restart{Max: -1, Backoff: time.Duration(w.r.IntN(3)-1) * time.Millisecond}}
	switch w.r.IntN(5) {
	case 0:
		opts = append(opts, steady.Solo())
	case 1:
		opts = append(opts, steady.Troupe(fmt.Sprint("troupe", w.r.IntN(2))))
	}
	switch w.r.IntN(6) {
	case 0:
		opts = append(opts, steady.Group("all", steady.OneForAll))
	case 1:
		opts = append(opts, steady.Group("rest", steady.RestForOne))
	}
	return opts
}

var errOnPurpose = errors.New("on purpose")

// accidents returns what makes a body fail now and then, in every way that there is.
func (w *world) accidents() func() error {
	r, rate := rand.New(rand.NewPCG(w.r.Uint64(), 1)), w.rate
	return func() error {
		if rate == 0 || r.IntN(rate) > 0 {
			return nil
		}
		switch r.IntN(3) {
		case 0:
			panic(errOnPurpose)
		case 1:
			runtime.Goexit()
		}
		return errOnPurpose
	}
}

// line is a source, stages and a sink.
func (w *world) line() {
	id, next := len(w.sent), steady.NewState(w.g, w.name("sent"), 0)
	w.sent, w.seen = append(w.sent, next), append(w.seen, map[int]int{})
	c, pause := w.channel(), w.r.IntN(3) // it does not fail: in a stop that would be its end
	steady.Source(w.g, w.name("source"), c, func(a *steady.Actor, out *steady.Tx[parcel]) error {
		for a.Running() && (w.limit == 0 || next.Get() < w.limit) {
			n := next.Get()
			if pause > 0 && n%64 == 63 && !a.Wait(a.After(time.Duration(pause)*50*time.Microsecond)) {
				if a.Running() {
					continue
				}
				break
			}
			if err := out.Send(parcel{id, n}); err != nil {
				return err
			}
			next.Set(n + 1)
		}
		return nil
	}, steady.Restart{Max: -1, Backoff: -1}, next)
	stages := []func(*steady.Chan[parcel]) *steady.Chan[parcel]{w.each, w.waits, w.tries, w.lanes, w.bytes, w.loop, w.counts, w.calls}
	for range w.r.IntN(4) {
		c = stages[w.r.IntN(len(stages))](c)
	}
	w.sink(c)
}

// sink counts what comes, as the last thing in its body.
func (w *world) sink(c *steady.Chan[parcel]) {
	fail := w.accidents()
	w.ends = append(w.ends, c.Name())
	steady.Sink(w.g, w.name("sink"), c, func(_ *steady.Actor, in *steady.Rx[parcel]) error {
		for p := range in.All() {
			if err := fail(); err != nil {
				return err
			}
			w.arrived(p)
		}
		return nil
	}, w.options()...)
}

func (w *world) arrived(p parcel) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[p.source][p.n]++
}

// through adds a stage with a body that handles one parcel of a range.
func (w *world) through(in *steady.Chan[parcel], before func(a *steady.Actor, p parcel) error, opts ...steady.Option) *steady.Chan[parcel] {
	out, fail := w.channel(), w.accidents()
	steady.Stage(w.g, w.name("stage"), in, out, func(a *steady.Actor, in *steady.Rx[parcel], out *steady.Tx[parcel]) error {
		for p := range in.All() {
			if err := errors.Join(fail(), before(a, p)); err != nil {
				return err
			}
			if err := out.Send(p); err != nil {
				return err
			}
			if err := fail(); err != nil {
				return err
			}
		}
		return nil
	}, append(w.options(), opts...)...)
	return out
}

func (w *world) each(in *steady.Chan[parcel]) *steady.Chan[parcel] {
	return w.through(in, func(*steady.Actor, parcel) error { return nil })
}

// waits has a wait inside of a range: for the clock, which a stop does not end.
func (w *world) waits(in *steady.Chan[parcel]) *steady.Chan[parcel] {
	return w.through(in, func(a *steady.Actor, p parcel) error {
		if p.n%32 == 7 && !a.Wait(a.After(20*time.Microsecond)) {
			return steady.ErrStopped
		}
		return nil
	})
}

// calls leaves the library now and then.
func (w *world) calls(in *steady.Chan[parcel]) *steady.Chan[parcel] {
	return w.through(in, func(a *steady.Actor, p parcel) error {
		if p.n%16 == 3 {
			a.Blocking(func(context.Context) { runtime.Gosched() })
		}
		return nil
	})
}

// counts keeps a number on disk.
func (w *world) counts(in *steady.Chan[parcel]) *steady.Chan[parcel] {
	sync := []steady.Sync{steady.SyncAlways, steady.SyncEvery(time.Millisecond), steady.SyncOnStop}[w.r.IntN(3)]
	name := w.name("count")
	count := steady.NewState(w.g, name, 0, steady.Persist(w.dir+"/"+name, sync))
	return w.through(in, func(*steady.Actor, parcel) error {
		count.Set(count.Get() + 1)
		return nil
	}, count)
}
