package steady

import "time"

// ticker is the state of one Every of an actor.
type ticker struct {
	period time.Duration
	next   time.Duration
	used   uint64 // the number of the last call that was about it
}

// maxTickers is how many periods of an actor are remembered. Those of a jitter
// are used once and never again.
const maxTickers = 32

// Every is a condition that holds once each period, for the first time one
// period after its first use. The wait that it satisfies consumes it; ticks
// that passed meanwhile are dropped, and the rest stay on the grid. Calls with
// the same period by one actor share one ticker. A period of 0 or less means
// one millisecond. An actor has at most 32 tickers: of more periods, the one that
// was not asked for for the longest is forgotten, and its next use is the first.
func (a *Actor) Every(period time.Duration) Cond {
	if period <= 0 {
		period = time.Millisecond
	}
	a.asked++
	oldest := 0
	for i := range a.every {
		t := &a.every[i]
		if t.period == period {
			t.used = a.asked
			return Cond{kind: condEvery, index: uint32(i), n: uint64(period)}
		}
		if t.used < a.every[oldest].used {
			oldest = i
		}
	}
	t := ticker{period: period, next: later(a.g.sched.Now(), period), used: a.asked}
	if len(a.every) < maxTickers {
		oldest = len(a.every)
		a.every = append(a.every, t)
	} else {
		a.every[oldest] = t
	}
	return Cond{kind: condEvery, index: uint32(oldest), n: uint64(period)}
}

// ticker returns the state of an Every, which counts as asking for it. One that
// was forgotten, that is older than this incarnation, or that another actor made,
// is used for the first time.
func (a *Actor) ticker(c *Cond) *ticker {
	i := int(c.index)
	if i >= len(a.every) || a.every[i].period != c.period() {
		i = int(a.Every(c.period()).index)
	}
	t := &a.every[i]
	t.used = a.asked
	return t
}
