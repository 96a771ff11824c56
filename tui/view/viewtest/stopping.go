package viewtest

import (
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Stopping is the robot six seconds after a stop was asked for: two veto, one
// is silent.
func Stopping() *collector.Snapshot {
	s := Robot()
	s.Phase = telemetry.PhaseStopping
	for i := range s.Actors {
		a := &s.Actors[i]
		switch a.Name {
		case "lidar", "imu", "camera", "map":
			a.State, a.Vote, a.Severity = telemetry.StateDone, telemetry.VoteYes, collector.OK
			a.CPU, a.Busy, a.Blocked, a.Waiting = 0, 0, 0, 0
		case "fuse", "planner":
			a.State, a.Vote = telemetry.StateWaiting, telemetry.VoteYes
		case "detect", "logger":
			a.Vote = telemetry.VoteVeto
		case "motor":
			a.State, a.For = telemetry.StateCall, 4900*time.Millisecond
		}
	}
	for i := range s.Channels {
		k := &s.Channels[i]
		if s.Actors[k.From].State == telemetry.StateDone {
			k.Closed, k.SentRate = true, 0
		}
	}
	s.Shutdown = &telemetry.Shutdown{
		Instance: s.Instance, Phase: telemetry.PhaseStopping, Reason: "S in steadytop, by ops",
		Elapsed: 6200 * time.Millisecond, Remaining: 18800 * time.Millisecond,
	}
	for i := range s.Actors {
		a := &s.Actors[i]
		v := telemetry.ActorVote{ID: a.ID, Name: a.Name, State: a.State, Vote: a.Vote, Age: 5900 * time.Millisecond}
		switch a.Name {
		case "logger":
			v.Reason, v.Where, v.Age = "detect→logger: 4,096 left, sender running", "logger.go:41", 6200*time.Millisecond
		case "detect":
			v.Reason, v.Where, v.Age = "camera→detect: 64 left, sender ended", "detect.go:88", 6100*time.Millisecond
		case "motor":
			v.Age = 0
		}
		s.Shutdown.Votes = append(s.Shutdown.Votes, v)
	}
	return s
}

// Drained is the robot after a clean end.
func Drained() *collector.Snapshot {
	s := Robot()
	s.Phase, s.Link, s.Shutdown = telemetry.PhaseStopped, collector.LinkEnded, nil
	for i := range s.Actors {
		s.Actors[i].State, s.Actors[i].Vote, s.Actors[i].Severity = telemetry.StateDone, telemetry.VoteYes, collector.OK
	}
	for i := range s.Channels {
		k := &s.Channels[i]
		k.Closed, k.Length, k.Fill, k.Severity, k.FullFor = true, 0, 0, collector.OK, 0
	}
	s.Why = collector.Verdict{Actor: -1}
	s.End = &telemetry.End{Instance: s.Instance, Clean: true, Elapsed: 8300 * time.Millisecond}
	return s
}

// Unclean is the robot after an end at the deadline.
func Unclean() *collector.Snapshot {
	s := Stopping()
	votes := s.Shutdown.Votes
	s.Phase, s.Link = telemetry.PhaseStopped, collector.LinkEnded
	s.End = &telemetry.End{
		Instance: s.Instance, Elapsed: 25 * time.Second,
		Error: "steady: shutdown: 3 of 9 actors did not stop within 25 s: logger (veto), detect (veto), motor (silent)",
		Votes: []telemetry.ActorVote{votes[8], votes[3], votes[7]},
		Left:  []telemetry.Leftover{{Channel: "detect→logger", Count: 4096}, {Channel: "camera→detect", Count: 64}},
	}
	return s
}
