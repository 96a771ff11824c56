package steadytest

import (
	"fmt"
	"math"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/rig"
)

// Drive says what Load sends, how fast and for how long. T is the type of the
// messages, []byte for a steady.ByteChan. Source is required.
type Drive[T any] struct {
	// Source is the name of the actor that the generator takes the place of. It must
	// have no inputs.
	Source string
	// Channel is the output that is driven. Empty means the only one that takes T.
	// The other outputs of the source stay empty.
	Channel string
	// Next returns message i, counted from 0, on the goroutine of the source. If it
	// fails it is asked for the same message again, once the source was started
	// again. Nil means zero values.
	Next func(i uint64) T

	// Rate is how many messages are due in each second. Each has its time, whatever
	// became of those before: after a stall all that became due meanwhile is sent at
	// once, and Figures.Lag tells how late it was. 0 means as many as possible.
	Rate float64
	// Count is how many messages are sent, and For how long they are. What comes
	// first counts. 0 means no limit; if both are 0, For is a second.
	Count uint64
	For   time.Duration

	// Patience is how long no message may move, unless the next one is not due yet,
	// until the test fails and names who holds the rest up. 0 means a minute.
	Patience time.Duration
	// Setup, if it is not nil, is called before the graph runs: to mock actors, tap
	// channels, and say with Ensure what has to hold in the end.
	Setup func(g *Graph)
}

// Load runs the graph that build makes, the function of production, with a
// generator in the place of one of its sources, and returns what it has measured
// once the graph has ended. The other actors, the goroutines, the threads and the
// clock are those of production: it is not for a harness. A state that is
// persisted is read and written where it is in production, too.
//
// When all is sent the generator ends, so that the graph drains and ends. A stop
// is requested only if it does not end by itself: at once if there are other
// sources, and when an actor waits to which no message can come any more. A stop
// that somebody else requests before ends the generator.
//
// The test fails if Serve returns an error: an actor that failed for good or did
// not end within the Grace of the graph, a message that nobody took. It also fails
// if the receiver ends before the generator, without a stop.
func Load[T any](tb testing.TB, build func(*steady.Graph), d Drive[T]) *Figures {
	tb.Helper()
	aim, err := d.target()
	if err != nil {
		tb.Fatalf("steadytest: Load: %v", err)
	}
	g := newGraph(tb, build)
	if d.Setup != nil {
		d.Setup(g)
	}
	w := newWatcher(g, g.actor(d.Source), aim)
	source := &g.actors[w.self]
	if len(source.In) > 0 {
		tb.Fatalf("steadytest: Load: %q is no source: it receives from %s", d.Source, source.In[0].Name)
	}
	out, err := find[T](source.Out, "outputs", d.Channel)
	if err != nil {
		tb.Fatalf("steadytest: Load: source %q: %v", d.Source, err)
	}
	for i, p := range source.Out {
		if p.End == out {
			w.port, w.driven = i, p.Channel
		}
	}
	gen := &generator[T]{watcher: w, out: out.(sender[T]), next: d.Next}
	if gen.next == nil {
		gen.next = func(uint64) (zero T) { return zero }
	}
	g.rig.Replace(w.self, gen.body)
	g.rig.Set(rig.Setup{}) // time stamps are taken
	if g.g.Park == steady.ParkAuto {
		g.g.Park = steady.ParkFutex // as under Run
	}
	return w.run()
}

// target is what the generator is to do.
type target struct {
	rate       float64
	limit      uint64 // messages
	length     time.Duration
	stuckAfter time.Duration
}

func (d *Drive[T]) target() (target, error) {
	p := target{rate: d.Rate, limit: d.Count, length: d.For, stuckAfter: d.Patience}
	if !(d.Rate >= 0) || math.IsInf(d.Rate, 0) || d.For < 0 || d.Patience < 0 {
		return p, fmt.Errorf("want 0 or more: Rate %v, For %v, Patience %v", d.Rate, d.For, d.Patience)
	}
	switch {
	case p.length == 0 && p.limit == 0:
		p.length = time.Second
	case p.length == 0:
		p.length = forever
	}
	if p.limit == 0 {
		p.limit = math.MaxUint64
	}
	if p.stuckAfter == 0 {
		p.stuckAfter = time.Minute
	}
	p.limit = p.dueBefore(p.length)
	return p, nil
}

// due returns when message i is due, since the start of the generator.
func (p *target) due(i uint64) time.Duration {
	t := float64(i) * float64(time.Second) / p.rate
	if t >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(t)
}

// dueBefore returns how many messages are due before t. Without a rate that is
// all of them.
func (p *target) dueBefore(t time.Duration) uint64 {
	n := math.Ceil(float64(max(t, 0)) * p.rate / float64(time.Second))
	if p.rate == 0 || n >= float64(p.limit) {
		return p.limit
	}
	return uint64(n)
}
