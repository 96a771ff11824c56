package steady

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// The deadline holds for graphs of any size: listing who did not end is part of
// the time that is left after it.
func TestTheDeadlineOfThousandsOfActors(t *testing.T) {
	const n = 2000
	g := &Graph{Grace: 100 * time.Millisecond}
	for i := range n {
		g.Actor(fmt.Sprint("actor", i)).Run(func(a *Actor) error {
			for a.Running(Vote("never", func() bool { return false })) {
				a.Wait(a.Every(time.Hour))
			}
			return nil
		})
	}
	g.requestStop("before the start")
	var down *ShutdownError
	begin := time.Now()
	err := g.Serve(context.Background())
	t.Logf("%d actors: %v", n, time.Since(begin))
	// Who had not begun by then has no stack.
	if !errors.As(err, &down) || len(down.Actors) != n || !slices.ContainsFunc(down.Actors, func(h Holdout) bool { return h.Stack != "" }) {
		t.Errorf("Serve: %.300v", err)
	}
	if d := time.Since(begin); d > 5*time.Second { // loaded machines are slow
		t.Errorf("Serve returned after %v", d)
	}
	for _, a := range g.actors {
		for !a.over.Load() {
			<-time.After(time.Millisecond)
		}
	}
}

// Whoever looks while all of it runs, fails and stops sees consistent figures.
func TestSamplingRacesWithEverything(t *testing.T) {
	g := &Graph{measure: true}
	a, b := NewChan[int](g, "a", 16), NewChan[int](g, "b", 16)
	const n = 20_000
	fails := 0
	Source(g, "source", a, counted(n, never), always)
	Stage(g, "stage", a, b, func(act *Actor, in *Rx[int], out *Tx[int]) error {
		for v := range in.All() {
			if err := out.Send(v); err != nil {
				return err
			}
			if fails++; fails%500 == 0 {
				return errors.New("again")
			}
		}
		return nil
	}, always, Solo())
	Sink(g, "sink", b, inOrder(t, n, never), always)
	if err := g.prepare(false); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	var samplers sync.WaitGroup
	for range 3 {
		samplers.Go(func() {
			var f telemetry.Frame
			last := make([]uint64, 2)
			for done := false; !done; {
				select {
				case <-ended:
					done = true
				default:
				}
				s := g.svc.Load()
				s.Sample(&f)
				s.Shutdown()
				for i := range g.actors {
					s.ActorDetail(uint32(i))
				}
				for i := range last {
					sent, taken := f.Channels.Sent[i], f.Channels.Taken[i]
					if taken > sent || sent-taken > 16 || sent < last[i] {
						t.Errorf("channel %d: sent %d (before: %d), taken %d", i, sent, last[i], taken)
					}
					last[i] = sent
					weights := uint64(0)
					for k := range f.Channels.Latency {
						weights += f.Channels.Latency[k][i]
					}
					if done && (weights == 0 || weights > taken) {
						t.Errorf("channel %d: latencies of %d messages, %d taken", i, weights, taken)
					}
				}
			}
		})
	}
	if err := g.serve(context.Background()); err != nil {
		t.Error(err)
	}
	close(ended)
	samplers.Wait()
	checkInvariants(t, g)
}
