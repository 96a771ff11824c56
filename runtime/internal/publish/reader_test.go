package publish

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// late is a service that starts when it is told to.
type late struct {
	*fakeService
	started atomic.Bool
}

func (l *late) Topology() *telemetry.Topology {
	if !l.started.Load() {
		return nil
	}
	return l.fakeService.Topology()
}

func readerOf(t *testing.T) (*Reader, *late, func(method, path string) (int, string)) {
	t.Helper()
	svc := &late{fakeService: newFake(3)}
	r := NewReader(svc, nil)
	return r, svc, func(method, path string) (int, string) {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "http://shop.example"+path, nil))
		return w.Code, w.Body.String()
	}
}

// A reader serves what the socket does, under any name of a host, but no request to
// stop.
func TestAReaderReadsAndNoMore(t *testing.T) {
	r, svc, ask := readerOf(t)
	svc.started.Store(true)
	for path, want := range map[string]string{
		"/v1/topology": `"furnace"`, "/v1/snapshot": `"frame":`, "/v1/actors/1": `actor-b`, "/v1/shutdown": `"phase":"running"`,
		"/healthz": "running", "/healthz/progress": "nothing stands still", "/graph.dot": "digraph", "/metrics": "steady_",
	} {
		if status, body := ask(http.MethodGet, path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	if status, _ := ask(http.MethodPost, "/v1/shutdown"); status != http.StatusMethodNotAllowed || len(svc.asked) != 0 {
		t.Errorf("a request to stop: %d, asked %v", status, svc.asked)
	}
	if status, _ := ask(http.MethodGet, "/elsewhere"); status != http.StatusNotFound {
		t.Errorf("elsewhere: %d", status)
	}
	r.End(telemetry.End{})
}

// Before the start there is nothing to read, and that is no fault of who asks.
func TestAReaderBeforeTheStart(t *testing.T) {
	_, _, ask := readerOf(t)
	for _, path := range []string{"/v1/topology", "/v1/frames?max=1", "/v1/snapshot", "/healthz", "/graph.dot"} {
		if status, body := ask(http.MethodGet, path); status != http.StatusServiceUnavailable || !strings.Contains(body, "not started") {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	if status, _ := ask(http.MethodGet, "/metrics"); status != http.StatusOK {
		t.Errorf("metrics: %d", status)
	}
}

// Who watches through a reader gets frames, and the end; after that nothing of the
// reader runs (TestMain looks), and the last frame can still be read.
func TestAReaderStreamsToTheEnd(t *testing.T) {
	r, svc, ask := readerOf(t)
	svc.started.Store(true)
	server := httptest.NewServer(r)
	defer server.Close()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/frames", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Accept", "application/x-ndjson")
	a, err := server.Client().Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	lines, seen := bufio.NewScanner(a.Body), 0
	for lines.Scan() {
		if seen++; seen == 3 {
			r.End(telemetry.End{Clean: true, Instance: svc.top.Instance})
		}
		if strings.Contains(lines.Text(), `"end"`) {
			break
		}
	}
	if lines.Err() != nil || !strings.Contains(lines.Text(), `"end"`) {
		t.Errorf("the stream of %d lines ended with %.200s, %v", seen, lines.Text(), lines.Err())
	}
	for range 2 {
		if status, body := ask(http.MethodGet, "/v1/snapshot"); status != http.StatusOK {
			t.Errorf("after the end: %d %.200s", status, body)
		}
	}
}
