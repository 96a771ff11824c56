package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestContests does a little work in each way: the ways check their outcome.
func TestContests(t *testing.T) {
	for _, f := range families() {
		for _, c := range f.contests {
			vs := []variant{c.ours}
			for _, r := range c.rivals {
				vs = append(vs, r.variant)
			}
			for _, v := range vs {
				t.Run(f.name+"/"+c.name+"/"+v.name, func(t *testing.T) {
					for _, n := range []int{1, 2, 3000} {
						if _, err := v.work(n); err != nil {
							t.Errorf("%d: %v", n, err)
						}
					}
				})
			}
		}
	}
}

// TestFigures takes one sample of each figure that does not take long.
func TestFigures(t *testing.T) {
	for _, f := range []family{easyFamily(), waitFamily(), layoutFamily(), paintFamily(), frameFamily()} {
		for _, fig := range f.figures {
			t.Run(f.name+"/"+fig.name, func(t *testing.T) {
				res, err := fig.run(1)
				if err != nil {
					t.Fatal(err)
				}
				if res.Value.Best < 0 {
					t.Errorf("%v %s", res.Value.Best, fig.unit)
				}
			})
		}
	}
}

func TestWatch(t *testing.T) {
	if perFrame, err := watch(200, time.Millisecond); err != nil || perFrame <= 0 {
		t.Errorf("%v a frame, %v", perFrame, err)
	}
}

func TestMeasureIdle(t *testing.T) {
	if _, err := measureIdle(50, time.Millisecond, stage); err != nil {
		t.Fatal(err)
	}
}

func TestMeasureRest(t *testing.T) {
	for name, park := range map[string]func(int) func(){"goroutines": parkGoroutines, "protoactors": parkProtoactors} {
		if _, err := measureRest(50, park); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMedianBetween(t *testing.T) {
	seq := func(n int) (s []float64) {
		for i := range n {
			s = append(s, float64(i))
		}
		return s
	}
	// The ranks are those of the tables of the sign test.
	for n, want := range map[int][2]float64{1: {0, 0}, 5: {0, 4}, 6: {0, 5}, 9: {1, 7}, 25: {7, 17}, 100: {39, 60}} {
		if got := medianBetween(seq(n)); got != want {
			t.Errorf("of %d samples: %v, want %v", n, got, want)
		}
	}
}

func TestTally(t *testing.T) {
	for text, numbers := range map[string][]uint64{
		"": {1, 2, 3}, "2 of 3 messages came out of order": {1, 3, 2}, "the sum of 3 messages is 3, want 6": {1, 2},
	} {
		got := newTally(1)
		for _, v := range numbers {
			got.add(v)
		}
		if err := got.check(3, 1); (err == nil) != (text == "") || err != nil && err.Error() != text {
			t.Errorf("%v: %v, want %q", numbers, err, text)
		}
	}
}

func TestContestResult(t *testing.T) {
	c := contest{
		name: "c", unit: "message", ours: variant{name: "ours"},
		rivals: []rival{
			{variant{name: "slow"}, atLeast(5, 12)},
			{variant{name: "fast"}, atMost(1.5, 1.1)},
		},
	}
	res := c.result([][]float64{{10, 20, 30}, {11, 20, 27}, {60, 100, 240}, {5, 10, 15}})
	slow, fast := res.Matches[0], res.Matches[1]
	if slow.Ratio != (spread{Best: 8, Median: 6, Worst: 5}) || slow.BestByBest != 6 || slow.Verdict != mustHolds {
		t.Errorf("at least: %+v", slow)
	}
	if fast.Ratio != (spread{Best: 2, Median: 2, Worst: 2}) || fast.BestByBest != 2 || fast.Verdict != failed {
		t.Errorf("at most: %+v", fast)
	}
	if res.Noise != (spread{Best: 0.9, Median: 1, Worst: 1.1}) || res.NoiseBest != 1.1 {
		t.Errorf("noise %+v, of the best %v", res.Noise, res.NoiseBest)
	}
}

func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		bound        bound
		median, best float64
		want         string
	}{
		{atLeast(5, 12), 12, 13, stretchHolds},
		{atLeast(5, 12), 11, 13, mustHolds},
		{atLeast(5, 12), 4, 5, unclear},
		{atLeast(5, 12), 4, 3, failed},
		{atMost(1.5, 1.1), 1, 1.1, stretchHolds},
		{atMost(1.5, 1.1), 1.4, 1.6, unclear},
		{atMost(0, 0), 0, 0, mustHolds},
		{atMost(0, 0), 0, 1, unclear},
		{bound{}, 1, 1, unbound},
	} {
		if got := tt.bound.judge(tt.median, tt.best); got != tt.want {
			t.Errorf("%+v with median %v and best %v: %q, want %q", tt.bound, tt.median, tt.best, got, tt.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		samples []float64
		want    float64
	}{{[]float64{1}, 1}, {[]float64{1, 3}, 2}, {[]float64{1, 2, 9}, 2}} {
		if got := median(tt.samples); got != tt.want {
			t.Errorf("median of %v is %v, want %v", tt.samples, got, tt.want)
		}
	}
}

func TestPlan(t *testing.T) {
	for args, want := range map[string]string{
		"-rounds 0": "want 1 or more", "-only nothing": "no such family", "-slot x": "invalid value",
		"-only easy -doc x": "needs all families",
	} {
		var p plan
		if err := p.parse(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
	var p plan
	if err := p.parse([]string{"-only", "easy,park", "-rounds", "3"}); err != nil || len(p.only) != 2 || p.rounds != 3 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestResults runs one contest for real and reads its file back.
func TestResults(t *testing.T) {
	p := plan{rounds: 2, slot: time.Millisecond}
	r := newResults(p)
	f := tryFamily()
	if err := f.run(p, r); err != nil {
		t.Fatal(err)
	}
	r.finish()
	path := filepath.Join(t.TempDir(), "results.json")
	if err := r.write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got results
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Contests) != 1 || len(got.Contests[0].Samples) != 2 || got.Contests[0].Matches[0].Ratio.Median <= 0 {
		t.Errorf("%s", text)
	}
	var table bytes.Buffer
	r.print(&table)
	if !strings.Contains(table.String(), f.contests[0].rivals[0].name) {
		t.Errorf("%s", table.String())
	}
}
