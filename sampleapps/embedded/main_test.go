package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
)

// running is a shop that serves, and its address.
type running struct {
	*shop
	url   string
	stop  context.CancelFunc
	ended chan error
}

func open(t *testing.T) *running {
	t.Helper()
	dir, err := os.MkdirTemp("", "st") // short: the path of a socket is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Setenv("STEADYTOP_DIR", dir)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	r := &running{
		shop: newShop(slog.New(slog.DiscardHandler)), url: "http://" + l.Addr().String(),
		stop: stop, ended: make(chan error, 1),
	}
	go func() { r.ended <- r.run(ctx, l) }()
	return r
}

// ask sends one request, and returns the status and the body.
func (r *running) ask(t *testing.T, method, path string) (int, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(context.Background(), method, r.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Close = true
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = a.Body.Close() }()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Error(err)
	}
	return a.StatusCode, string(body)
}

// Whatever was accepted is booked, however the program is told to stop meanwhile.
func TestWhatIsAcceptedIsBooked(t *testing.T) {
	for name, stop := range map[string]func(*running){
		"by its signals": func(r *running) { r.stop() },
		"from the graph": func(r *running) { go func() { _ = r.graph.Shutdown(context.Background()) }() },
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t)
			var mu sync.Mutex
			var senders sync.WaitGroup
			accepted, sum := 0, 0
			for n := range 8 {
				senders.Go(func() {
					for i := range 50 {
						status, _ := r.ask(t, http.MethodPost, "/orders?pence=7")
						mu.Lock()
						if status == http.StatusAccepted {
							accepted++
							sum += 7
						}
						mu.Unlock()
						if n == 0 && i == 20 {
							stop(r)
						}
						if status != http.StatusAccepted {
							return
						}
					}
				})
			}
			senders.Wait()
			if err := <-r.ended; err != nil {
				t.Error(err)
			}
			if got := r.booked.Get(); got != (account{accepted, sum}) || accepted < 20 {
				t.Errorf("booked %+v, accepted %d", got, accepted)
			}
		})
	}
}

// The mux of the program serves its own registry and what can be read of the graph,
// and nothing on it stops the graph.
func TestTheMuxServesTheGraph(t *testing.T) {
	r := open(t)
	if status, body := r.ask(t, http.MethodPost, "/orders?pence=5"); status != http.StatusAccepted {
		t.Fatalf("%d %s", status, body)
	}
	for path, want := range map[string]string{
		"/metrics":                `steady_actor_state_seconds_total{actor="clerk",graph="embedded"`,
		"/steady/metrics":         `steady_actor_state_seconds_total{actor="clerk",graph="embedded"`,
		"/steady/v1/topology":     `"name":"intake"`,
		"/steady/v1/snapshot":     `"frame":`,
		"/steady/v1/actors/1":     `"clerk"`,
		"/steady/v1/shutdown":     `"phase":"running"`,
		"/steady/graph.dot":       "clerk",
		"/steady/healthz":         "running",
		"/steady/v1/frames?max=1": "",
	} {
		if status, body := r.ask(t, http.MethodGet, path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	if status, _ := r.ask(t, http.MethodPost, "/steady/v1/shutdown"); status != http.StatusMethodNotAllowed {
		t.Errorf("a request to stop: %d", status)
	}
	if status, _ := r.ask(t, http.MethodPost, "/orders?pence=x"); status != http.StatusBadRequest {
		t.Errorf("no number: %d", status)
	}
	r.stop()
	if err := <-r.ended; err != nil {
		t.Error(err)
	}
}
