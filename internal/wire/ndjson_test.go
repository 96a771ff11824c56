package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// smallFrame is a frame of the topology small.
func smallFrame() *telemetry.Frame {
	f := new(telemetry.Frame)
	f.Resize(2, 2)
	f.Instance, f.Generation, f.Seq = 0x0123456789abcdef, 1, 3
	f.Mono, f.Wall, f.Phase = 500*time.Millisecond, 1_790_000_000_500_000_000, telemetry.PhaseRunning
	f.CPU, f.RSS, f.Goroutines = 120*time.Millisecond, 8<<20, 9
	a := &f.Actors
	a.State[0], a.State[1] = telemetry.StateBusy, telemetry.StateWaiting
	a.Since[0], a.Since[1] = 499*time.Millisecond, 20*time.Millisecond
	a.Time[telemetry.StateBusy][0], a.Time[telemetry.StateBusy][1] = 400*time.Millisecond, 20*time.Millisecond
	a.Time[telemetry.StateWaiting][0], a.Time[telemetry.StateWaiting][1] = 100*time.Millisecond, 480*time.Millisecond
	a.CPU[0] = 390 * time.Millisecond
	a.Restarts[1] = 2
	f.Channels.Sent[0], f.Channels.Taken[0] = 1000, 990
	f.Channels.Closed[1] = true
	f.Channels.Latency[2][0], f.Channels.Latency[3][0] = 900, 90
	f.Channels.LatencySum[0] = 5 * time.Millisecond
	return f
}

func TestFrameLine(t *testing.T) {
	got := string(AppendFrameLine([]byte("before "), small(), smallFrame()))
	want := `before {"kind":"frame","schema":1,"service":"furnace","instance":"0123456789abcdef","generation":1,"seq":3,` +
		`"mono_ns":500000000,"wall_ns":1790000000500000000,"phase":"running","cpu_ns":120000000,"rss_bytes":8388608,"goroutines":9,` +
		`"actors":[{"id":0,"name":"sensor","state":"busy","since_ns":499000000,` +
		`"time_ns":{"waiting":100000000,"busy":400000000,"blocked":0,"call":0,"backoff":0,"done":0},"cpu_ns":390000000,"restarts":0,"torn":0,"body_ns":0,"vote":"none"},` +
		`{"id":1,"name":"pager","state":"waiting","since_ns":20000000,` +
		`"time_ns":{"waiting":480000000,"busy":20000000,"blocked":0,"call":0,"backoff":0,"done":0},"restarts":2,"torn":0,"body_ns":0,"vote":"none"}],` +
		`"channels":[{"id":0,"name":"temps","from":"sensor","to":"pager","capacity":1024,"length":10,"sent":1000,"taken":990,"closed":false,` +
		`"latency_sum_ns":5000000,"latency":[0,0,900,90]},` +
		`{"id":1,"name":"outside","capacity":1,"length":0,"sent":0,"taken":0,"closed":true}]}` + "\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What is unknown of a Go channel is missing.
func TestNativeChannelInALine(t *testing.T) {
	top, f := small(), smallFrame()
	top.Channels[1].Native, f.Channels.Sent[1] = true, 1
	got := string(AppendFrameLine(nil, top, f))
	if want := `{"id":1,"name":"outside","capacity":1,"length":1,"native":true}]}` + "\n"; !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want it to end in %s", got, want)
	}
}

func TestLinesAreJSONWhateverTheNames(t *testing.T) {
	top := small()
	top.Service = "\x00\"\\\n\u2028\xff"
	top.Actors[0].Name = "</script>\x1b[31m"
	top.Channels[0].Name = strings.Repeat("\u202e", 100)
	frame := AppendFrameLine(nil, top, smallFrame())
	line, err := AppendTopologyLine(nil, top)
	if err != nil {
		t.Fatal(err)
	}
	end, err := AppendEndLine(nil, &telemetry.End{Instance: 1, Error: "a\nb"})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range [][]byte{frame, line, end} {
		if n := strings.Count(string(l), "\n"); n != 1 || !json.Valid(l) {
			t.Errorf("%d line ends, valid %v: %s", n, json.Valid(l), l)
		}
	}
	var v struct {
		Kind     string
		Topology telemetry.Topology
	}
	if err := json.Unmarshal(line, &v); err != nil || v.Kind != "topology" || v.Topology.Actors[0].Name != top.Actors[0].Name {
		t.Errorf("%+v, %v", v, err)
	}
	var e struct {
		Kind  string
		Error string
	}
	if err := json.Unmarshal(end, &e); err != nil || e.Kind != "end" || e.Error != "a\nb" {
		t.Errorf("%+v, %v", e, err)
	}
}
