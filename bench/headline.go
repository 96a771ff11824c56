package main

import (
	"context"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// million is the capacity of the channels of the standard case of the Rust
// framework Steady State, 2^20; its actors work on half of it at a time.
const million = 1 << 20

func headlineFamily() family {
	rivals := func(size int) []rival {
		return []rival{
			{variant{"two chans of slices, pooled", pooledThree(size)}, atLeast(0.9, 1.3)},
			{variant{"two chans of slices of 1024, pooled", pooledThree(1024)}, bound{}},
			{variant{"one core, nothing handed over", floorThree}, atLeast(0.6, 0.8)},
		}
	}
	return family{
		name: "headline", title: "Three actors, half of a large channel at a time",
		contests: []contest{
			{
				name: "three actors, u64 to a struct of 16 bytes, 1 Mi, half at a time", unit: "message",
				ours: variant{"Peek and Reserve", threeInPlace(million, million/2)}, rivals: rivals(million / 2),
			},
			{
				name: "the same, 8 Ki, a quarter at a time", unit: "message",
				ours: variant{"Peek and Reserve", threeInPlace(8192, 2048)}, rivals: rivals(2048),
			},
		},
		figures: []figure{{
			name: "three actors, u64 to a struct of 16 bytes, 1 Mi, half at a time", unit: "million messages a second",
			bound: atLeast(300, 0), measure: func() (float64, error) {
				const n = 256 << 20
				took, err := threeInPlace(million, million/2)(n)
				return n / took.Seconds() / 1e6, err
			},
		}},
	}
}

// kinded is what the actor in the middle makes of a number.
type kinded struct{ value, kind uint64 }

const kinds = 15

// classify writes the kinds of numbers.
func classify(out []kinded, in []uint64) {
	out = out[:len(in)]
	for i, v := range in {
		out[i] = kinded{value: v, kind: v % kinds}
	}
}

// kindedSum adds up both fields.
type kindedSum struct{ value, kind uint64 }

func (s *kindedSum) add(in []kinded) {
	sum := *s
	for i := range in {
		sum.value += in[i].value
		sum.kind += in[i].kind
	}
	*s = sum
}

func (s *kindedSum) check(n int) error {
	rest := uint64(n % kinds)
	if want := uint64(n/kinds)*(kinds*(kinds-1)/2) + rest*(rest-1)/2; s.kind != want {
		return fmt.Errorf("the kinds of %d messages add up to %d, want %d", n, s.kind, want)
	}
	return checkSum(s.value, n, 0)
}

// threeInPlace is generator, worker and sink that write and read size messages
// at a time where they lie in the channels.
func threeInPlace(slots, size int) work {
	return func(n int) (time.Duration, error) {
		g := &steady.Graph{Name: "bench"}
		numbers := steady.NewChan[uint64](g, "numbers", slots)
		results := steady.NewChan[kinded](g, "results", slots)
		steady.Source(g, "generator", numbers, func(a *steady.Actor, out *steady.Tx[uint64]) error {
			for i := uint64(0); i < uint64(n) && a.Running(); {
				if !a.Wait(out.Vacant(size)) {
					continue
				}
				free, _ := out.Reserve()
				free = free[:min(uint64(len(free)), uint64(size), uint64(n)-i)]
				i = fill(free, i)
				out.Publish(len(free))
			}
			return nil
		})
		steady.Stage(g, "worker", numbers, results, func(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[kinded]) error {
			for a.Running(in.Drained()) {
				if !a.Wait(in.Avail(size), out.Vacant(size)) {
					continue
				}
				vs, _ := in.Peek()
				free, _ := out.Reserve()
				k := min(len(vs), len(free), size)
				classify(free[:k], vs[:k])
				in.Release(k)
				out.Publish(k)
			}
			return nil
		})
		var total kindedSum
		steady.Sink(g, "sink", results, func(_ *steady.Actor, in *steady.Rx[kinded]) error {
			for vs := range in.Batches(size) {
				total.add(vs)
			}
			return nil
		})
		start := time.Now()
		err := g.Serve(context.Background())
		took := time.Since(start)
		if err != nil {
			return 0, err
		}
		return took, total.check(n)
	}
}

// pooledThree is the same with goroutines and channels of slices that come back.
func pooledThree(size int) work {
	return func(n int) (time.Duration, error) {
		count := slicesOf(size)
		numbers, usedNumbers := make(chan []uint64, count), make(chan []uint64, count)
		results, usedResults := make(chan []kinded, count), make(chan []kinded, count)
		for range count {
			usedNumbers <- make([]uint64, size)
			usedResults <- make([]kinded, size)
		}
		start := time.Now()
		go func() {
			defer close(numbers)
			for i := uint64(0); i < uint64(n); {
				vs := (<-usedNumbers)[:min(uint64(size), uint64(n)-i)]
				i = fill(vs, i)
				numbers <- vs
			}
		}()
		go func() {
			defer close(results)
			for vs := range numbers {
				out := (<-usedResults)[:len(vs)]
				classify(out, vs)
				usedNumbers <- vs[:size]
				results <- out
			}
		}()
		var total kindedSum
		for vs := range results {
			total.add(vs)
			usedResults <- vs[:size]
		}
		return time.Since(start), total.check(n)
	}
}

// floorThree is the same work on one core, through small blocks of memory.
func floorThree(n int) (time.Duration, error) {
	numbers, results := make([]uint64, floorBlock), make([]kinded, floorBlock)
	var total kindedSum
	start := time.Now()
	for i := uint64(0); i < uint64(n); {
		k := min(floorBlock, uint64(n)-i)
		i = fill(numbers[:k], i)
		classify(results[:k], numbers[:k])
		total.add(results[:k])
	}
	return time.Since(start), total.check(n)
}
