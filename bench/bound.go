package main

import (
	"math"
	"strconv"
)

// bound is what a value has to reach. With atMost smaller is better. The zero
// bound promises nothing.
type bound struct {
	Must    float64 `json:"must"`
	Stretch float64 `json:"stretch,omitempty"` // 0: none
	AtMost  bool    `json:"at_most"`
}

func atLeast(must, stretch float64) bound { return bound{Must: must, Stretch: stretch} }

func atMost(must, stretch float64) bound { return bound{Must: must, Stretch: stretch, AtMost: true} }

func (b bound) met(v, limit float64) bool {
	if b.AtMost {
		return v <= limit
	}
	return v >= limit
}

// The verdicts on a value.
const (
	stretchHolds = "holds, stretch too"
	mustHolds    = "holds"
	unclear      = "unclear"
	failed       = "does not hold"
	unbound      = "no promise"
)

// judge holds the median and the best of a value against b. When one of them
// reaches what the other does not, the machine was too noisy to tell.
func (b bound) judge(median, best float64) string {
	if b == (bound{}) {
		return unbound
	}
	m, x := b.met(median, b.Must), b.met(best, b.Must)
	switch {
	case m != x:
		return unclear
	case !m:
		return failed
	case b.Stretch != 0 && b.met(median, b.Stretch) && b.met(best, b.Stretch):
		return stretchHolds
	default:
		return mustHolds
	}
}

// judgeBetween holds the two values against b between which the true one lies:
// when they do not agree, nobody can tell.
func (b bound) judgeBetween(between [2]float64) string { return b.judge(between[0], between[1]) }

// limits returns must and stretch as the table shows them.
func (b bound) limits(unit string) (must, stretch string) {
	if b == (bound{}) {
		return "–", "–"
	}
	sign := "≥ "
	if b.AtMost {
		sign = "≤ "
	}
	stretch = "–"
	if b.Stretch != 0 {
		stretch = sign + short(b.Stretch) + unit
	}
	if b.Must == 0 && !b.AtMost {
		return "–", stretch
	}
	return sign + short(b.Must) + unit, stretch
}

// short prints v with three significant digits.
func short(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0"
	case a >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	default:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
}
