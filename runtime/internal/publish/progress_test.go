package publish

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// TestProgress: what stands still is told on the socket and on the port, in
// words that no name of an actor can spoil, and in the metrics.
func TestProgress(t *testing.T) {
	svc := newFake(3)
	s := serve(t, svc)
	for _, c := range []struct {
		client *http.Client
		url    string
	}{
		{client(t, s), "http://steadytop"},
		{http.DefaultClient, "http://" + s.MetricsAddr()},
	} {
		ask := func(want int, text string) {
			t.Helper()
			resp, body := do(t, c.client, request(t, "GET", c.url+"/healthz/progress", ""))
			if resp.StatusCode != want || !strings.Contains(body, text) {
				t.Errorf("%s: %d %q, want %d %q", c.url, resp.StatusCode, body, want, text)
			}
		}
		stands := telemetry.Stall{
			Actors: []uint32{1, 2}, Since: time.Second, Text: "deadlock: a\x1b[2J and b", Evidence: []string{"a waits"},
		}
		svc.set(func() { svc.blind = true })
		ask(404, "does not look")
		if got := seriesIn(t, NewCollector(svc), "steady_graph_stalled"); len(got) != 0 {
			t.Errorf("what nobody looks at is measured: %v", got)
		}
		svc.set(func() { svc.blind = false })
		ask(200, "nothing stands still\n")
		svc.set(func() { svc.stalls = []telemetry.Stall{stands} })
		ask(503, "[2J and b\n  a waits\n")
		got := strings.Join(append(seriesIn(t, NewCollector(svc), "steady_graph_stalled"),
			seriesIn(t, NewCollector(svc), "steady_actor_stalled")...), "\n")
		if want := `steady_graph_stalled{graph="furnace"} 1
steady_actor_stalled{actor="actor-a",graph="furnace"} 0
steady_actor_stalled{actor="actor-b",graph="furnace"} 1
steady_actor_stalled{actor="actor-c",graph="furnace"} 1`; got != want {
			t.Errorf("%s", got)
		}
		svc.set(func() { svc.stalls = make([]telemetry.Stall, 100) })
		ask(503, "and 92 more\n")
		svc.set(func() { svc.stalls = nil })
	}
}
