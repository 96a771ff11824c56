package steady

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
)

// accidents happen at chosen messages, each once, in each way that an actor can
// fail. One actor has a set of its own.
type accidents struct {
	at       map[int]int // the way, by message
	happened *atomic.Int64
}

// planAccidents spreads count accidents at random over the messages 0..n-1 of
// so many actors.
func planAccidents(actors, n, count int, happened *atomic.Int64) []accidents {
	r := rand.New(rand.NewPCG(uint64(n), uint64(count)))
	plans := make([]accidents, actors)
	for i := range plans {
		plans[i] = accidents{at: map[int]int{}, happened: happened}
	}
	for k := 0; k < count; {
		p, v := plans[r.IntN(actors)].at, r.IntN(n)
		if _, taken := p[v]; !taken {
			p[v] = k
			k++
		}
	}
	return plans
}

// meet is called twice for each message, before and after it was sent.
func (c accidents) meet(v int, sent bool) error {
	way, ok := c.at[v]
	if !ok || sent != (way%2 == 1) {
		return nil
	}
	delete(c.at, v)
	c.happened.Add(1)
	switch way / 2 % 3 {
	case 0:
		panic(fmt.Sprintf("at %d", v))
	case 1:
		runtime.Goexit()
	}
	return errors.New("on purpose")
}

// A million messages go through five stages while a thousand panics, Goexits and
// errors happen at random in all actors: each comes once, in order.
func TestAMillionMessagesAndAThousandAccidents(t *testing.T) {
	n := min(messages(t, 10_000), 1_000_000)
	for _, s := range schedules {
		for _, capacity := range []int{5, 1024} {
			t.Run(fmt.Sprintf("%s/%d", s.name, capacity), func(t *testing.T) {
				report(t, n, func(n int) { pipeline(t, &Graph{Park: s.park}, n, min(n/10, 1000), capacity, s.on) })
			})
		}
	}
}

func pipeline(t *testing.T, g *Graph, n, count, capacity int, on []Option) {
	t.Helper()
	const stages = 5
	var happened atomic.Int64
	plans := planAccidents(stages+2, n, count, &happened)
	opts := func(i int) []Option { return []Option{always, on[i%len(on)]} }
	var c [stages + 1]*Chan[int]
	for i := range c {
		c[i] = NewChan[int](g, fmt.Sprint("c", i), capacity)
	}
	next := 0
	Source(g, "source", c[0], func(a *Actor, out *Tx[int]) error {
		for next < n && a.Running() {
			if err := plans[0].meet(next, false); err != nil {
				return err
			}
			if err := out.Send(next); err != nil {
				return err
			}
			if err := plans[0].meet(next, true); err != nil {
				return err
			}
			next++
		}
		return nil
	}, opts(0)...)
	for i := range stages {
		Stage(g, fmt.Sprint("stage", i), c[i], c[i+1], func(_ *Actor, in *Rx[int], out *Tx[int]) error {
			for v := range in.All() {
				if err := plans[i+1].meet(v, false); err != nil {
					return err
				}
				if err := out.Send(v); err != nil {
					return err
				}
				if err := plans[i+1].meet(v, true); err != nil {
					return err
				}
			}
			return nil
		}, opts(i+1)...)
	}
	got, want := expect(t, n)
	Sink(g, "sink", c[stages], func(_ *Actor, in *Rx[int]) error {
		for v := range in.All() {
			for _, sent := range []bool{false, true} {
				if err := plans[stages+1].meet(v, sent); err != nil {
					return err
				}
			}
			want(v, *got)
			*got++
		}
		return nil
	}, opts(stages+1)...)
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	checkInvariants(t, g)
	restarts := uint64(0)
	for _, a := range g.actors {
		restarts += a.restarts.Load()
	}
	if k := happened.Load(); k != int64(count) || restarts != uint64(count) {
		t.Errorf("%d accidents and %d restarts, want %d", k, restarts, count)
	}
}
