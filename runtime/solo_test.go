package steady

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/sched"
)

func nothing(*Actor) error { return nil }

func TestMistakesOfThreads(t *testing.T) {
	for _, c := range []struct {
		option Option
		want   string
	}{
		{Solo(-1), `steady: actor "motor": core -1 does not exist: they count from 0`},
		{Solo(0, 1, 0), `steady: actor "motor": core 0 is given twice`},
		{Realtime(0), `steady: actor "motor": Realtime(0): the priority goes from 1 to 99`},
		{Realtime(100), `steady: actor "motor": Realtime(100): the priority goes from 1 to 99`},
	} {
		g := &Graph{}
		g.Actor("motor", c.option).Run(nothing)
		if err := g.Serve(context.Background()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Serve: %v, want %q", err, c.want)
		}
	}
}

// otherSched is the scheduler of production, but does not say so: as in a
// simulation, its solo flows may not be threads.
type otherSched struct{ *sched.Go }

func TestThreadsAreLeftAloneInASimulation(t *testing.T) {
	g := &Graph{measure: true, sched: otherSched{sched.NewGo()}}
	const missing = 8191
	g.Actor("motor", Solo(missing), Realtime(50)).Run(nothing)
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	if n := g.svc.Load().Topology().Actors[0].Notes; n != nil {
		t.Errorf("notes: %q", n)
	}
}

// Threads that may occupy all processors are worth a warning, fewer are not.
func TestNoteOfACrowd(t *testing.T) {
	procs := runtime.GOMAXPROCS(0)
	for _, solos := range []int{procs - 1, procs, procs + 1} {
		var log bytes.Buffer
		g := &Graph{measure: true, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		for i := range solos {
			g.Actor(fmt.Sprint("solo", i), Solo()).Run(nothing)
		}
		g.Actor("pooled").Run(nothing)
		if err := g.Serve(context.Background()); err != nil {
			t.Error(err)
		}
		crowd := solos >= procs
		want := fmt.Sprintf("set GOMAXPROCS=%d", solos+1)
		if n := strings.Count(log.String(), want); n > 1 || n == 1 != crowd {
			t.Errorf("%d solos on %d processors: %d lines of the log warn", solos, procs, n)
		}
		for _, a := range g.svc.Load().Topology().Actors {
			has := slices.ContainsFunc(a.Notes, func(n string) bool { return strings.Contains(n, want) })
			if has != (crowd && a.Name != "pooled") {
				t.Errorf("%d solos on %d processors: actor %s has the notes %q", solos, procs, a.Name, a.Notes)
			}
		}
	}
}
