package torture

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

var (
	lasts = flag.Duration("torture.for", time.Second, "how long each test goes on")
	first = flag.Uint64("torture.seed", 0, "begin with this seed; 0 draws one")
)

var quiet = slog.New(slog.DiscardHandler)

// childEnv holds the seed of a graph that this binary runs in a process of its own.
const childEnv = "STEADY_TORTURE_SEED"

func TestMain(m *testing.M) {
	var seed uint64
	if _, err := fmt.Sscan(os.Getenv(childEnv), &seed); err == nil {
		child(seed)
	}
	// What is ignored, as under nohup, is so for children, too; what is caught is not.
	for _, s := range stops {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	os.Exit(m.Run())
}

// rounds runs f with one seed after another until the time is over.
func rounds(t *testing.T, f func(seed uint64) error) {
	t.Helper()
	seed := *first
	if seed == 0 {
		seed = rand.Uint64() >> 24
	}
	n := 0
	for end := time.Now().Add(*lasts); time.Now().Before(end) && !t.Failed(); n++ {
		if err := f(seed); err != nil {
			t.Errorf("seed %d: %v\nTo begin with it again: go test -run '^%s$' ./runtime/steadytest/torture -torture.seed=%d", seed, err, t.Name(), seed)
		}
		seed++
	}
	t.Logf("%d graphs", n)
}

// Random graphs that end by themselves, or are stopped at any moment, lose nothing and
// repeat nothing.
func TestTorture(t *testing.T) {
	t.Parallel()
	rounds(t, func(seed uint64) error {
		r := rand.New(rand.NewPCG(seed, 0x57a7))
		g := &steady.Graph{Grace: time.Minute, Logger: quiet, Park: []steady.ParkMode{steady.ParkChannel, steady.ParkFutex}[r.IntN(2)]}
		limit := 1 + r.IntN(3000)
		if r.IntN(3) == 0 {
			limit = 0
		}
		w := newWorld(g, seed, limit, t.TempDir())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stop := []func(){cancel, func() { _ = g.Shutdown(t.Context()) }}[r.IntN(2)]
		timer := time.AfterFunc(time.Duration(r.IntN(30_000))*time.Microsecond, stop)
		defer timer.Stop()
		if err := g.Serve(ctx); err != nil {
			return err
		}
		return w.check()
	})
}

// child runs a graph until a signal stops it, and says whether all came.
func child(seed uint64) {
	dir, err := os.MkdirTemp("", "torture")
	if err != nil {
		panic(err)
	}
	g := &steady.Graph{Name: "torture", Logger: quiet, Grace: time.Minute, Metrics: steady.Off, Socket: steady.Off}
	w := newWorld(g, seed, 0, dir)
	g.Actor("ready").Run(func(*steady.Actor) error { fmt.Println("ready"); return nil })
	err = g.Run(context.Background())
	if err == nil {
		err = w.check()
	}
	_ = os.RemoveAll(dir)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("all came")
	os.Exit(0)
}

// Signals stop processes, and these lose nothing and repeat nothing.
func TestTortureBySignals(t *testing.T) {
	t.Parallel()
	rounds(t, func(seed uint64) error {
		r := rand.New(rand.NewPCG(seed, 0x516))
		c := exec.CommandContext(t.Context(), os.Args[0])
		var said strings.Builder
		c.Stderr = &said
		c.Env = append(os.Environ(), fmt.Sprint(childEnv, "=", seed), "STEADYTOP_DIR="+t.TempDir())
		out, err := c.StdoutPipe()
		if err != nil {
			return err
		}
		if err := c.Start(); err != nil {
			return err
		}
		ready := make([]byte, len("ready\n"))
		if _, err := out.Read(ready); err != nil {
			return err
		}
		<-time.After(time.Duration(r.IntN(20_000)) * time.Microsecond)
		if err := c.Process.Signal(stops[r.IntN(len(stops))]); err != nil {
			return err
		}
		rest := make([]byte, 1<<16)
		n, _ := out.Read(rest)
		if err := c.Wait(); err != nil || !strings.Contains(string(rest[:n]), "all came") {
			return fmt.Errorf("the process ended with %v and said %q, and %.2000s", err, rest[:n], said.String())
		}
		return nil
	})
}

// stops are the signals that ask for a stop.
var stops = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}

// The same shapes, in every order: one shape for each few seeds.
func TestSimulationOfTorture(t *testing.T) {
	for shape := range uint64(12) {
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			var w *world
			steadytest.Simulate(t, func(g *steady.Graph) { w = newWorld(g, shape, 200, "/var") }, steadytest.Options{
				First: 1000 * shape, Seeds: 20, Steps: 1500, Faults: steadytest.Panics | steadytest.Delays | steadytest.Jumps,
				Setup: func(g *steadytest.Graph) { tap(g, w) },
			})
		})
	}
}

// tap has what came counted from outside: an iteration that has ended may yet fail there,
// and what its body has counted would count twice.
func tap(g *steadytest.Graph, w *world) {
	var ends []*steadytest.Stream[parcel]
	var dead []*steadytest.Stream[steady.DeadLetter[parcel]]
	for _, name := range w.ends {
		ends = append(ends, steadytest.Tap[parcel](g, name))
	}
	for _, name := range w.dead {
		dead = append(dead, steadytest.Tap[steady.DeadLetter[parcel]](g, name))
	}
	g.Ensure(func() error {
		for _, seen := range w.seen {
			clear(seen)
		}
		for _, s := range ends {
			for _, p := range s.All() {
				w.arrived(p)
			}
		}
		for _, s := range dead {
			for _, l := range s.All() {
				w.arrived(l.Message)
			}
		}
		return w.check()
	})
}
