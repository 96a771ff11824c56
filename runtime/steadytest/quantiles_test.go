package steadytest

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// A quantile is at most so much, more than half of it, and not above the longest.
func TestQuantiles(t *testing.T) {
	var none, one, open buckets
	one[0], open[len(open)-1] = 1, 1
	for _, tc := range []struct {
		name    string
		b       buckets
		longest time.Duration
		want    Quantiles
	}{
		{"nothing", none, time.Hour, Quantiles{}},
		{"below the first bound", one, time.Hour, Quantiles{time.Microsecond, time.Microsecond, time.Microsecond, time.Microsecond}},
		{"shorter than any bound", one, 5, Quantiles{5, 5, 5, 5}},
		{"above the last bound", open, time.Hour, Quantiles{time.Hour, time.Hour, time.Hour, time.Hour}},
		{"half and half", buckets{0: 50, 3: 40, 5: 9, 7: 1}, time.Hour, Quantiles{1000, 8000, 32000, 128000}},
		{"one more", buckets{0: 49, 3: 40, 5: 9, 7: 2}, time.Hour, Quantiles{8000, 32000, 128000, 128000}},
	} {
		if got := tc.b.quantiles(tc.longest); got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}

// What was not sent counts as if each of those messages had been sent at the end.
func TestLagOfWhatWasNotSent(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		d := Drive[int]{Rate: 1 + 5000*r.Float64(), For: time.Duration(r.IntN(1e9) + 1)}
		p, err := d.target()
		if err != nil {
			t.Fatal(err)
		}
		sent := r.Uint64N(p.limit + 1)
		var all, some lags
		for i := range p.limit {
			if lag := d.For - p.due(i); i < sent {
				all.add(lag / 1000)
				some.add(lag / 1000)
			} else {
				all.add(lag)
			}
		}
		got, want := some.quantiles(&p, sent, d.For), all.quantiles(&p, p.limit, d.For)
		if got != want {
			t.Errorf("%v a second for %v, %d of %d sent: got %v, want %v", d.Rate, d.For, sent, p.limit, got, want)
		}
	}
}

// In a time there are as many messages as fit, at least one.
func TestWhatIsDue(t *testing.T) {
	for _, tc := range []struct {
		rate float64
		d    time.Duration
		want uint64
	}{
		{1000, time.Second, 1000},
		{10, 700 * time.Millisecond, 7},
		{3, time.Second, 3},
		{1e6, time.Hour, 3.6e9},
		{0.1, time.Minute, 6},
		{0.1, time.Second, 1},
		{1000, 1, 1},
		{1000, 0, 0},
		{1000, -1, 0},
		{1e300, time.Second, 1 << 40},
		{0, time.Second, 1 << 40},
	} {
		p := target{rate: tc.rate, limit: 1 << 40}
		if got := p.dueBefore(tc.d); got != tc.want {
			t.Errorf("%v a second: %d are due before %v, want %d", tc.rate, got, tc.d, tc.want)
		}
		if tc.rate > 0 && tc.d > 0 && tc.want < p.limit && p.due(tc.want) < tc.d {
			t.Errorf("%v a second: message %d is due at %v", tc.rate, tc.want, p.due(tc.want))
		}
	}
	if p := (target{rate: 1e-300}); p.due(9) != math.MaxInt64 {
		t.Errorf("due %v", p.due(9))
	}
}
