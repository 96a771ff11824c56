package main

import "time"

// perRun returns the mean time of f over n runs, after one that warms up.
func perRun(n int, f func()) time.Duration {
	f()
	start := time.Now()
	for range n {
		f()
	}
	return time.Since(start) / time.Duration(n)
}

// in returns d in the unit.
func in(d, unit time.Duration) float64 { return float64(d) / float64(unit) }
