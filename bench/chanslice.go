package main

import "time"

// slicesOf is how many slices of the size hold as much as a channel of
// messages: at least two, one for each side.
func slicesOf(size int) int { return max(2, capacity/size) }

// pooledSlices hands over slices that come back through a second channel: the
// fastest that Go channels do. The slice belongs to whoever received it last,
// which nothing checks.
func pooledSlices(size int) work {
	return func(n int) (time.Duration, error) {
		count := slicesOf(size)
		full, empty := make(chan []uint64, count), make(chan []uint64, count)
		for range count {
			empty <- make([]uint64, size)
		}
		start := time.Now()
		go func() {
			defer close(full)
			for i := uint64(0); i < uint64(n); {
				vs := (<-empty)[:min(uint64(size), uint64(n)-i)]
				i = fill(vs, i)
				full <- vs
			}
		}()
		sum := uint64(0)
		for vs := range full {
			sum += sumOf(vs)
			empty <- vs[:size]
		}
		return time.Since(start), checkSum(sum, n, 0)
	}
}

// freshSlices makes a slice for each hand-over: what most people write.
func freshSlices(size int) work {
	return func(n int) (time.Duration, error) {
		full := make(chan []uint64, slicesOf(size))
		start := time.Now()
		go func() {
			defer close(full)
			for i := uint64(0); i < uint64(n); {
				vs := make([]uint64, min(uint64(size), uint64(n)-i))
				i = fill(vs, i)
				full <- vs
			}
		}()
		sum := uint64(0)
		for vs := range full {
			sum += sumOf(vs)
		}
		return time.Since(start), checkSum(sum, n, 0)
	}
}
