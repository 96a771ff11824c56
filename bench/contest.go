package main

import (
	"fmt"
	"runtime"
	"time"
)

// work does n units and returns the time they took. It fails when the outcome
// is not what n units give.
type work func(n int) (time.Duration, error)

// variant is one way to do the work of a contest.
type variant struct {
	name string
	work work
}

// rival is another way than ours, with what ours has to reach against it.
type rival struct {
	variant
	bound bound // of rival/ours with atLeast, of ours/rival with atMost
}

// contest is a piece of work that is done in several ways.
type contest struct {
	name   string
	unit   string // of n: "message", "round trip"
	ours   variant
	rivals []rival
	slot   time.Duration // least time of a variant in a round; 0: as the plan says
	rounds int           // as many times the rounds of the plan; 0 is 1
	procs  int           // threads that run Go code at once; 0: as many as there are cores
	paired bool          // so many short rounds that the median alone decides
}

// calibrated is the least time of one run: the start and the end of what runs
// must not count.
const calibrated = 20 * time.Millisecond

// run interleaves the variants: each round runs each of them once, every other
// round in reverse order.
func (c *contest) run(p plan) (contestResult, error) {
	if c.procs > 0 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(c.procs))
	}
	vs := []variant{c.ours, {name: "control", work: c.ours.work}}
	for _, r := range c.rivals {
		vs = append(vs, r.variant)
	}
	slot := p.slot
	if c.slot != 0 {
		slot = min(c.slot, p.slot)
	}
	sizes := make([]int, len(vs))
	for i := range vs {
		n, err := vs[i].size(min(calibrated, slot))
		if err != nil {
			return contestResult{}, fmt.Errorf("%s, %s: %w", c.name, vs[i].name, err)
		}
		sizes[i] = n
	}
	sizes[1] = sizes[0]
	samples := make([][]float64, len(vs))
	for round := range p.rounds * max(1, c.rounds) {
		for k := range vs {
			i := k
			if round%2 == 1 {
				i = len(vs) - 1 - k
			}
			v, err := vs[i].sample(sizes[i], slot)
			if err != nil {
				return contestResult{}, fmt.Errorf("%s, %s: %w", c.name, vs[i].name, err)
			}
			samples[i] = append(samples[i], v)
		}
	}
	return c.result(samples), nil
}

// size finds a number of units that keeps the variant busy for at least d, so
// that a slow rival does not run for minutes.
func (v *variant) size(d time.Duration) (int, error) {
	for n := 64; ; n *= 2 {
		took, err := v.work(n)
		if err != nil || took >= d || n >= 1<<32 {
			return n, err
		}
	}
}

// sample runs the variant until the slot is used up and returns the mean time
// of a unit in nanoseconds.
func (v *variant) sample(n int, slot time.Duration) (float64, error) {
	runtime.GC() // the garbage of the one before is not this one's
	var total time.Duration
	runs := 0
	for total < slot {
		d, err := v.work(n)
		if err != nil {
			return 0, err
		}
		total += d
		runs++
	}
	return float64(total.Nanoseconds()) / float64(runs) / float64(n), nil
}

func (c *contest) result(samples [][]float64) contestResult {
	ours, control := samples[0], samples[1]
	res := contestResult{
		Name: c.name, Unit: c.unit, Ours: c.ours.name,
		Nanoseconds: spreadOf(ours, true), Samples: ours,
		Noise: spreadOf(ratios(control, ours), true),
	}
	res.NoiseBest = spreadOf(control, true).Best / res.Nanoseconds.Best
	for i, r := range c.rivals {
		theirs := samples[2+i]
		m := matchResult{
			Rival: r.name, Bound: r.bound, Nanoseconds: spreadOf(theirs, true), Samples: theirs,
		}
		rounds := ratios(theirs, ours)
		m.BestByBest = m.Nanoseconds.Best / res.Nanoseconds.Best
		if r.bound.AtMost {
			rounds = ratios(ours, theirs)
			m.BestByBest = res.Nanoseconds.Best / m.Nanoseconds.Best
		}
		m.Ratio, m.Between = spreadOf(rounds, r.bound.AtMost), medianBetween(rounds)
		if c.paired {
			m.Verdict = r.bound.judgeBetween(m.Between)
		} else {
			m.Verdict = r.bound.judge(m.Ratio.Median, m.BestByBest)
		}
		res.Matches = append(res.Matches, m)
	}
	return res
}
