package steady

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/sched"
)

// signals notes in which phase of the graph its parkers are signalled.
type signals struct {
	sched.Scheduler
	g    *Graph
	mu   sync.Mutex
	seen []lifePhase
}

func (s *signals) Parker(bool) *park.Parker { return park.On(&notedBed{make(chan struct{}, 1), s}) }

func (s *signals) since(from int) []lifePhase {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen[from:])
}

type notedBed struct {
	c chan struct{}
	s *signals
}

// Wait implements park.Backend.
func (b *notedBed) Wait() { <-b.c }

// Signal implements park.Backend.
func (b *notedBed) Signal() {
	b.s.mu.Lock()
	b.s.seen = append(b.s.seen, b.s.g.life())
	b.s.mu.Unlock()
	b.c <- struct{}{}
}

// Whoever is woken for a stop, or for the deadline, finds that it has come: it
// would lie down again for good otherwise.
func TestThePhaseComesBeforeTheWakeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{Grace: 2 * time.Second}
		woken := &signals{Scheduler: sched.NewGo(), g: g}
		g.sched = woken
		release := make(chan struct{})
		c := NewChan[int](g, "c", 4)
		Source(g, "deaf", c, func(*Actor, *Tx[int]) error { <-release; return nil })
		Sink(g, "sleeper", c, func(_ *Actor, in *Rx[int]) error {
			for range in.All() {
			}
			return nil
		})
		served := make(chan error)
		go func() { served <- g.Serve(context.Background()) }()
		for _, step := range []struct {
			do    func()
			phase lifePhase
		}{
			{func() { g.requestStop("test") }, stopRequested},
			{func() { <-time.After(2 * time.Second) }, expired},
		} {
			synctest.Wait()
			before := len(woken.since(0))
			step.do()
			synctest.Wait()
			seen := woken.since(before)
			if len(seen) == 0 || slices.ContainsFunc(seen, func(p lifePhase) bool { return p != step.phase }) {
				t.Errorf("woken in phases %v, want all in %v", seen, step.phase)
			}
		}
		var down *ShutdownError
		if err := <-served; !errors.As(err, &down) {
			t.Errorf("Serve: %v", err)
		}
		close(release)
	})
}
