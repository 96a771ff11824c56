package steady

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

func TestEveryKeepsItsGrid(t *testing.T) {
	var at []time.Duration
	bubble(t, func(g *Graph) {
		g.Actor("beat").Run(func(a *Actor) error {
			begin := time.Now()
			for a.Running() && len(at) < 5 {
				if a.Wait(a.Every(time.Second)) {
					at = append(at, time.Since(begin))
					if len(at) == 2 {
						<-time.After(1500 * time.Millisecond) // late for the next
					}
				}
			}
			return nil
		})
	}, noError)
	// The tick of 3 s is late, those after it are on the grid again.
	if want := "[1s 2s 3.5s 4s 5s]"; fmt.Sprint(at) != want {
		t.Errorf("beats at %v, want %v", at, want)
	}
}

func TestAvailHoldsForTheRestOfAClosedChannel(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 100)
		Source(g, "source", c, counted(25, never))
		s := g.Actor("sink")
		rx := c.Rx(s)
		var sizes []int
		s.Run(func(a *Actor) error {
			for a.Running(rx.Drained()) {
				if !a.Wait(rx.Avail(10)) {
					continue
				}
				n := 0
				for n < 10 {
					if _, ok := rx.TryTake(); !ok {
						break
					}
					n++
				}
				sizes = append(sizes, n)
			}
			return nil
		})
		t.Cleanup(func() {
			if fmt.Sprint(sizes) != "[10 10 5]" {
				t.Errorf("batches %v", sizes)
			}
		})
	}, noError)
}

func TestWaitAnySkipsWhatHasEnded(t *testing.T) {
	const n = 300
	got := [2]int{}
	rounds := 0
	bubble(t, func(g *Graph) {
		fast, slow := NewChan[int](g, "fast", 4), NewChan[int](g, "slow", 4)
		Source(g, "quick", fast, counted(n, never))
		Source(g, "late", slow, func(a *Actor, out *Tx[int]) error {
			for i := 0; i < n && a.Running(); {
				if !a.Wait(a.Every(time.Millisecond)) {
					continue
				}
				if err := out.Send(i); err != nil {
					return err
				}
				i++
			}
			return nil
		})
		s := g.Actor("merge")
		a1, a2 := fast.Rx(s), slow.Rx(s)
		s.Run(func(a *Actor) error {
			for a.Running(a1.Drained(), a2.Drained()) {
				rounds++
				switch a.WaitAny(a1.Avail(1), a2.Avail(1)) {
				case 0:
					a1.TryTake()
					got[0]++
				case 1:
					a2.TryTake()
					got[1]++
				}
			}
			return nil
		})
	}, noError)
	if got[0] != n || got[1] != n || rounds > 2*n+3 {
		t.Errorf("got %v in %d rounds", got, rounds)
	}
}

func TestThresholdDeadlockIsAnErrorThatNamesBothSides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{}
		c := NewChan[int](g, "c", 8)
		p := g.Actor("packer")
		tx := c.Tx(p)
		p.Run(func(a *Actor) error {
			for a.Running() {
				if a.Wait(tx.Vacant(6)) {
					for range 5 {
						tx.TrySend(1)
					}
				}
			}
			return nil
		})
		u := g.Actor("unpacker")
		rx := c.Rx(u)
		u.Run(func(a *Actor) error {
			for a.Running(rx.Drained()) {
				if a.Wait(rx.Avail(6)) {
					for range 6 {
						rx.TryTake()
					}
				}
			}
			return nil
		})
		err := g.Serve(context.Background())
		var dead *DeadlockError
		if !errors.As(err, &dead) {
			t.Fatalf("Serve: %v", err)
		}
		want := DeadlockError{Channel: "c", Capacity: 8, Receiver: "unpacker", Avail: 6, Sender: "packer", Vacant: 6}
		if *dead != want {
			t.Errorf("got %+v, want %+v", *dead, want)
		}
	})
}

// Thresholds that fit never deadlock, whatever they are.
func TestThresholdsThatFitNeverDeadlock(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 7))
		capacity := 1 + r.IntN(70)
		n := 1 + r.IntN(capacity)
		m := 1 + r.IntN(capacity+1-n)
		const total = 3000
		bubble(t, func(g *Graph) {
			c := NewChan[int](g, "c", capacity)
			p := g.Actor("source")
			tx := c.Tx(p)
			p.Run(func(a *Actor) error {
				for i := 0; i < total && a.Running(); {
					if !a.Wait(tx.Vacant(m)) {
						continue
					}
					for k := 0; k < m && i < total; k++ {
						if !tx.TrySend(i) {
							t.Error("no room after Vacant")
						}
						i++
					}
				}
				return nil
			})
			s := g.Actor("sink")
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
			t.Cleanup(func() {
				if next != total {
					t.Errorf("capacity %d, n %d, m %d: received %d of %d", capacity, n, m, next, total)
				}
			})
		}, noError)
	}
}

func TestSatisfiedWaitAllocatesNothing(t *testing.T) {
	bubble(t, func(g *Graph) {
		a, b := NewChan[int](g, "a", 8), NewChan[int](g, "b", 8)
		Source(g, "source", a, counted(1, never))
		s := g.Actor("stage")
		rx, tx := a.Rx(s), b.Tx(s)
		s.Run(func(a *Actor) error {
			for !a.Wait(rx.Avail(1), tx.Vacant(1)) {
			}
			if n := testing.AllocsPerRun(1000, func() {
				if !a.Wait(rx.Avail(1), tx.Vacant(1)) || a.WaitAny(All(rx.Avail(1), tx.Vacant(1)), rx.Avail(8)) != 0 {
					t.Error("the wait was satisfied before")
				}
			}); n != 0 {
				t.Errorf("%v allocations for two satisfied waits", n)
			}
			rx.TryTake()
			return nil
		})
		Sink(g, "sink", b, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
			}
			return nil
		})
	}, noError)
}
