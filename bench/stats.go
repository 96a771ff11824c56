package main

import "slices"

// spread sums up the samples of one thing.
type spread struct {
	Best   float64 `json:"best"`
	Median float64 `json:"median"`
	Worst  float64 `json:"worst"`
}

// spreadOf takes the smallest sample as the best, or the largest.
func spreadOf(samples []float64, smallest bool) spread {
	s := slices.Sorted(slices.Values(samples))
	out := spread{Best: s[0], Median: median(s), Worst: s[len(s)-1]}
	if !smallest {
		out.Best, out.Worst = out.Worst, out.Best
	}
	return out
}

// median of sorted samples.
func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// ratios divides sample by sample: both were taken in the same round.
func ratios(above, below []float64) []float64 {
	out := make([]float64, len(above))
	for i := range above {
		out[i] = above[i] / below[i]
	}
	return out
}
