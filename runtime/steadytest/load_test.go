package steadytest

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func identity(i uint64) uint64 { return i }

// graph returns a build function: a source that is to be replaced, and a sink.
func graph(capacity int, sink func(*steady.Actor, uint64), opts ...steady.Option) func(*steady.Graph) {
	return func(g *steady.Graph) {
		numbers := steady.NewChan[uint64](g, "numbers", capacity)
		steady.Source(g, "generator", numbers, forget[uint64], opts...)
		steady.Sink(g, "sink", numbers, func(a *steady.Actor, in *steady.Rx[uint64]) error {
			for n := range in.All() {
				sink(a, n)
			}
			return nil
		})
	}
}

func forget[T any](*steady.Actor, *steady.Tx[T]) error { panic("the body of production") }

func nap(a *steady.Actor, d time.Duration) { a.Wait(a.After(d)) }

// check fails the test unless want messages came, each once and in order.
func check(t *testing.T, f *Figures, got []uint64, want int) {
	t.Helper()
	if f.Sent != uint64(want) || len(got) != want {
		t.Errorf("sent %d, received %d, want %d", f.Sent, len(got), want)
	}
	for i, n := range got {
		if n != uint64(i) {
			t.Errorf("message %d is %d", i, n)
			return
		}
	}
}

// All messages go through the graph once, on the real clock, and are accounted for.
func TestLoadAsFastAsPossible(t *testing.T) {
	var got []uint64
	f := Load(t, graph(64, func(_ *steady.Actor, n uint64) { got = append(got, n) }),
		Drive[uint64]{Source: "generator", Next: identity, Count: 50_000})
	check(t, f, got, 50_000)
	c, a := f.Channel("numbers"), f.Actor("generator")
	if f.Due != f.Sent || c.Sent != f.Sent || f.PerSecond() != c.PerSecond || f.PerSecond() <= 0 {
		t.Errorf("due %d, in the channel %d, %v/s", f.Due, c.Sent, f.PerSecond())
	}
	if w := c.Wait; w.P50 == 0 || w.P50 > w.P90 || w.P90 > w.P99 || w.P99 > w.Max || w.Max > f.Elapsed {
		t.Errorf("waits %+v, elapsed %v", w, f.Elapsed)
	}
	if sum := a.Busy + a.Blocked + a.Waiting + a.Calling; a.Busy <= 0 || sum > 1.001 {
		t.Errorf("%+v", a)
	}
	if c.From != "generator" || c.To != "sink" || c.Fullest > 1 || c.Fill > c.Fullest || f.Lag != (Quantiles{}) {
		t.Errorf("%+v, lag %v", c, f.Lag)
	}
}

// For ends a load without a rate, and the graph ends by itself.
func TestLoadForAWhile(t *testing.T) {
	var got []uint64
	f := Load(t, graph(64, func(_ *steady.Actor, n uint64) { got = append(got, n) }),
		Drive[uint64]{Source: "generator", Next: identity, For: time.Millisecond})
	check(t, f, got, int(f.Sent))
	if f.Due != f.Sent || f.Stopped != "" {
		t.Errorf("due %d of %d, stopped %q", f.Sent, f.Due, f.Stopped)
	}
}

// Each message is sent when it is due, and n of them take the time of n.
func TestLoadKeepsTheRate(t *testing.T) {
	for _, d := range []Drive[uint64]{
		{Rate: 1000},                               // for a second
		{Rate: 250, For: 4 * time.Second},          // as many
		{Rate: 1000, Count: 1000},                  // as long
		{Rate: 1000, Count: 1000, For: time.Hour},  // what comes first
		{Rate: 1000, Count: 1e9, For: time.Second}, // counts
	} {
		synctest.Test(t, func(t *testing.T) {
			var got []uint64
			d.Source, d.Next = "generator", identity
			begin := time.Now()
			f := Load(t, graph(4, func(_ *steady.Actor, n uint64) {
				got = append(got, n)
				if at, want := time.Since(begin), time.Duration(float64(n)/d.Rate*1e9); at != want {
					t.Errorf("message %d came at %v, not at %v", n, at, want)
				}
			}), d)
			check(t, f, got, 1000)
			if f.Due != 1000 || f.PerSecond() != d.Rate || f.Lag.Max != 0 {
				t.Errorf("%v: due %d, %v/s, lag %v", d, f.Due, f.PerSecond(), f.Lag)
			}
		})
	}
}

// The messages that became due in a stall of 100 ms are late by all the time that
// they were held up, and not one of them alone.
func TestLoadHidesNoStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []uint64
		f := Load(t, graph(1, func(a *steady.Actor, n uint64) {
			if got = append(got, n); n == 50 {
				nap(a, 100*time.Millisecond)
			}
		}), Drive[uint64]{Source: "generator", Next: identity, Rate: 1000, For: 200 * time.Millisecond})
		check(t, f, got, 200)
		// Message 51 is sent at 150 ms, and so are those up to 150.
		if f.Due != 200 || f.Lag.Max != 99*time.Millisecond || f.Lag.P90 != f.Lag.Max || f.Lag.P50 > time.Microsecond {
			t.Errorf("due %d, lag %v", f.Due, f.Lag)
		}
		if w := f.Channel("numbers").Wait; w.Max < 100*time.Millisecond {
			t.Errorf("waits %+v", w)
		}
	})
}

// A graph that can not keep up is not waited for when the time is over, and what
// was not sent is as late as it is then.
func TestLoadFallsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []uint64
		f := Load(t, graph(1, func(a *steady.Actor, n uint64) {
			got = append(got, n)
			nap(a, 11*time.Millisecond)
		}), Drive[uint64]{Source: "generator", Next: identity, Rate: 1000})
		check(t, f, got, int(f.Sent))
		if f.Due != 1000 || f.Sent < 90 || f.Sent > 93 || f.Elapsed > 1100*time.Millisecond {
			t.Errorf("sent %d of %d in %v", f.Sent, f.Due, f.Elapsed)
		}
		if f.Lag.P50 < 400*time.Millisecond || f.Lag.Max < 890*time.Millisecond || f.Lag.Max > time.Second {
			t.Errorf("lag %v", f.Lag)
		}
		if a := f.Actor("generator"); a.Blocked < 0.9 {
			t.Errorf("%+v", a)
		}
		if c := f.Channel("numbers"); c.Fullest != 1 || c.Fill < 0.5 {
			t.Errorf("%+v", c)
		}
	})
}

// A generator that fails goes on where it was.
func TestLoadGoesOnAfterAFailure(t *testing.T) {
	for _, rate := range []float64{0, 1000} {
		synctest.Test(t, func(t *testing.T) {
			var got []uint64
			failed := 0
			next := func(i uint64) uint64 {
				if i == 30 && failed < 2 {
					failed++
					panic("on purpose")
				}
				return i
			}
			f := Load(t, graph(4, func(_ *steady.Actor, n uint64) { got = append(got, n) }, steady.Restart{Max: 2}),
				Drive[uint64]{Source: "generator", Next: next, Rate: rate, Count: 1000})
			check(t, f, got, 1000)
			if n := f.Actor("generator").Restarts; n != 2 {
				t.Errorf("%d restarts, want 2", n)
			}
		})
	}
}

// The kit has its other parts in a load, too; a ByteChan is driven like a Chan.
func TestLoadWithMocksAndBytes(t *testing.T) {
	build := func(g *steady.Graph) {
		lines, unused := steady.NewByteChan(g, "lines", 4, 64), steady.NewChan[int](g, "unused", 1)
		s := g.Actor("reader")
		lines.Tx(s)
		unused.Tx(s)
		s.Run(func(*steady.Actor) error { panic("the body of production") })
		k := g.Actor("parser")
		lines.Rx(k)
		unused.Rx(k)
		k.Run(func(*steady.Actor) error { panic("the body of production") })
	}
	asked := false
	f := Load(t, build, Drive[[]byte]{
		Source: "reader", Count: 3, Next: func(i uint64) []byte { return fmt.Append(nil, i) },
		Setup: func(g *Graph) {
			Mock(g, "parser", Expect([]byte("0"), []byte("1"), []byte("2")))
			g.Ensure(func() error { asked = true; return nil })
		},
	})
	if f.Sent != 3 || !asked {
		t.Errorf("sent %d, asked %v", f.Sent, asked)
	}
}

func BenchmarkLoad(b *testing.B) {
	Load(b, graph(1024, func(*steady.Actor, uint64) {}), Drive[uint64]{Source: "generator", Next: identity, Count: uint64(b.N)}).Report(b)
}
