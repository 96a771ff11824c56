package steady

import (
	"context"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// idleGraph has a source and a sink, and is prepared as for Run.
func idleGraph(t *testing.T) *Graph {
	t.Helper()
	g := &Graph{Name: "idle"}
	g.measure = true
	c := NewChan[int](g, "c", 4)
	Source(g, "source", c, func(a *Actor, _ *Tx[int]) error {
		for a.Running() {
			a.Wait(a.Every(time.Hour))
		}
		return nil
	})
	Sink(g, "sink", c, func(_ *Actor, in *Rx[int]) error {
		for range in.All() {
		}
		return nil
	})
	if err := g.prepare(false); err != nil {
		t.Fatal(err)
	}
	return g
}

// TestWhatIsBuiltTooLateDoesNotBlindTheSampler: whatever gets into the graph
// after the start, what was there goes on to be shown.
func TestWhatIsBuiltTooLateDoesNotBlindTheSampler(t *testing.T) {
	g := idleGraph(t)
	svc := g.svc.Load()
	g.actors = append(g.actors, &Actor{g: g, name: "late"})
	g.edges = append(g.edges, g.edges[0])
	g.watched = append(g.watched, &Watched{})
	var f telemetry.Frame
	for range 3 {
		svc.Sample(&f)
		if len(f.Actors.State) != 2 || len(f.Channels.Sent) != 1 {
			t.Fatalf("%d actors and %d channels", len(f.Actors.State), len(f.Channels.Sent))
		}
	}
	if d := svc.Shutdown(); len(d.Votes) != 2 {
		t.Errorf("%d votes", len(d.Votes))
	}
	if _, ok := svc.ActorDetail(2); ok {
		t.Error("there is a detail of an actor that is not in the topology")
	}
	g.over()
}

// TestTheEndSaysWhoAskedForIt: it is the last that is known of a service.
func TestTheEndSaysWhoAskedForIt(t *testing.T) {
	g := idleGraph(t)
	done := make(chan error, 1)
	go func() { done <- g.serve(context.Background()) }()
	g.svc.Load().RequestShutdown("maintenance (uid 1000, pid 42)")
	err := <-done
	if e := g.svc.Load().end(err); err != nil || e.Reason != "maintenance (uid 1000, pid 42)" || !e.Clean {
		t.Errorf("the end is %+v, error %v", e, err)
	}
}

// TestAnEndlessGraceIsShownAsALongOne: whoever adds to it must not come to the
// time before the start.
func TestAnEndlessGraceIsShownAsALongOne(t *testing.T) {
	g := idleGraph(t)
	g.Grace = math.MaxInt64
	svc := newService(g, "", true)
	done := make(chan error, 1)
	go func() { done <- g.serve(context.Background()) }()
	if grace := svc.Topology().Grace; grace < 50*365*24*time.Hour || grace+grace < grace {
		t.Errorf("grace %v", grace)
	}
	g.requestStop("test")
	if d := svc.Shutdown(); d.Remaining < 0 || d.Elapsed < 0 || d.Phase == telemetry.PhaseStopping && d.Remaining < time.Hour {
		t.Errorf("%v left after %v", d.Remaining, d.Elapsed)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestMetricsForOthersNeedAWord: it says what to set.
func TestMetricsForOthersNeedAWord(t *testing.T) {
	build := func() *Graph {
		g := &Graph{Name: "open", Socket: Off, Metrics: ":0"}
		g.Actor("a").Run(func(*Actor) error { return nil })
		return g
	}
	err := build().Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "steady: telemetry: ") || !strings.Contains(err.Error(), "MetricsTLS") ||
		!strings.Contains(err.Error(), "MetricsOpen") || !strings.Contains(err.Error(), net.JoinHostPort("127.0.0.1", "")) {
		t.Errorf("got %v", err)
	}
	g := build()
	g.MetricsOpen = true
	if err := g.Run(t.Context()); err != nil {
		t.Error(err)
	}
}
