package collector

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// TestLanesAreToldOfTogether: they fill up and empty at their own times, and
// the log has an event a minute at most.
func TestLanesAreToldOfTogether(t *testing.T) {
	top := &telemetry.Topology{Channels: []telemetry.Channel{{Name: "a"}, {Name: "alone[0]", Bundle: "alone"}}}
	for i := range 3 {
		top.Channels = append(top.Channels, telemetry.Channel{Name: fmt.Sprintf("b[%d]", i), Bundle: "b"})
	}
	w, start := newFullWatch(top), time.Unix(0, 0)
	var log eventLog
	for _, step := range []struct {
		at   int
		full [5]int // seconds
	}{
		{0, [5]int{9, 9, 9, 3, 0}},
		{1, [5]int{10, 10, 10, 4, 0}},
		{2, [5]int{11, 11, 0, 5, 1}},
		{12, [5]int{0, 0, 0, 15, 11}},
		{13, [5]int{0, 0, 0, 0, 0}},
		{30, [5]int{12, 0, 15, 15, 15}}, // too soon for b
		{61, [5]int{43, 0, 46, 0, 0}},
	} {
		w.look(func(i int) time.Duration { return time.Duration(step.full[i]) * time.Second }, start.Add(time.Duration(step.at)*time.Second), &log)
	}
	var got []string
	for _, e := range log.view() {
		got = append(got, fmt.Sprintf("%d %s: %s", e.At.Unix(), e.Subject, e.Text))
	}
	if d := cmp.Diff([]string{
		"1 a: full for 10 s", "1 alone[0]: full for 10 s", "1 b: 2 lanes full, the longest for 10 s",
		"12 a: no longer full, after 11 s", "12 alone[0]: no longer full, after 11 s",
		"13 b: no lane is full any more, after 22 s",
		"30 a: full for 12 s",
		"61 b: 1 lane full for 46 s",
	}, got); d != "" {
		t.Error(d)
	}
}
