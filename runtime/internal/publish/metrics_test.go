package publish

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// fixed is a service whose figures do not move.
type fixed struct {
	*fakeService
	f telemetry.Frame
}

func (s *fixed) Sample(f *telemetry.Frame) { f.CopyFrom(&s.f) }

func newFixed(actors int) *fixed {
	s := &fixed{fakeService: newFake(actors)}
	f := &s.f
	f.Resize(actors, len(s.top.Channels))
	f.Mono = 10 * time.Second
	for i := range actors {
		f.Actors.Time[telemetry.StateBusy][i] = 2500 * time.Millisecond
		f.Actors.Time[telemetry.StateWaiting][i] = 7500 * time.Millisecond
		f.Actors.Restarts[i] = uint64(i)
	}
	f.Actors.CPU[0] = 2 * time.Second
	for i := range s.top.Channels {
		f.Channels.Sent[i], f.Channels.Taken[i] = 1010, 1000
		f.Channels.Latency[0][i], f.Channels.Latency[5][i], f.Channels.Latency[27][i] = 10, 900, 90
		f.Channels.LatencySum[i] = 8 * time.Second
	}
	return s
}

func scrape(t *testing.T, svc Service) string {
	t.Helper()
	w := httptest.NewRecorder()
	MetricsHandler(svc).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// seriesIn returns the lines of a collector that begin with prefix.
func seriesIn(t *testing.T, c *Collector, prefix string) []string {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	w := httptest.NewRecorder()
	promhttp.HandlerFor(r, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var lines []string
	for line := range strings.Lines(w.Body.String()) {
		if line[0] != '#' && strings.HasPrefix(line, prefix) {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

func TestMetrics(t *testing.T) {
	svc := newFixed(2)
	svc.top.Actors[1].Schedule, svc.top.Actors[1].Troupe = telemetry.ScheduleTroupe, "io"
	lines := seriesIn(t, NewCollector(svc), "")
	want := `steady_actor_cpu_seconds_total{actor="actor-a",graph="furnace"} 2
steady_actor_info{actor="actor-a",graph="furnace",schedule="solo",troupe=""} 1
steady_actor_info{actor="actor-b",graph="furnace",schedule="troupe",troupe="io"} 1
steady_actor_restarts_total{actor="actor-a",graph="furnace"} 0
steady_actor_restarts_total{actor="actor-b",graph="furnace"} 1
steady_actor_stalled{actor="actor-a",graph="furnace"} 0
steady_actor_stalled{actor="actor-b",graph="furnace"} 0
steady_actor_state_seconds_total{actor="actor-a",graph="furnace",state="backoff"} 0
steady_actor_state_seconds_total{actor="actor-a",graph="furnace",state="blocked"} 0
steady_actor_state_seconds_total{actor="actor-a",graph="furnace",state="busy"} 2.5
steady_actor_state_seconds_total{actor="actor-a",graph="furnace",state="call"} 0
steady_actor_state_seconds_total{actor="actor-a",graph="furnace",state="done"} 0
steady_actor_state_seconds_total{actor="actor-a",graph="furnace",state="waiting"} 7.5
steady_actor_state_seconds_total{actor="actor-b",graph="furnace",state="backoff"} 0
steady_actor_state_seconds_total{actor="actor-b",graph="furnace",state="blocked"} 0
steady_actor_state_seconds_total{actor="actor-b",graph="furnace",state="busy"} 2.5
steady_actor_state_seconds_total{actor="actor-b",graph="furnace",state="call"} 0
steady_actor_state_seconds_total{actor="actor-b",graph="furnace",state="done"} 0
steady_actor_state_seconds_total{actor="actor-b",graph="furnace",state="waiting"} 7.5
steady_channel_capacity{channel="channel-b",graph="furnace"} 64
steady_channel_info{channel="channel-b",from="actor-a",graph="furnace",to="actor-b",type="float64"} 1
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="2e-06"} 10
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="8e-06"} 10
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="3.2e-05"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="0.000128"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="0.000512"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="0.002048"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="0.008192"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="0.032768"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="0.131072"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="0.524288"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="2.097152"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="8.388608"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="33.554432"} 910
steady_channel_latency_seconds_bucket{channel="channel-b",graph="furnace",le="+Inf"} 1000
steady_channel_latency_seconds_sum{channel="channel-b",graph="furnace"} 8
steady_channel_latency_seconds_count{channel="channel-b",graph="furnace"} 1000
steady_channel_length{channel="channel-b",graph="furnace"} 10
steady_channel_sent_total{channel="channel-b",graph="furnace"} 1010
steady_channel_taken_total{channel="channel-b",graph="furnace"} 1000
steady_graph_info{graph="furnace",instance="00000000feedface",library="",version="v1.2.3"} 1
steady_graph_stalled{graph="furnace"} 0`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNativeHistogram(t *testing.T) {
	r := prometheus.NewRegistry()
	r.MustRegister(NewCollector(newFixed(2)))
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var h *dto.Histogram
	for _, f := range families {
		if f.GetName() == "steady_channel_latency_seconds" {
			h = f.GetMetric()[0].GetHistogram()
		}
	}
	if len(h.GetBucket()) > 14 || h.GetSchema() != nativeSchema || h.GetSampleCount() != 1000 || h.GetZeroCount() != 10 {
		t.Errorf("histogram %v", h)
	}
	// Bucket 5 ends at 32 µs, which lies in (15 µs, 31 µs]: index -15. The open
	// one begins at 67 s, in (64 s, 128 s]: index 7.
	spans := h.GetPositiveSpan()
	if len(spans) != 2 || spans[0].GetOffset() != -15 || spans[0].GetOffset()+int32(spans[0].GetLength())+spans[1].GetOffset() != 7 {
		t.Errorf("spans %v", spans)
	}
}

// hostile is a graph of names that are no labels.
func hostile() *fixed {
	s := newFixed(4)
	s.top.Service = "bad \xff \"service\"\\\n"
	s.top.Actors[0].Name = "same"
	s.top.Actors[1].Name = "same"
	s.top.Actors[2].Name = "same#1"
	s.top.Actors[3].Name = strings.Repeat("long", 1000)
	s.top.Actors[3].Troupe = "\x00\xff\"" + strings.Repeat("troupe", 1000)
	s.top.Channels[0].Name = "\x1b[31m"
	s.top.Channels[1].Name = "\x1b[31m"
	s.top.Channels[2].Name = ""
	s.top.Channels[2].Type = "map[string]struct{ A \"x\\y\" }"
	s.top.Channels[2].From = -1
	return s
}

func TestPromtoolFindsNothing(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		const why = "promtool is missing: install the Debian package prometheus"
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	for name, svc := range map[string]*fixed{"plain": newFixed(3), "hostile": hostile(), "native": native()} {
		cmd := exec.Command(promtool, "check", "metrics")
		cmd.Stdin = strings.NewReader(scrape(t, svc))
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// failing is a service that tells of failures.
type failing struct{ *fixed }

func (failing) Failures(actor int) (failures, letters uint64, failing time.Duration) {
	return uint64(3 + actor), uint64(actor), time.Duration(actor) * 12 * time.Second
}

func TestMetricsOfFailures(t *testing.T) {
	c := NewCollector(failing{newFixed(2)})
	for name, want := range map[string]string{"failures_total": "4", "dead_letters_total": "1", "failing_seconds": "12"} {
		got := seriesIn(t, c, "steady_actor_"+name)
		if len(got) != 2 || !strings.Contains(got[1], `actor="actor-b"`) || !strings.HasSuffix(got[1], " "+want) {
			t.Errorf("%s: %q, want %s", name, got, want)
		}
	}
}

func TestHostileNamesDoNotSpoilAScrape(t *testing.T) {
	c := NewCollector(hostile())
	if got := seriesIn(t, c, "steady_channel_sent_total"); len(got) != 3 {
		t.Errorf("channels %q", got)
	}
	if got := seriesIn(t, c, "steady_actor_restarts_total"); len(got) != 4 {
		t.Errorf("actors %q", got)
	}
}

// native has a Go channel that is watched, beside a channel of the graph.
func native() *fixed {
	s := newFixed(3)
	s.top.Channels[1].Native = true
	s.f.Channels.Sent[1], s.f.Channels.Taken[1] = 5, 0
	return s
}

// A counter that starts at 0 would be a lie, and one that goes back breaks rate().
func TestANativeChannelHasNoCounters(t *testing.T) {
	c := NewCollector(native())
	for name, want := range map[string]string{
		"length": "5", "capacity": "64", "info": "1", "sent_total": "", "taken_total": "", "latency_seconds_count": "",
	} {
		got := ""
		for _, line := range seriesIn(t, c, "steady_channel_"+name+`{channel="channel-c"`) {
			got += line[strings.LastIndexByte(line, ' ')+1:]
		}
		if got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
		if len(seriesIn(t, c, "steady_channel_"+name+`{channel="channel-b"`)) != 1 {
			t.Errorf("%s of the other channel is missing", name)
		}
	}
}

func TestLanesAreSummed(t *testing.T) {
	svc := newFixed(4)
	for i := range svc.top.Channels[:2] {
		svc.top.Channels[i].Bundle, svc.top.Channels[i].Lane = "rays", i
		svc.top.Channels[i].From = 0
	}
	svc.top.Channels[2].Name = "rays" // the same as the bundle
	c := NewCollector(svc)
	for prefix, want := range map[string][]string{
		"steady_channel_sent_total": {
			`steady_channel_sent_total{channel="rays",graph="furnace"} 2020`,
			`steady_channel_sent_total{channel="rays#2",graph="furnace"} 1010`,
		},
		"steady_channel_info": {
			`steady_channel_info{channel="rays",from="actor-a",graph="furnace",to="",type="float64"} 1`,
			`steady_channel_info{channel="rays#2",from="actor-c",graph="furnace",to="actor-d",type="float64"} 1`,
		},
	} {
		if got := seriesIn(t, c, prefix); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	each := NewCollector(svc)
	each.PerLane = true
	if got := seriesIn(t, each, "steady_channel_sent_total"); len(got) != 3 {
		t.Errorf("with one series per lane: %q", got)
	}
}

func TestCollectorBeforeTheStartAndAfterAFailure(t *testing.T) {
	svc := newFake(2)
	top := svc.top
	svc.top = nil
	c := NewCollector(svc)
	if got := seriesIn(t, c, ""); len(got) != 0 {
		t.Errorf("before the start: %q", got)
	}
	svc.top = top
	if got := seriesIn(t, c, ""); len(got) == 0 {
		t.Error("no metrics after the start")
	}
	svc.broken = true
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	if _, err := r.Gather(); err == nil || !strings.Contains(err.Error(), "sampler is broken") {
		t.Errorf("a failed sample: %v", err)
	}
}

func BenchmarkScrape(b *testing.B) {
	svc := newFixed(1000)
	h := MetricsHandler(svc)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil))
	}
}
