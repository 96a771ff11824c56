package collector

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// TestManyAlikeAreOneRow: but for those of whom there is something to say.
func TestManyAlikeAreOneRow(t *testing.T) {
	s := &Snapshot{Link: LinkLive, Target: "shop", Why: Verdict{Actor: 3}, Findings: []Finding{{Kind: FindingHog, Actor: 4}}}
	s.Actors = append(s.Actors, Actor{Name: "gate", State: telemetry.StateBusy})
	for i := range 9 {
		s.Actors = append(s.Actors, Actor{
			Name: fmt.Sprintf("work.%d", i+1), State: telemetry.StateBlocked, Troupe: "w", For: time.Duration(i) * time.Second,
			CPU: 0.01, CPUKind: CPUBound, Busy: 0.1, Blocked: 0.8, Waiting: 0.1, In: 2, Out: Unknown(), Severity: Hot, Restarts: 1,
		})
		s.Channels = append(s.Channels, Channel{
			Name: fmt.Sprintf("jobs[%d]", i), Bundle: "jobs", From: 0, To: int32(i) + 1, Capacity: 10, Length: uint64(i), Fill: Num(i) / 10,
			SentRate: 3, TakeRate: 2, P50: Unknown(), P99: Num(i), FullFor: time.Duration(max(0, i-5)) * time.Second,
		})
	}
	s.Actors[6].State = telemetry.StateBackoff
	s.Actors = append(s.Actors, Actor{Name: "log.1"}, Actor{Name: "log.2"})
	var b bytes.Buffer
	if err := (Text{ASCII: true}).Write(&b, s); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(b.String()) {
		if f := strings.Fields(line); len(f) > 3 {
			got = append(got, strings.Join(f, " "))
		}
	}
	want := []string{
		"ACTOR STATE FOR CPU BUSY BLOCKED WAITING CALL IN OUT RESTARTS RUNS ON",
		"gate busy 0 s 0% 0% 0% 0% 0% 0/s 0/s 0",
		"work.* x6 blocked 8 s <6% 60% 80% 10% 0% 12/s - 6 6 held back",
		"work.3 blocked 2 s <1% 10% 80% 10% 0% 2/s - 1 <- see why",
		"work.4 blocked 3 s <1% 10% 80% 10% 0% 2/s - 1 held back", // the hog
		"work.6 backoff 5 s <1% 10% 80% 10% 0% 2/s - 1 held back",
		"log.1 waiting 0 s 0% 0% 0% 0% 0% 0/s 0/s 0", // two are shown
		"log.2 waiting 0 s 0% 0% 0% 0% 0% 0/s 0/s 0",
		"CHANNEL FROM TO FILL LENGTH IN OUT P50 P99",
		"jobs[*] x9 gate work.* [###.....] 40% 36/90 27/s 18/s - 8 s 3 full, the longest for 3 s",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
