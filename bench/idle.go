package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// idleActors is how many actors lie parked while their memory and their use of
// the processor are measured.
const idleActors = 10_000

func idleFamily() family {
	var found idle
	var err error
	measured := false
	value := func(pick func(idle) float64) func() (float64, error) {
		return func() (float64, error) {
			if !measured {
				found, err = measureIdle(idleActors, 4*time.Second, stage)
				measured = true
			}
			return pick(found), err
		}
	}
	f := family{name: "idle", title: "Memory and processor use of what rests", figures: []figure{
		{
			name: "memory of a parked actor with a ring of 64 u64", unit: "bytes", bound: atMost(6<<10, 4<<10), once: true,
			measure: value(func(i idle) float64 { return i.bytes }),
		},
		{
			name: "processor use of 64 parked actors", unit: "% of a core", bound: atMost(0.05, 0.01), once: true,
			measure: value(func(i idle) float64 { return i.percent * 64 / idleActors }),
		},
		{
			name: "memory of a parked goroutine with a chan of 64 u64", unit: "bytes", once: true,
			measure: func() (float64, error) {
				defer parkGoroutines(idleActors)() // they take what ours left behind, so that the next ones cost their full price
				return measureRest(idleActors, parkGoroutines)
			},
		},
		{
			name: "memory of an idle protoactor, which has no goroutine", unit: "bytes", once: true,
			measure: func() (float64, error) { return measureRest(idleActors, parkProtoactors) },
		},
	}}
	for _, w := range waitsAtRest {
		f.figures = append(f.figures, figure{
			name: "memory of an actor parked in " + w.name, unit: "bytes", bound: atMost(5632, 4<<10), once: true,
			measure: func() (float64, error) {
				i, err := measureIdle(idleActors, 0, w.body)
				return i.bytes, err
			},
		})
	}
	return f
}

// body is what a stage does.
type body = func(*steady.Actor, *steady.Rx[uint64], *steady.Tx[uint64]) error

// waitsAtRest are the ways to wait besides All, of actors that have one input and
// one output.
var waitsAtRest = []struct {
	name string
	body body
}{
	{"Wait for a message and for room", func(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[uint64]) error {
		for a.Running() {
			a.Wait(in.Avail(1), out.Vacant(1))
		}
		return nil
	}},
	{"WaitAny for a message and a tick", func(a *steady.Actor, in *steady.Rx[uint64], _ *steady.Tx[uint64]) error {
		for a.Running() {
			a.WaitAny(in.Avail(1), a.Every(time.Hour))
		}
		return nil
	}},
	{"WaitAny for a group and a time-out", func(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[uint64]) error {
		for a.Running() {
			a.WaitAny(steady.All(in.Avail(1), out.Vacant(1)), a.After(time.Hour))
		}
		return nil
	}},
	{"Batches", func(_ *steady.Actor, in *steady.Rx[uint64], _ *steady.Tx[uint64]) error {
		for range in.Batches(0) {
			return errors.New("a message came from nowhere")
		}
		return nil
	}},
}

// idle is what parked actors cost.
type idle struct {
	bytes   float64 // of heap and stack, for one of them
	percent float64 // of one core, for all of them
}

// measureIdle lets n actors in a row wait for a first message that does not come.
func measureIdle(n int, watch time.Duration, rest body) (idle, error) {
	before := memory()
	g := &steady.Graph{Name: "bench"}
	var up atomic.Int64
	c := steady.NewChan[uint64](g, "0", 64)
	steady.Source(g, "source", c, func(a *steady.Actor, _ *steady.Tx[uint64]) error {
		up.Add(1)
		<-a.Stopping()
		return nil
	})
	for i := 1; i < n-1; i++ {
		next := steady.NewChan[uint64](g, fmt.Sprint(i), 64)
		steady.Stage(g, fmt.Sprint("stage ", i), c, next, func(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[uint64]) error {
			up.Add(1)
			return rest(a, in, out)
		})
		c = next
	}
	steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
		up.Add(1)
		for range in.All() {
			return errors.New("a message came from nowhere")
		}
		return nil
	})
	ended := make(chan error, 1)
	go func() { ended <- g.Serve(context.Background()) }()
	for up.Load() < int64(n) {
		time.Sleep(time.Millisecond)
	}
	if err := settle(); err != nil {
		return idle{}, err
	}
	found := idle{bytes: float64(memory()-before) / float64(n)}
	cpu, start := processCPU(), time.Now()
	time.Sleep(watch)
	found.percent = 100 * float64(processCPU()-cpu) / float64(time.Since(start))
	if err := g.Shutdown(context.Background()); err != nil {
		return found, err
	}
	return found, <-ended
}

// measureRest returns the memory of each of n rivals that rest: park makes them
// and returns what ends them.
func measureRest(n int, park func(n int) (stop func())) (float64, error) {
	before := memory()
	stop := park(n)
	defer stop()
	if err := settle(); err != nil {
		return 0, err
	}
	return float64(memory()-before) / float64(n), nil
}

// parkGoroutines lets n goroutines in a row wait for a first message.
func parkGoroutines(n int) (stop func()) {
	first := make(chan uint64, slots)
	c := first
	for range n {
		in, out := c, make(chan uint64, slots)
		go func() {
			for v := range in {
				out <- v + 1
			}
			close(out)
		}()
		c = out
	}
	return func() {
		close(first)
		for range c {
		}
	}
}

// settle waits until the process uses next to nothing of the processor.
func settle() error {
	runtime.GC()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		cpu := processCPU()
		time.Sleep(50 * time.Millisecond)
		if processCPU()-cpu < time.Millisecond {
			return nil
		}
	}
	return errors.New("the process did not come to rest within 30 s")
}

// memory returns the bytes of heap and stacks in use after a collection.
func memory() uint64 {
	runtime.GC()
	runtime.GC() // the second one ends what the first one swept lazily
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
