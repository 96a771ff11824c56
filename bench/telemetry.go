package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"
)

func telemetryFamily() family {
	return family{name: "telemetry", contests: []contest{{
		name: "two actors, scraped four times a second", unit: "message",
		ours:   variant{"measured and scraped", scraped},
		rivals: []rival{{variant{"not measured", pipeline(0)}, atMost(1.02, 1)}},
		slot:   time.Second, rounds: 2,
	}}}
}

// scrapeEvery is the pace of a dashboard; Prometheus asks a hundred times less.
const scrapeEvery = 250 * time.Millisecond

// scraped is the easy path with telemetry on and somebody who reads it.
func scraped(n int) (time.Duration, error) {
	l := newLine(n, 0)
	handler := l.graph.Handler()
	stop := make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		failed <- scrape(handler, stop)
	}()
	start := time.Now()
	err := l.graph.Serve(context.Background())
	took := time.Since(start)
	close(stop)
	if serr := <-failed; err == nil {
		err = serr
	}
	if err != nil {
		return 0, err
	}
	return took, checkSum(l.sum, n, 0)
}

func scrape(h http.Handler, stop <-chan struct{}) error {
	tick := time.NewTicker(scrapeEvery)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return nil
		case <-tick.C:
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/metrics", nil))
		if w.Code != http.StatusOK {
			return fmt.Errorf("scrape: status %d", w.Code)
		}
	}
}
