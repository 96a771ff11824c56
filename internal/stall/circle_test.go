package stall

import (
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Two actors that fill each other's inbox, and who waits behind them.
func TestTwoFullInboxes(t *testing.T) {
	s := newScene(t, "clients>jobs>round", "round>ask>timeouts", "timeouts>reply>round")
	for _, c := range []string{"jobs", "ask", "reply"} {
		s.fill(c, 4)
	}
	s.f.Mono = time.Second
	s.waits("clients", ">jobs")
	s.waits("round", ">ask")
	s.waits("timeouts", ">reply")
	s.look(time.Second, nil)
	s.quiet()
	s.look(time.Second, nil)
	s.says(`deadlock: round and timeouts wait for each other: "ask" and "reply" are full`,
		`round has waited for room in "ask" for 2 s`,
		`timeouts has waited for room in "reply" for 2 s`,
		`held up behind them: clients`,
		`to prevent it: in a loop one actor must go on taking when its output is full, `+
			`or less must be on its way than there is room for`)
	s.actors("round", "timeouts")
	s.set("round", telemetry.StateBusy)
	s.look(time.Second, nil)
	s.quiet()
}

// A copy to two branches, one of which swallows, and a zip that wants one of each.
func TestADiamondWithAFilter(t *testing.T) {
	s := newScene(t, "count>numbers>copy", "copy>left>zip", "copy>raw>filter", "filter>right>zip", "zip>pairs>print")
	s.fill("left", 4)
	s.f.Mono = time.Second
	s.waits("copy", ">left")
	s.waits("zip", "<right")
	s.waits("filter", "<raw")
	s.waits("print", "<pairs")
	s.set("count", telemetry.StateCall) // a source that waits for the outside
	s.look(2*time.Second, nil)
	s.says(`deadlock: copy, zip and filter wait for each other: "left" is full, "right" and "raw" are empty`,
		`copy has waited for room in "left" for 2 s`,
		`zip has waited for a message in "right" for 2 s`,
		`filter has waited for a message in "raw" for 2 s`,
		`held up behind them: print`,
		`to prevent it: "left" needs room for all that comes while "right" brings nothing, `+
			`or zip must take from it meanwhile`)
}

func TestSmallCircles(t *testing.T) {
	t.Run("its own input is full", func(t *testing.T) {
		s := newScene(t, "a>again>a")
		s.f.Mono = time.Second
		s.fill("again", 4)
		s.waits("a", ">again")
		s.look(2*time.Second, nil)
		s.says(`deadlock: a waits for room in its own input: "again" is full`)
	})
	t.Run("an answer that was swallowed", func(t *testing.T) {
		s := newScene(t, "client>ask>server", "server>reply>client")
		s.f.Mono = time.Second
		s.waits("client", "<reply")
		s.waits("server", "<ask")
		s.look(2*time.Second, nil)
		s.says(`deadlock: client and server wait for each other: "reply" and "ask" are empty`)
	})
	t.Run("bytes and thresholds", func(t *testing.T) {
		s := newScene(t, "a>big>b", "b>back>a")
		s.f.Mono = time.Second
		s.fill("big", 1)
		s.fill("back", 2)
		s.waits("a", ">big")
		s.waits("b", ">back")
		s.look(2*time.Second, nil)
		s.says(`deadlock: a and b wait for each other: "big" and "back" have too little room`)
	})
	t.Run("two at once", func(t *testing.T) {
		s := newScene(t, "a>ab>b", "b>ba>a", "c>cd>d", "d>dc>c")
		s.f.Mono = time.Second
		s.waits("a", "<ba")
		s.waits("b", "<ab")
		s.look(time.Second, nil)
		s.waits("c", "<dc")
		s.waits("d", "<cd")
		s.look(2*time.Second, nil)
		if len(s.now) != 2 || s.now[0].Actors[0] != 0 || s.now[1].Actors[0] != 2 {
			t.Errorf("%+v", s.now)
		}
	})
}

// What has a way out is no circle, and neither is what rests.
func TestWhatMayYetMove(t *testing.T) {
	loop := []string{"source>in>a", "a>ab>b", "b>ba>a", "b>out>sink"}
	for name, arrange := range map[string]func(s *scene){
		"a loop that is idle": func(s *scene) {
			s.waits("a", "<in", "<ba")
			s.waits("b", "<ab")
			s.waits("sink", "<out")
			s.set("source", telemetry.StateCall)
		},
		"any of two, one from outside": func(s *scene) {
			s.fill("ab", 4)
			s.fill("ba", 4)
			s.waits("a", ">ab", "<in")
			s.waits("b", ">ba")
			s.set("source", telemetry.StateCall)
		},
		"a timer": func(s *scene) {
			s.fill("ab", 4)
			s.fill("ba", 4)
			s.waits("a", ">ab")
			s.waits("b", ">ba")
			s.f.Actors.Timed[s.ids["b"]] = true
		},
		"a way out to a slow sink": func(s *scene) {
			for _, c := range []string{"ab", "ba", "out"} {
				s.fill(c, 4)
			}
			s.waits("a", ">ab")
			s.waits("b", ">ba", ">out")
			s.set("sink", telemetry.StateBusy)
		},
		"tokens are all at home": func(s *scene) {
			s.fill("ba", 3)
			s.waits("a", "<in")
			s.waits("b", "<ab")
			s.set("source", telemetry.StateCall)
		},
		"one has ended": func(s *scene) {
			s.fill("ab", 4)
			s.waits("a", ">ab")
			s.set("b", telemetry.StateDone)
		},
		"one starts again": func(s *scene) {
			s.fill("ab", 4)
			s.waits("a", ">ab")
			s.set("b", telemetry.StateBackoff)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, loop...)
			s.f.Mono = time.Second
			for a := range s.ids {
				s.set(a, telemetry.StateWaiting)
			}
			arrange(s)
			if name == "a way out to a slow sink" {
				s.look(20*time.Second, func() {
					if s.f.Mono%(2*time.Second) == 0 { // it takes one now and then
						s.pass("out")
						s.set("sink", telemetry.StateBusy)
					}
				})
			} else {
				s.look(time.Hour, nil)
			}
			s.quiet()
		})
	}
}

// Who wakes and sleeps again between two looks was not parked between them.
func TestWhoOnlySeemsToSleep(t *testing.T) {
	s := newScene(t, "a>ab>b", "b>ba>a")
	s.f.Mono = time.Second
	s.fill("ab", 4)
	s.fill("ba", 4)
	s.waits("a", ">ab")
	s.waits("b", ">ba")
	s.look(20*time.Second, func() { s.f.Actors.Since[0] = s.f.Mono - 1700*time.Millisecond })
	s.quiet()
}

// While a stop is pending the waits go round, and what stood still before is
// still the reason.
func TestACircleOutlivesTheRequestToStop(t *testing.T) {
	s := newScene(t, "a>ab>b", "a>two>b")
	s.f.Mono = time.Second
	s.fill("ab", 4)
	s.waits("a", ">ab")
	s.waits("b", "<two")
	s.look(2*time.Second, nil)
	s.says(`deadlock: a and b wait for each other: "ab" is full, "two" is empty`)
	s.f.Phase = telemetry.PhaseStopping
	s.look(3*time.Second, func() { s.waits("b", "<two") })
	s.says(`deadlock: a and b wait for each other: "ab" is full, "two" is empty`)
	s.pass("two")
	s.waits("b", "<two")
	s.look(time.Second, nil)
	s.quiet()
}

func TestALongCircleIsFollowedWithoutRecursion(t *testing.T) {
	const n = 100_000
	top := &telemetry.Topology{}
	var f telemetry.Frame
	f.Resize(n, n)
	for i := range int32(n) {
		top.Actors = append(top.Actors, telemetry.Actor{Name: "a"})
		top.Channels = append(top.Channels, telemetry.Channel{From: i, To: (i + 1) % n, Capacity: 4})
		f.Channels.Sent[i], f.Channels.Awaited[i] = 4, telemetry.AwaitsRoom
		f.Actors.State[i], f.Actors.Since[i] = telemetry.StateBlocked, time.Second
	}
	w := New(top, 0)
	f.Mono = 2 * time.Second
	w.Look(&f)
	f.Mono = 3 * time.Second
	if s := w.Look(&f); len(s) != 1 || len(s[0].Actors) != n {
		t.Errorf("%d stalls", len(s))
	}
}
