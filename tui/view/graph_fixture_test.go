package view

import (
	"math"
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// graphActor returns an actor with figures that fit together.
func graphActor(name string, cpu, busy, blocked float64, state telemetry.State, sev collector.Severity) collector.Actor {
	a := collector.Actor{
		Name: name, Schedule: telemetry.SchedulePooled, State: state, Severity: sev,
		CPU: collector.Num(cpu), CPUKind: collector.CPUEstimate,
		Busy: collector.Num(busy), Blocked: collector.Num(blocked), Waiting: collector.Num(1 - busy - blocked),
		In: collector.Unknown(), Out: collector.Unknown(),
	}
	for k := range 60 {
		a.History = append(a.History, float32(busy*(.7+.3*math.Sin(float64(k)/4))))
	}
	return a
}

// graphChannel returns a channel from one actor to another, filled to fill.
func graphChannel(s *collector.Snapshot, from, to string, fill, rate, p99 float64, sev collector.Severity) collector.Channel {
	index := func(name string) int32 {
		for i := range s.Actors {
			if s.Actors[i].Name == name {
				return int32(i)
			}
		}
		return -1
	}
	ch := collector.Channel{
		ID: uint32(len(s.Channels)), Name: from + "→" + to, Type: "frame", From: index(from), To: index(to),
		Capacity: 4096, Length: uint64(fill * 4096), Fill: collector.Num(fill),
		SentRate: collector.Num(rate), TakeRate: collector.Num(rate), P99: collector.Num(p99), Severity: sev,
	}
	for k := range 60 {
		ch.History = append(ch.History, float32(fill*(.8+.2*math.Sin(float64(k)/3))))
	}
	return ch
}

// graphRobot is the sample service, with figures that obey its physics: the logger
// is too slow, so detect waits for room, and camera for detect.
func graphRobot() *collector.Snapshot {
	s := &collector.Snapshot{
		Schema: collector.SnapshotSchema, Link: collector.LinkLive, Service: "nav", PID: 4127,
		Instance: 7, Generation: 1, Window: time.Second, Why: collector.Verdict{Actor: 8},
	}
	s.Actors = []collector.Actor{
		graphActor("lidar", .17, .17, 0, telemetry.StateWaiting, collector.OK),
		graphActor("imu", .45, .45, 0, telemetry.StateWaiting, collector.OK),
		graphActor("camera", .12, .12, .84, telemetry.StateBlocked, collector.Hot),
		graphActor("detect", .37, .37, .63, telemetry.StateBlocked, collector.Hot),
		graphActor("fuse", .24, .24, 0, telemetry.StateWaiting, collector.OK),
		graphActor("map", .59, .59, 0, telemetry.StateBusy, collector.OK),
		graphActor("planner", .52, .52, 0, telemetry.StateBusy, collector.OK),
		graphActor("motor", .66, .66, 0, telemetry.StateBusy, collector.OK),
		graphActor("logger", .99, .99, 0, telemetry.StateBusy, collector.Full),
	}
	s.Actors[7].CPUKind, s.Actors[7].Schedule = collector.CPUExact, telemetry.ScheduleSolo
	s.Actors[8].CPUKind = collector.CPUBound
	add := func(from, to string, fill, rate, p99 float64, sev collector.Severity) {
		s.Channels = append(s.Channels, graphChannel(s, from, to, fill, rate, p99, sev))
	}
	add("lidar", "fuse", .26, 40, .003, collector.OK)
	add("imu", "fuse", .07, 1850, .00031, collector.OK)
	add("camera", "detect", 1, 2100, .041, collector.Full)
	add("detect", "fuse", .31, 2100, .009, collector.OK)
	add("detect", "logger", 1, 2100, 2.0, collector.Full)
	add("fuse", "map", .05, 1900, .001, collector.OK)
	add("fuse", "planner", .40, 30, .009, collector.OK)
	add("map", "planner", .05, 30, .002, collector.OK)
	add("planner", "motor", .62, 30, .001, collector.Warm)
	add("motor", "planner", .10, 30, .001, collector.OK)
	s.Channels[9].Feedback = true
	for k := range s.Channels {
		ch := &s.Channels[k]
		from, to := &s.Actors[ch.From], &s.Actors[ch.To]
		from.Out = collector.Num(from.Out.Or(0)) + ch.SentRate
		to.In = collector.Num(to.In.Or(0)) + ch.TakeRate
	}
	return s
}

// graphCanvas draws the graph into a new canvas.
func graphCanvas(t testing.TB, s *collector.Snapshot, st GraphState, w, h int, g *screen.GlyphSet) (*screen.Canvas, *GraphPlan) {
	t.Helper()
	c := screen.NewCanvas(w, h)
	c.SetGlyphs(g)
	p := PlanGraph(s, st, w, h, nil)
	DrawGraph(c, s, p, st, theme.Dark)
	return c, p
}

// strangeGraph has everything that is rare: a loop, parallel channels, a bundle,
// ends outside of the graph, an actor without channels, wide and long names,
// unknown figures, a failed actor and one that has ended.
func strangeGraph() *collector.Snapshot {
	s := &collector.Snapshot{Link: collector.LinkLive, Instance: 9, Generation: 1, Why: collector.Verdict{Actor: -1}}
	unknown := graphActor("motör控制", 0, 0, 0, telemetry.State(telemetry.NumStates), collector.OK)
	unknown.CPU, unknown.Busy, unknown.Blocked, unknown.Waiting = collector.Unknown(), collector.Unknown(), collector.Unknown(), collector.Unknown()
	failed := graphActor("a-name-that-goes-on-and-on-for-ever", 1, 1, 0, telemetry.StateBackoff, collector.OK)
	failed.Restarts = 12
	s.Actors = []collector.Actor{
		graphActor("in", 1.004, 1, 0, telemetry.StateBusy, collector.OK),
		unknown, failed,
		graphActor("alone", .003, .003, 0, telemetry.StateDone, collector.OK),
	}
	add := func(from, to, name string, fill float64) {
		ch := graphChannel(s, from, to, fill, 12, .001, collector.OK)
		ch.Name = name
		s.Channels = append(s.Channels, ch)
	}
	add("in", "motör控制", "left", .5)
	add("in", "motör控制", "right", .75)
	add("motör控制", "motör控制", "again", .25)
	for lane := range 4 {
		add("motör控制", s.Actors[2].Name, "work", float64(lane)/4)
		s.Channels[len(s.Channels)-1].Bundle = "work"
		s.Channels[len(s.Channels)-1].Lane = lane
	}
	add("nobody", "in", "feed", .1)
	add(s.Actors[2].Name, "nobody", "leak", 1)
	s.Channels[len(s.Channels)-1].Fill = collector.Unknown()
	return s
}
