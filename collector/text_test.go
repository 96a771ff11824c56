package collector

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample is a snapshot of the robot whose logger is too slow.
func sample() *Snapshot {
	u := Unknown()
	return &Snapshot{
		Schema: SnapshotSchema, Target: "nav", Link: LinkLive,
		Service: "nav", AppVersion: "v1.2.0", PID: 4127, Host: "arm7", Cores: 4,
		Metrics: "127.0.0.1:9900", Uptime: 76 * time.Hour, CPU: 1.8, RSS: 12_900_000,
		Actors: []Actor{
			{Name: "camera", State: telemetry.StateBlocked, For: 250 * time.Millisecond, CPU: 0.12, CPUKind: CPUEstimate, Busy: 0.12, Blocked: 0.58, Waiting: 0.3, Call: 0, In: 0, Out: 2100, Severity: Hot},
			{ID: 1, Name: "控制", State: telemetry.StateBusy, For: time.Millisecond, CPU: 0.37, CPUKind: CPUBound, Busy: 0.37, Blocked: 0.63, Waiting: 0, Call: 0, In: 2100, Out: 2130, Restarts: 3, Severity: Hot},
			{ID: 2, Name: "logger", State: telemetry.StateCall, For: 41 * time.Second, CPU: 0.99, CPUKind: CPUExact, Busy: 0.01, Blocked: 0, Waiting: 0, Call: 0.99, In: 2100, Out: 0, Severity: Full, Schedule: telemetry.ScheduleSolo, Cores: []int{2, 3, 4, 7}, Realtime: 40, Notes: []string{"core 7 is not isolated"}},
			{ID: 3, Name: "new", State: telemetry.StateWaiting, CPU: u, CPUKind: CPUUnknown, Busy: u, Blocked: u, Waiting: u, Call: u, In: u, Out: u, Vote: telemetry.VoteVeto},
		},
		Channels: []Channel{
			{Name: "frames", From: 0, To: 1, Capacity: 64, Length: 64, Fill: 1, SentRate: 2100, TakeRate: 2100, FullFor: 41 * time.Second, P50: 0.03, P99: 0.041, Severity: Full},
			{ID: 1, Name: "found", From: 1, To: 2, Capacity: 4096, Length: 100, Fill: 0.024, SentRate: 2100, TakeRate: 2100, P50: 12e-6, P99: 1.9, Closed: true},
			{ID: 2, Name: "back \"to\" \\ &lt; plan", From: 2, To: 0, Capacity: 16, Length: 5, Fill: 0.3125, SentRate: 0.5, TakeRate: 0.5, P50: u, P99: u, Feedback: true},
			{ID: 3, Name: "jobs", From: -1, To: 3, Capacity: 0, Fill: u, SentRate: u, TakeRate: u, P50: u, P99: u},
		},
		Findings: []Finding{{Kind: FindingHog, Actor: 1, Severity: Hot, Text: "控制 hogs troupe io", Advice: "use Blocking"}},
		Why:      Verdict{Actor: 2, Headline: "logger is the bottleneck: in calls 99% of the time", Evidence: []string{"camera waited"}},
		Shutdown: &telemetry.Shutdown{
			Reason: "ann", Elapsed: 3 * time.Second, Remaining: 22 * time.Second,
			Votes: []telemetry.ActorVote{{Name: "camera", Vote: telemetry.VoteYes}, {Name: "logger", Vote: telemetry.VoteVeto, Reason: "37 left", Age: 2 * time.Second}},
		},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (run with -update to accept): %s", path, d)
	}
}

func TestTextGolden(t *testing.T) {
	ended := sample()
	ended.End = &telemetry.End{
		Error: "logger would not stop",
		Votes: []telemetry.ActorVote{{Name: "logger", Vote: telemetry.VoteVeto, Reason: "37 left", Age: 25 * time.Second}},
		Left:  []telemetry.Leftover{{Channel: "found", Count: 37}},
	}
	ended.Link, ended.Phase = LinkEnded, telemetry.PhaseStopped
	for name, tc := range map[string]struct {
		text Text
		s    *Snapshot
	}{
		"unicode.txt": {Text{}, sample()},
		"ascii.txt":   {Text{ASCII: true}, sample()},
		"ended.txt":   {Text{}, ended},
		"waiting.txt": {Text{}, &Snapshot{Target: "nav", Link: LinkLost, Problem: `"nav" is not running`}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := tc.text.Write(&b, tc.s); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.Bytes())
		})
	}
}

func TestBar(t *testing.T) {
	for fill, want := range map[Num]string{
		0: "▕        ▏", 0.001: "▕▏       ▏", 0.5: "▕████    ▏", 0.55: "▕████▍   ▏", 1: "▕████████▏", 2: "▕████████▏", Unknown(): "▕        ▏",
	} {
		if got := (Text{}).bar(fill); got != want {
			t.Errorf("%v: %q, want %q", fill, got, want)
		}
	}
	if got := (Text{ASCII: true}).bar(0.5); got != "[####....]" {
		t.Errorf("ASCII: %q", got)
	}
}

func TestDOTIsAcceptedByGraphviz(t *testing.T) {
	var b bytes.Buffer
	s := sample()
	s.Service = `a"b\`
	s.Actors[1].Troupe, s.Actors[3].Troupe = `"io" & \`, `"io" & \`
	if err := WriteDOT(&b, s); err != nil {
		t.Fatal(err)
	}
	golden(t, "graph.dot", b.Bytes())
	dot, err := exec.LookPath("dot")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("dot is missing: install graphviz")
		}
		t.Skip("dot is missing: install graphviz")
	}
	cmd := exec.Command(dot, "-Tsvg")
	cmd.Stdin = &b
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	svg, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("dot: %v: %s", err, stderr.Bytes())
	}
	for _, want := range []string{">camera<", ">控制<", ">blocked &#160;cpu ~12%<", `>back &quot;to&quot; \ &amp;lt; plan<`, `>&quot;io&quot; &amp; \<`, "stroke-dasharray"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("%s is not in the picture: %s", want, svg)
		}
	}
}
