package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"
)

// results is what a run found, as results.json has it.
type results struct {
	Schema   int             `json:"schema"`
	Date     time.Time       `json:"date"`
	Go       string          `json:"go"`
	OS       string          `json:"os"`
	Arch     string          `json:"arch"`
	CPU      string          `json:"cpu"` // its name; empty where it is not known
	Cores    int             `json:"cores"`
	Load     [2]string       `json:"load"` // of the machine before and after; empty where it is not known
	Rounds   int             `json:"rounds"`
	Slot     string          `json:"slot"`
	Noise    spread          `json:"noise"` // of all controls, as ratio
	Figures  []figureResult  `json:"figures"`
	Contests []contestResult `json:"contests"`
}

// contestResult is a contest with the matches against each rival.
type contestResult struct {
	Family      string        `json:"family"`
	Name        string        `json:"name"`
	Unit        string        `json:"unit"`
	Ours        string        `json:"ours"`
	Nanoseconds spread        `json:"nanoseconds"` // of one unit
	Samples     []float64     `json:"samples"`
	Noise       spread        `json:"noise"`      // ratio of ours to itself, round by round
	NoiseBest   float64       `json:"noise_best"` // the same of the best samples
	Matches     []matchResult `json:"matches"`
}

type matchResult struct {
	Rival       string     `json:"rival"`
	Nanoseconds spread     `json:"nanoseconds"`
	Samples     []float64  `json:"samples"`
	Ratio       spread     `json:"ratio"`   // of the rounds
	Between     [2]float64 `json:"between"` // 95 of 100 times the true median is
	BestByBest  float64    `json:"best_by_best"`
	Bound       bound      `json:"bound"`
	Verdict     string     `json:"verdict"`
}

type figureResult struct {
	Family  string    `json:"family"`
	Name    string    `json:"name"`
	Unit    string    `json:"unit"`
	Value   spread    `json:"value"`
	Samples []float64 `json:"samples"`
	Bound   bound     `json:"bound"`
	Verdict string    `json:"verdict"`
}

func newResults(p plan) *results {
	return &results{
		Schema: 2, Date: time.Now().UTC().Truncate(time.Second),
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: processorName(), Cores: runtime.GOMAXPROCS(0),
		Rounds: p.rounds, Slot: p.slot.String(), Load: [2]string{loadAverage()},
	}
}

// finish sums up the noise.
func (r *results) finish() {
	r.Load[1] = loadAverage()
	var all []float64
	for _, c := range r.Contests {
		all = append(all, c.Noise.Best, c.Noise.Median, c.Noise.Worst)
	}
	if len(all) > 0 {
		r.Noise = spreadOf(all, true)
	}
}

func (r *results) write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("results: %w", err)
	}
	return nil
}

// loadAverage returns the mean number of runnable threads of the machine in
// the last minute, "" where the system does not tell.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := bytes.Cut(text, []byte(" "))
	return string(first)
}
