package main

import (
	"math"
	"slices"
)

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

// medianBetween returns two of the samples between which the true median lies
// in 95 of 100 cases, whatever their distribution is: how many of n samples lie
// below the true median is a matter of n flipped coins. With fewer than six
// samples it returns the smallest and the largest.
func medianBetween(samples []float64) [2]float64 {
	s := slices.Sorted(slices.Values(samples))
	n := len(s)
	below := 0 // samples to leave out on each side
	for p, sum := math.Pow(0.5, float64(n)), 0.0; below < n/2; below++ {
		sum += p // the chance that no more than below samples lie below the median
		if sum > 0.025 {
			break
		}
		p *= float64(n-below) / float64(below+1)
	}
	cut := max(0, below-1)
	return [2]float64{s[cut], s[n-1-cut]}
}
