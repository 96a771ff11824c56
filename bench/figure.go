package main

import "fmt"

// figure is a value that is measured by itself, without a rival.
type figure struct {
	name    string
	unit    string
	bound   bound
	once    bool                    // one sample is enough
	measure func() (float64, error) // takes one sample
}

func (f *figure) run(rounds int) (figureResult, error) {
	if f.once {
		rounds = 1
	}
	samples := make([]float64, rounds)
	for i := range samples {
		v, err := f.measure()
		if err != nil {
			return figureResult{}, fmt.Errorf("%s: %w", f.name, err)
		}
		samples[i] = v
	}
	s := spreadOf(samples, f.bound.AtMost || f.bound == bound{})
	return figureResult{
		Name: f.name, Unit: f.unit, Bound: f.bound, Value: s, Samples: samples,
		Verdict: f.bound.judge(s.Best, s.Best), // other load only adds
	}, nil
}
