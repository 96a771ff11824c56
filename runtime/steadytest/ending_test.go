package steadytest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// A stop is requested when the graph does not end by itself: for other sources, and
// for actors that wait for a time.
func TestLoadStopsWhoDoesNotEnd(t *testing.T) {
	idle := func(a *steady.Actor, in *steady.Rx[uint64]) error {
		for a.Running(in.Drained()) {
			a.Wait(a.Every(time.Millisecond))
			for _, ok := in.TryTake(); ok; _, ok = in.TryTake() {
			}
		}
		return nil
	}
	other := func(a *steady.Actor, out *steady.Tx[uint64]) error {
		for i := uint64(0); a.Running(); i++ {
			if a.Wait(a.Every(time.Millisecond)) && out.Send(i) != nil {
				return nil
			}
		}
		return nil
	}
	for name, build := range map[string]func(*steady.Graph){
		"another source": func(g *steady.Graph) {
			graph(4, func(*steady.Actor, uint64) {})(g)
			c := steady.NewChan[uint64](g, "others", 4)
			steady.Source(g, "other", c, other)
			steady.Sink(g, "others", c, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
				for range in.All() {
				}
				return nil
			})
		},
		"an idle sink": func(g *steady.Graph) {
			c := steady.NewChan[uint64](g, "numbers", 16)
			steady.Source(g, "generator", c, forget[uint64])
			steady.Sink(g, "sink", c, idle)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				f := Load(t, build, Drive[uint64]{Source: "generator", Count: 10, Rate: 100})
				if d := time.Since(begin); f.Sent != 10 || f.Stopped != "" || f.Elapsed > 120*time.Millisecond || d > 120*time.Millisecond {
					t.Errorf("sent %d, elapsed %v of %v, stopped %q", f.Sent, f.Elapsed, d, f.Stopped)
				}
			})
		})
	}
}

// Somebody else's stop ends the generator.
func TestLoadEndsWithTheGraph(t *testing.T) {
	for _, rate := range []float64{0, 1000} {
		synctest.Test(t, func(t *testing.T) {
			var got []uint64
			f := Load(t, graph(4, func(a *steady.Actor, n uint64) {
				if got = append(got, n); n == 100 {
					a.RequestShutdown("enough")
				}
			}), Drive[uint64]{Source: "generator", Next: identity, Rate: rate, Count: 1e9})
			check(t, f, got, int(f.Sent))
			if !strings.Contains(f.Stopped, "enough") || !strings.Contains(f.String(), "enough") || f.Sent < 100 || f.Sent > 200 {
				t.Errorf("sent %d, stopped %q", f.Sent, f.Stopped)
			}
		})
	}
}

// recorder is a test that is to fail.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// failures returns how f fails.
func failures(t *testing.T, f func(tb testing.TB)) string {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
	return strings.Join(r.errors, "\n")
}

// What does not fit is fatal, and the ports that there are are named.
func TestLoadDoesNotFit(t *testing.T) {
	two := func(g *steady.Graph) {
		hot, cold := steady.NewChan[uint64](g, "hot", 1), steady.NewChan[uint64](g, "cold", 1)
		s, k := g.Actor("generator"), g.Actor("sink")
		hot.Tx(s)
		cold.Tx(s)
		hot.Rx(k)
		cold.Rx(k)
		s.Run(func(*steady.Actor) error { return nil })
		k.Run(func(*steady.Actor) error { return nil })
	}
	one := graph(1, nil)
	for want, load := range map[string]func(tb testing.TB){
		`source "generator": no channel fits: its outputs are numbers of uint64`: func(tb testing.TB) {
			Load(tb, one, Drive[int]{Source: "generator"})
		},
		`name one of several channels: its outputs are hot of uint64, cold of uint64`: func(tb testing.TB) {
			Load(tb, two, Drive[uint64]{Source: "generator"})
		},
		`there is no actor "sensor"; there are generator, sink`: func(tb testing.TB) {
			Load(tb, one, Drive[uint64]{Source: "sensor"})
		},
		`"sink" is no source: it receives from numbers`: func(tb testing.TB) {
			Load(tb, one, Drive[uint64]{Source: "sink"})
		},
		`want 0 or more: Rate -1, For 0s, Patience 0s`: func(tb testing.TB) {
			Load(tb, one, Drive[uint64]{Source: "generator", Rate: -1})
		},
	} {
		if got := failures(t, load); !strings.Contains(got, want) || strings.Contains(got, "\n") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The test fails when the graph does not end well.
func TestLoadThatIsLost(t *testing.T) {
	few := func(g *steady.Graph) {
		c := steady.NewChan[uint64](g, "numbers", 16)
		steady.Source(g, "generator", c, forget[uint64])
		steady.Sink(g, "sink", c, func(a *steady.Actor, in *steady.Rx[uint64]) error {
			for n := range in.All() {
				if n == 3 {
					return nil
				}
			}
			return nil
		})
	}
	got := failures(t, func(tb testing.TB) {
		Load(tb, few, Drive[uint64]{Source: "generator", Next: identity, Count: 1e6})
	})
	if !strings.Contains(got, "did not end well") || !strings.Contains(got, "numbers") {
		t.Errorf("got %q", got)
	}
}

// Who holds up the rest for longer than Patience is named, and the test ends.
func TestLoadThatIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := failures(t, func(tb testing.TB) {
			Load(tb, graph(4, func(a *steady.Actor, _ uint64) { a.Blocking(func(ctx context.Context) { <-ctx.Done() }) }),
				Drive[uint64]{Source: "generator", Patience: time.Second})
		})
		for _, want := range []string{"no message has moved for 1s", "generator: blocked, numbers is full", "sink: in a call", "did not end well"} {
			if !strings.Contains(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
}

// So is a generator that is stuck in Next. Load does not wait for it.
func TestLoadStuckInNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		next := func(i uint64) uint64 {
			if i == 100 {
				<-release
			}
			return i
		}
		for _, rate := range []float64{0, 1000} {
			var f *Figures
			got := failures(t, func(tb testing.TB) {
				f = Load(tb, graph(4, func(*steady.Actor, uint64) {}), Drive[uint64]{Source: "generator", Next: next, Rate: rate, Count: 1000, Patience: time.Second})
			})
			for _, want := range []string{"no message has moved for 1s", "generator: in its own code", "did not end well"} {
				if !strings.Contains(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			}
			if f.Sent > 100 || f.Due != 1000 {
				t.Errorf("sent %d of %d", f.Sent, f.Due)
			}
		}
		close(release)
	})
}
