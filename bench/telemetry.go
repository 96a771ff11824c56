package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// telemetryFamily asks what it costs to be measured. The answer is about a
// hundredth, less than two cores that share their work differ from one run to
// the next. So everything runs on one, whose processor time is counted instead
// of the clock on the wall, in many short rounds.
func telemetryFamily() family {
	paired := func(name string, on, off work) contest {
		return contest{
			name: name, unit: "message",
			ours:   variant{"measured", onProcessor(on)},
			rivals: []rival{{variant{"not measured", onProcessor(off)}, atMost(1.02, 1.01)}},
			slot:   20 * time.Millisecond, rounds: 8, procs: 1, paired: true,
		}
	}
	everywhere := paired("telemetry, two actors on all cores", measuredPipeline(0), pipeline(0))
	everywhere.procs = 0
	return family{
		name: "telemetry", title: "What it costs to be measured",
		contests: []contest{
			everywhere,
			paired("telemetry, two actors, 1024 u64", measuredPipeline(0), pipeline(0)),
			paired("telemetry, three actors, 1024 u64", measuredPipeline(1), pipeline(1)),
		},
		figures: []figure{{
			name: "to scrape two actors", unit: "% of a core at four times a second", bound: atMost(0.5, 0.1),
			measure: scrapeCost,
		}},
	}
}

// onProcessor makes a work tell the processor time that it used, where the
// system tells.
func onProcessor(w work) work {
	return func(n int) (time.Duration, error) {
		before := processCPU()
		took, err := w(n)
		if used := processCPU() - before; used > 0 {
			took = used
		}
		return took, err
	}
}

// measuredPipeline is the easy path with telemetry on: times of actors,
// latencies of channels.
func measuredPipeline(stages int) work {
	return func(n int) (time.Duration, error) {
		l := newLine(n, stages)
		l.graph.Collector()
		start := time.Now()
		err := l.graph.Serve(context.Background())
		took := time.Since(start)
		if err != nil {
			return 0, err
		}
		return took, l.tally.check(n, stages)
	}
}

// scrapeCost returns what somebody costs who reads the metrics of two actors
// four times a second; Prometheus asks a sixtieth as often.
func scrapeCost() (float64, error) {
	var failed error
	l := &line{graph: steady.Graph{Name: "bench"}}
	h := l.graph.Handler()
	c := steady.NewChan[uint64](&l.graph, "0", capacity)
	var took time.Duration
	steady.Source(&l.graph, "source", c, func(*steady.Actor, *steady.Tx[uint64]) error {
		before := processCPU()
		const n = 200
		for range n {
			if err := scrape(h); err != nil {
				failed = err
			}
		}
		took = (processCPU() - before) / n
		return nil
	})
	steady.Sink(&l.graph, "sink", c, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
		for range in.All() {
		}
		return nil
	})
	if err := l.graph.Serve(context.Background()); err != nil {
		return 0, err
	}
	return 100 * 4 * took.Seconds(), failed
}

func scrape(h http.Handler) error {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/metrics", nil))
	if w.Code != http.StatusOK {
		return fmt.Errorf("scrape: status %d", w.Code)
	}
	return nil
}
