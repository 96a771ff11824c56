package main

import "time"

// fill writes the numbers from v on and returns the one after them.
func fill(out []uint64, v uint64) uint64 {
	for i := range out {
		out[i] = v
		v++
	}
	return v
}

// sumOf adds up what it reads.
func sumOf(in []uint64) (sum uint64) {
	for _, v := range in {
		sum += v
	}
	return sum
}

// floorBlock is how many messages the floors write before they read them: few
// enough to stay in the nearest cache.
const floorBlock = 2048

// floor is what one core needs to write and read the messages when nothing is
// handed over: one function after the other, through a small block of memory.
func floor(n int) (time.Duration, error) {
	block := make([]uint64, floorBlock)
	start := time.Now()
	sum := uint64(0)
	for i := uint64(0); i < uint64(n); {
		vs := block[:min(floorBlock, uint64(n)-i)]
		i = fill(vs, i)
		sum += sumOf(vs)
	}
	return time.Since(start), checkSum(sum, n, 0)
}

// copies copies the messages once, on one core: the least that a hand-over by
// value does.
func copies(n int) (time.Duration, error) {
	from, to := make([]uint64, floorBlock), make([]uint64, floorBlock)
	fill(from, 0)
	start := time.Now()
	for left := n; left > 0; {
		left -= copy(to, from[:min(floorBlock, left)])
	}
	took := time.Since(start)
	m := min(n, floorBlock)
	return took, checkSum(sumOf(to[:m]), m, 0)
}
