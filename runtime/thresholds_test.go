package steady

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// With real races: thresholds that fit are never reported, those that cannot
// are always. The sender waits for m free slots and sends k; the receiver waits
// for n messages, holds h of an open iteration, and takes n.
func TestDeadlockGuardOfRandomThresholds(t *testing.T) {
	reported, clean := 0, 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 11))
		capacity := 1 + r.IntN(24)
		n, m := 1+r.IntN(capacity), 1+r.IntN(capacity)
		k := 1 + r.IntN(m)
		const total = 400
		g := &Graph{Grace: 10 * time.Second, measure: seed%2 == 0}
		c := NewChan[int](g, "c", capacity)
		p := g.Actor("source", always)
		tx := c.Tx(p)
		sent := 0
		p.Run(func(a *Actor) error {
			for sent < total && a.Running() {
				if !a.Wait(tx.Vacant(m)) {
					continue
				}
				for range min(k, total-sent) {
					if !tx.TrySend(sent) {
						t.Error("no room after Vacant")
					}
					sent++
				}
			}
			return nil
		})
		s := g.Actor("sink", always)
		rx := c.Rx(s)
		next := 0
		s.Run(func(a *Actor) error {
			for a.Running(rx.Drained()) {
				if !a.Wait(rx.Avail(n)) {
					continue
				}
				for range n {
					if v, ok := rx.TryTake(); ok {
						if v != next {
							t.Errorf("got %d, want %d", v, next)
						}
						next++
					}
				}
			}
			return nil
		})
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		err := g.Serve(ctx)
		late := ctx.Err() != nil
		cancel()
		var dead *DeadlockError
		switch {
		case late:
			t.Fatalf("seed %d: capacity %d, n %d, m %d, k %d: hung: %v", seed, capacity, n, m, k, err)
		case errors.As(err, &dead):
			reported++
			if n+m <= capacity+1 || dead.Avail != n || dead.Vacant != m || dead.Held != 0 {
				t.Errorf("seed %d: capacity %d, n %d, m %d, k %d: %v", seed, capacity, n, m, k, err)
			}
		case err != nil || next != total:
			t.Errorf("seed %d: received %d: %v", seed, next, err)
		default:
			clean++
		}
		checkInvariants(t, &Graph{sched: g.sched, edges: g.edges})
	}
	if reported < 20 || clean < 20 {
		t.Errorf("%d reported and %d clean: neither tests anything", reported, clean)
	}
}
