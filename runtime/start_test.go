package steady

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Requests to stop from many goroutines, before, at and after the start.
func TestManyRequestsAtAnyTime(t *testing.T) {
	for range 200 {
		g := &Graph{Grace: time.Minute}
		c := NewChan[int](g, "c", 4)
		sent := 0
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			for a.Running() {
				if err := out.Send(sent); err != nil {
					return err
				}
				sent++
			}
			return nil
		})
		got := 0
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
				got++
			}
			return nil
		})
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if err := g.Shutdown(ctx); err != nil {
					t.Errorf("Shutdown: %v", err)
				}
			})
		}
		if err := g.Serve(context.Background()); err != nil {
			t.Fatalf("Serve: %v", err)
		}
		all.Wait()
		cancel()
		if sent != got {
			t.Fatalf("sent %d, received %d", sent, got)
		}
	}
}

func TestAContextThatEndedBeforeTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{}
		g.Actor("source").Run(func(a *Actor) error {
			for a.Running() {
				a.Wait(a.Every(time.Second))
			}
			return nil
		})
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := g.Serve(ctx); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

// loud is a logger that asks the graph for something at each line.
type loud struct {
	slog.Handler
	do func()
}

func (l loud) Enabled(context.Context, slog.Level) bool { return true }

func (l loud) Handle(context.Context, slog.Record) error { l.do(); return nil }

func TestALoggerMayRequestAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{}
		g.Logger = slog.New(loud{slog.DiscardHandler, func() { g.requestStop("a line was logged") }})
		g.Actor("fails", Restart{Never: true}).Run(func(a *Actor) error { return errors.New("once") })
		var failed *ActorError
		if err := g.Serve(context.Background()); !errors.As(err, &failed) {
			t.Errorf("Serve: %v", err)
		}
	})
}

// A request that comes when all has ended starts no clock.
func TestARequestAfterTheEndLeavesNoTimer(t *testing.T) {
	g := &Graph{}
	g.Actor("only").Run(func(*Actor) error { return nil })
	if err := g.prepare(false); err != nil {
		t.Fatal(err)
	}
	g.phase.Store(uint32(up))
	g.requestStop("all actors have ended: none runs")
	if g.grace != nil {
		t.Error("the time until the deadline runs although nobody is waited for")
	}
	g.cancel()
}

func TestRunThatCannotPublishEnds(t *testing.T) {
	g := &Graph{Socket: Off, Metrics: "no such address"}
	ran := false
	g.Actor("only").Run(func(*Actor) error { ran = true; return nil })
	if err := g.Run(context.Background()); err == nil {
		t.Fatal("want the error of the address")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := g.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown of a graph that could not start: %v", err)
	}
	if ran || g.actors[0].Context().Err() == nil {
		t.Errorf("ran %v, context %v", ran, g.actors[0].Context().Err())
	}
}

// Who collects the metrics in an own registry turns off those of Run.
func TestCollectorWithoutOwnTelemetryOfRun(t *testing.T) {
	g := &Graph{Name: "own", Socket: Off, Metrics: Off}
	registry := prometheus.NewRegistry()
	registry.MustRegister(g.Collector())
	g.Actor("probe").Run(func(a *Actor) error {
		if families, err := registry.Gather(); err != nil || len(families) == 0 {
			t.Errorf("gathered %d families: %v", len(families), err)
		}
		return nil
	})
	if err := g.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestNoTimeOfAStopWithoutAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{measure: true}
		g.Actor("only").Run(func(*Actor) error { <-time.After(time.Hour); return nil })
		if err := g.Serve(context.Background()); err != nil {
			t.Fatal(err)
		}
		if d := g.svc.Load().Shutdown(); d.Phase != telemetry.PhaseStopped || d.Elapsed != 0 || d.Remaining != 0 {
			t.Errorf("phase %v, %v of a stop have passed, %v remain", d.Phase, d.Elapsed, d.Remaining)
		}
	})
}

// A thousand graphs leave neither goroutines nor threads of their own behind.
func TestAThousandGraphsLeaveNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for i := range 1000 {
		g := &Graph{}
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, counted(10, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
			}
			return nil
		})
		g.Actor("ticks").Run(func(a *Actor) error {
			a.WaitAny(a.After(time.Hour), a.After(time.Millisecond))
			return nil
		})
		if i%2 == 0 {
			g.requestStop("test")
		}
		if err := g.Serve(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched() // the last act of an actor is after its graph has ended
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
}
