// Package viewtest makes Snapshots for tests of the dashboard: a robot whose
// figures obey the physics, graphs of any size, and services that mean harm.
package viewtest

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Now is the time at which all Snapshots of this package were taken.
var Now = time.Date(2026, 5, 4, 14, 2, 11, 0, time.UTC)

// Robot is the robot sample: the logger is the bottleneck, so detect is blocked
// on it, and camera on detect.
func Robot() *collector.Snapshot {
	s := service("nav", 4127)
	for _, a := range []struct {
		name                string
		state               telemetry.State
		busy, blocked, cpu  float64
		in, out             float64
		severity            collector.Severity
		kind                collector.CPUKind
		restarts            uint64
		schedule            telemetry.Schedule
		secondsInThisState  float64
		historyAmplitude100 float64
	}{
		{"lidar", telemetry.StateWaiting, 0.17, 0, 0.17, 0, 600, collector.OK, collector.CPUEstimate, 0, telemetry.SchedulePooled, 0.004, 5},
		{"imu", telemetry.StateWaiting, 0.45, 0, 0.44, 0, 1000, collector.OK, collector.CPUEstimate, 0, telemetry.SchedulePooled, 0.001, 3},
		{"camera", telemetry.StateBlocked, 0.12, 0.58, 0.12, 0, 30, collector.Hot, collector.CPUEstimate, 0, telemetry.SchedulePooled, 0.2, 4},
		{"detect", telemetry.StateBlocked, 0.37, 0.63, 0.36, 30, 2130, collector.Hot, collector.CPUExact, 1, telemetry.ScheduleSolo, 1.2, 10},
		{"fuse", telemetry.StateWaiting, 0.24, 0, 0.24, 1900, 30, collector.OK, collector.CPUEstimate, 0, telemetry.SchedulePooled, 0.0003, 8},
		{"map", telemetry.StateBusy, 0.59, 0, 0.58, 600, 10, collector.OK, collector.CPUBound, 0, telemetry.SchedulePooled, 0.02, 12},
		{"planner", telemetry.StateBusy, 0.52, 0.01, 0.52, 70, 30, collector.OK, collector.CPUEstimate, 0, telemetry.SchedulePooled, 0.012, 20},
		{"motor", telemetry.StateBusy, 0.66, 0, 0.66, 30, 30, collector.OK, collector.CPUEstimate, 0, telemetry.SchedulePooled, 0.015, 6},
		{"logger", telemetry.StateBusy, 0.99, 0, 0.99, 2100, 0, collector.Full, collector.CPUEstimate, 0, telemetry.SchedulePooled, 41.4, 1},
	} {
		s.Actors = append(s.Actors, collector.Actor{
			ID: uint32(len(s.Actors)), Name: a.name, Schedule: a.schedule, State: a.state,
			For: time.Duration(a.secondsInThisState * float64(time.Second)),
			CPU: collector.Num(a.cpu), CPUKind: a.kind, Busy: collector.Num(a.busy), Blocked: collector.Num(a.blocked),
			Waiting: collector.Num(1 - a.busy - a.blocked), In: collector.Num(a.in), Out: collector.Num(a.out),
			Restarts: a.restarts, Severity: a.severity,
			History: wave(a.busy, a.historyAmplitude100/100, len(s.Actors)),
		})
	}
	link(s, "lidar", "fuse", 64, 16, 600)
	link(s, "lidar", "map", 64, 3, 600)
	link(s, "imu", "fuse", 256, 20, 1000)
	link(s, "camera", "detect", 64, 64, 30)
	link(s, "detect", "fuse", 64, 22, 30)
	link(s, "detect", "logger", 4096, 4096, 2100)
	link(s, "fuse", "planner", 32, 13, 30)
	link(s, "map", "planner", 16, 1, 10)
	link(s, "planner", "motor", 32, 18, 30)
	link(s, "motor", "planner", 32, 3, 30)
	s.Channels[9].Feedback = true
	s.Channels[5].FullFor = 41 * time.Second
	s.Channels[3].FullFor = 38 * time.Second
	s.Why = collector.Verdict{Actor: 8, Headline: "logger is the bottleneck: busy 99 %, its inbox detect→logger full for 41 s", Evidence: []string{
		"detect waited on it 63 % of the time; held back: camera 58 %",
		"it would have to be 1.4x as fast",
		"not the cause: lidar, imu, map",
	}}
	s.Events = []collector.Event{
		{At: Now.Add(-52 * time.Second), Subject: "nav", Text: "attached"},
		{At: Now.Add(-41 * time.Second), Severity: collector.Full, Subject: "detect→logger", Text: "inbox full"},
		{At: Now.Add(-38 * time.Second), Severity: collector.Full, Subject: "camera→detect", Text: "inbox full"},
		{At: Now.Add(-34 * time.Second), Severity: collector.Hot, Subject: "detect", Text: "restarted (panic: nil frame, yolo.go:88), 1 of 5 in 60 s"},
	}
	return s
}

func service(name string, pid int) *collector.Snapshot {
	return &collector.Snapshot{
		Schema: collector.SnapshotSchema, Version: 1, Target: name, Link: collector.LinkLive, Taken: Now,
		Can:     collector.Abilities{Control: true, Votes: true, Latency: true, ExactCPU: true},
		Service: name, AppVersion: "v1.4.0", PID: pid, Host: "arm7", Local: true, Cores: 4, Instance: 0xfeed, Generation: 1,
		Metrics: "127.0.0.1:9900", Grace: 25 * time.Second, Uptime: 76*time.Hour + 11*time.Minute, Window: 5 * time.Second,
		CPU: 1.8, RSS: 61e6, FrameRate: 4, Why: collector.Verdict{Actor: -1},
	}
}

// wave is a history that swings about a level.
func wave(level, amplitude float64, phase int) []float32 {
	h := make([]float32, collector.HistoryLen)
	for i := range h {
		v := level + amplitude*math.Sin(float64(i)/5+float64(phase))
		h[i] = float32(min(1, max(0, v)))
	}
	return h
}

// link adds a channel between two actors that exist.
func link(s *collector.Snapshot, from, to string, capacity, length uint64, rate float64) *collector.Channel {
	index := func(name string) int32 {
		for i := range s.Actors {
			if s.Actors[i].Name == name {
				return int32(i)
			}
		}
		return -1
	}
	fill := float64(length) / float64(capacity)
	k := collector.Channel{
		ID: uint32(len(s.Channels)), Name: from + "→" + to, Type: "robot." + strings.ToUpper(from[:1]) + from[1:],
		From: index(from), To: index(to), Capacity: capacity, Length: length, Fill: collector.Num(fill),
		Sent: 1_000_000 + length, Taken: 1_000_000, SentRate: collector.Num(rate), TakeRate: collector.Num(rate),
		Severity: severity(fill), History: wave(fill, 0.05, len(s.Channels)),
	}
	mean := float64(length) / max(rate, 1)
	k.P50, k.P90, k.P99 = collector.Num(mean*0.95), collector.Num(mean*1.2), collector.Num(mean*1.5)
	k.Latency = make([]uint64, telemetry.LatencyBuckets)
	for i := range k.Latency {
		d := math.Log2(math.Max(mean*0.95, 1e-6)*1e6) - float64(i) + 0.6
		k.Latency[i] = uint64(rate * math.Exp(-d*d))
	}
	s.Channels = append(s.Channels, k)
	return &s.Channels[len(s.Channels)-1]
}

func severity(fill float64) collector.Severity {
	switch {
	case fill >= 0.95:
		return collector.Full
	case fill >= 0.85:
		return collector.Hot
	case fill >= 0.6:
		return collector.Warm
	}
	return collector.OK
}

// Empty is what a viewer has before the first record came.
func Empty() *collector.Snapshot {
	u := collector.Unknown()
	return &collector.Snapshot{
		Schema: collector.SnapshotSchema, Target: "nav", Link: collector.LinkConnecting,
		CPU: u, RSS: u, FrameRate: u, Why: collector.Verdict{Actor: -1},
	}
}

// First is the picture after one frame, when rates and shares are not known.
func First() *collector.Snapshot {
	s, u := Robot(), collector.Unknown()
	s.Window, s.CPU, s.FrameRate, s.Events = 0, u, u, nil
	s.Why = collector.Verdict{Actor: -1}
	for i := range s.Actors {
		a := &s.Actors[i]
		a.CPU, a.Busy, a.Blocked, a.Waiting, a.Call, a.Backoff, a.In, a.Out = u, u, u, u, u, u, u, u
		a.CPUKind, a.History, a.Severity = collector.CPUUnknown, nil, collector.OK
	}
	for i := range s.Channels {
		k := &s.Channels[i]
		k.SentRate, k.TakeRate, k.P50, k.P90, k.P99 = u, u, u, u, u
		k.Latency, k.History, k.FullFor = nil, nil, 0
	}
	return s
}

// Many is a service of n actors in a row and n-1 channels.
func Many(n int) *collector.Snapshot {
	s := service("ingest", 991)
	for i := range n {
		busy := 0.5 + 0.5*math.Sin(float64(i)*1.7)
		s.Actors = append(s.Actors, collector.Actor{
			ID: uint32(i), Name: "stage/" + strconv.Itoa(i), Schedule: telemetry.ScheduleTroupe, Troupe: "io", State: telemetry.State(i % 4),
			For: time.Duration(i) * time.Millisecond, CPU: collector.Num(busy), CPUKind: collector.CPUExact, Busy: collector.Num(busy),
			Blocked: collector.Num((1 - busy) / 2), Waiting: collector.Num((1 - busy) / 2), In: collector.Num(i * 37), Out: collector.Num(i * 37),
			History: wave(busy, 0.2, i),
		})
	}
	for i := range n - 1 {
		link(s, s.Actors[i].Name, s.Actors[i+1].Name, 1024, uint64(i*997%1025), float64(i*37))
	}
	return s
}

// Hostile is a service whose names are long, wide, empty or strange. They are
// as the collector leaves them: safe to show, and no more.
func Hostile() *collector.Snapshot {
	s := Robot()
	long := strings.Repeat("a-name-without-an-end/", 460) // ten kilobytes
	s.Service, s.Host, s.AppVersion = strings.Repeat("навигация-", 20), strings.Repeat("主机", 40), long
	for i, name := range []string{long, "", "控制台控制台控制台控制台控制台控制台", "motör", "👩🏽🚀🚀🚀", `\x1b[31mred\x1b[0m`, "e\u0301te\u0301", "▕█████▏▶", " "} {
		s.Actors[i].Name = name
	}
	s.Channels[0].Name, s.Channels[1].Name, s.Channels[2].Name = long, "", "控制台→控制台控制台控制台控制台控制台"
	s.Channels[5].Type = "map[string]" + long
	s.Channels[4].Capacity, s.Channels[4].Length = math.MaxUint64, math.MaxUint64
	s.Actors[2].Restarts, s.Actors[2].In = math.MaxUint64, 1e300
	s.Why.Headline, s.Why.Evidence = long, []string{long, "", "控制台" + long}
	s.Problem = long
	s.Actors[1].Notes, s.Actors[2].Notes = []string{long, "", "控制台"}, []string{long}
	s.Actors[2].Cores, s.Actors[2].Realtime, s.Actors[2].BodyMax = []int{-1, 0, math.MaxInt}, math.MinInt, math.MaxInt64
	s.Findings = []collector.Finding{{Actor: 99, Severity: 77, Text: long, Advice: "控制台" + long}, {Actor: -1}}
	s.Events = append(s.Events, collector.Event{At: Now, Severity: collector.Full, Subject: long, Text: long})
	return s
}
