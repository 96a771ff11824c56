package steady

import (
	"context"
	"fmt"
	"testing"
)

// What a message costs through a bundle, and what the same way through one
// channel costs. On each way there are as many actors as lanes.
func BenchmarkFanIn(b *testing.B) {
	for _, lanes := range []int{1, 8, 64, 512} {
		for _, by := range []struct {
			name string
			body func(sum *uint64) func(*Actor, *BundleRx[uint64]) error
		}{
			{"All", sumAll}, {"WaitLane", sumWaitLane}, {"Batches", sumBatches},
		} {
			b.Run(fmt.Sprintf("%s/%d", by.name, lanes), func(b *testing.B) {
				benchFanIn(b, lanes, lanes, by.body)
			})
		}
	}
	b.Run("one of 64 busy", func(b *testing.B) { benchFanIn(b, 64, 1, sumAll) })
}

// benchFanIn moves b.N messages through the first busy lanes.
func benchFanIn(b *testing.B, lanes, busy int, body func(*uint64) func(*Actor, *BundleRx[uint64]) error) {
	g := &Graph{}
	c := NewBundle[uint64](g, "c", lanes, 1024)
	for i := range lanes {
		Source(g, fmt.Sprint("source", i), c.Lane(i), func(a *Actor, out *Tx[uint64]) error {
			if i >= busy {
				for a.Running() {
					a.Wait(a.Every(1e12))
				}
				return nil
			}
			for k := uint64(i); k < uint64(b.N); k += uint64(busy) {
				if err := out.Send(k); err != nil {
					return err
				}
				a.Running()
			}
			if busy < lanes {
				a.RequestShutdown("done")
			}
			return nil
		})
	}
	var sum uint64
	s := g.Actor("sink")
	in, run := c.Rx(s), body(&sum)
	s.Run(func(a *Actor) error { return run(a, in) })
	b.ReportAllocs()
	b.ResetTimer()
	if err := g.Serve(context.Background()); err != nil {
		b.Fatal(err)
	}
	if n := uint64(b.N); sum != n*(n-1)/2 {
		b.Fatal("sum")
	}
}

func sumAll(sum *uint64) func(*Actor, *BundleRx[uint64]) error {
	return func(_ *Actor, in *BundleRx[uint64]) error {
		for _, v := range in.All() {
			*sum += v
		}
		return nil
	}
}

func sumWaitLane(sum *uint64) func(*Actor, *BundleRx[uint64]) error {
	return func(a *Actor, in *BundleRx[uint64]) error {
		for a.Running(in.Drained()) {
			if lane := in.WaitLane(1); lane != nil {
				v, _ := lane.TryTake()
				*sum += v
			}
		}
		return nil
	}
}

func sumBatches(sum *uint64) func(*Actor, *BundleRx[uint64]) error {
	return func(a *Actor, in *BundleRx[uint64]) error {
		for a.Running(in.Drained()) {
			lane := in.WaitLane(1)
			if lane == nil {
				continue
			}
			p, q := lane.Peek()
			for _, v := range p {
				*sum += v
			}
			for _, v := range q {
				*sum += v
			}
			lane.Release(len(p) + len(q))
		}
		return nil
	}
}

func BenchmarkFanOut(b *testing.B) {
	for _, lanes := range []int{1, 8, 64, 512} {
		for _, by := range []struct {
			name string
			body func(n uint64) func(*Actor, *BundleTx[uint64]) error
		}{
			{"Send", countSend}, {"WaitLane", countWaitLane}, {"keyed", countKeyed},
		} {
			b.Run(fmt.Sprintf("%s/%d", by.name, lanes), func(b *testing.B) { benchFanOut(b, lanes, 0, by.body) })
		}
	}
	b.Run("63 of 64 stuck", func(b *testing.B) { benchFanOut(b, 64, 63, countSend) })
}

// benchFanOut sends b.N messages; the first lanes are stuck until all are sent.
func benchFanOut(b *testing.B, lanes, stuck int, body func(n uint64) func(*Actor, *BundleTx[uint64]) error) {
	g := &Graph{}
	c := NewBundle[uint64](g, "c", lanes, 1024)
	s := g.Actor("source")
	out, run := c.Tx(s), body(uint64(b.N))
	sent := make(chan struct{})
	s.Run(func(a *Actor) error {
		defer close(sent)
		return run(a, out)
	})
	sums := make([]uint64, lanes)
	for i := range lanes {
		Sink(g, fmt.Sprint("sink", i), c.Lane(i), func(a *Actor, in *Rx[uint64]) error {
			if i < stuck {
				<-sent
			}
			sum := uint64(0)
			for v := range in.All() {
				sum += v
			}
			sums[i] = sum
			return nil
		})
	}
	b.ReportAllocs()
	b.ResetTimer()
	if err := g.Serve(context.Background()); err != nil {
		b.Fatal(err)
	}
	sum, n := uint64(0), uint64(b.N)
	for _, s := range sums {
		sum += s
	}
	if sum != n*(n-1)/2 {
		b.Fatal("sum")
	}
}

func countSend(n uint64) func(*Actor, *BundleTx[uint64]) error {
	return func(a *Actor, out *BundleTx[uint64]) error {
		for i := uint64(0); i < n && a.Running(); i++ {
			if err := out.Send(i); err != nil {
				return err
			}
		}
		return nil
	}
}

func countWaitLane(n uint64) func(*Actor, *BundleTx[uint64]) error {
	return func(a *Actor, out *BundleTx[uint64]) error {
		for i := uint64(0); i < n && a.Running(); {
			if lane := out.WaitLane(1); lane != nil && lane.TrySend(i) {
				i++
			}
		}
		return nil
	}
}

func countKeyed(n uint64) func(*Actor, *BundleTx[uint64]) error {
	return func(a *Actor, out *BundleTx[uint64]) error {
		for i := uint64(0); i < n && a.Running(); i++ {
			if err := out.Lane(int(i * 0x9e3779b97f4a7c15 >> 58 % uint64(out.Len()))).Send(i); err != nil {
				return err
			}
		}
		return nil
	}
}

// A round trip: the hub asks one worker at a time and waits for any answer.
func BenchmarkBundlePingPong(b *testing.B) {
	for _, lanes := range []int{1, 8, 64, 512} {
		b.Run(fmt.Sprint(lanes), func(b *testing.B) {
			g := &Graph{}
			ask, answer := NewBundle[int](g, "ask", lanes, 4), NewBundle[int](g, "answer", lanes, 4)
			s := g.Actor("hub")
			out, in := ask.Tx(s), answer.Rx(s)
			s.Run(func(a *Actor) error {
				for i := 0; i < b.N && a.Running(); i++ {
					if err := out.Send(i); err != nil {
						return err
					}
					for range in.All() {
						break
					}
				}
				return nil
			})
			for i := range lanes {
				Stage(g, fmt.Sprint("worker", i), ask.Lane(i), answer.Lane(i), stageEach(never))
			}
			b.ReportAllocs()
			b.ResetTimer()
			if err := g.Serve(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// The yardstick: 64 goroutines and one Go channel.
func BenchmarkFanInChan(b *testing.B) {
	c := make(chan uint64, 1024)
	for i := range 64 {
		go func() {
			for k := i; k < b.N; k += 64 {
				c <- uint64(k)
			}
		}()
	}
	for range b.N {
		<-c
	}
}
