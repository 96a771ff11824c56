package collector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/collector/source/sourcetest"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestASnapshotShowsWhatWasMeasured(t *testing.T) {
	play(t, func(b *bench) {
		s := b.s.Latest()
		if s.Link != LinkConnecting || s.CPU.Known() || s.Version != 1 || s.Target != "nav" {
			t.Errorf("before the first frame: %+v", s)
		}
		b.topology()
		if s = b.frame(); s.Link != LinkLive || s.Service != "nav" || s.PID != 4127 || s.Actors[0].Busy.Known() || s.FrameRate.Known() {
			t.Errorf("one frame: %+v", s)
		}
		for range 10 {
			s = b.frame()
		}
		a, c := s.Actors[0], s.Channels[0]
		for what, got := range map[string][2]float64{
			"cpu": {float64(s.CPU), 0.4}, "frame rate": {float64(s.FrameRate), 4},
			"busy": {float64(a.Busy), 0.5}, "waiting": {float64(a.Waiting), 0.5}, "out": {float64(a.Out), 400},
			"sent": {float64(c.SentRate), 400}, "taken": {float64(c.TakeRate), 300}, "fill": {float64(c.Fill), 1},
			"window": {s.Window.Seconds(), 1}, "uptime": {s.Uptime.Seconds(), 2.75}, "age": {s.Age(time.Now()).Seconds(), 0},
		} {
			if d := got[0] - got[1]; d > 1e-6 || d < -1e-6 {
				t.Errorf("%s is %v, want %v", what, got[0], got[1])
			}
		}
		if s.Can != (Abilities{Control: true, Votes: true, Latency: true, ExactCPU: true}) || !s.Local {
			t.Errorf("abilities: %+v", s.Can)
		}
		if s.Why.Headline != "nothing is held back" || c.Severity != Full {
			t.Errorf("verdict %+v, channel %v", s.Why, c.Severity)
		}
	})
}

func TestJSONHasNullForWhatIsUnknown(t *testing.T) {
	play(t, func(b *bench) {
		b.topology()
		text, err := json.Marshal(b.frame())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"busy":null`, `"rss_bytes":null`, `"schema":1`, `"instance":"0000000000000007"`, `"events":[]`, `"shutdown":null`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s is not in %s", want, text)
			}
		}
		var back Snapshot
		if err := json.Unmarshal(text, &back); err != nil || back.Actors[0].Busy.Known() {
			t.Errorf("read back: %v, %v", back.Actors, err)
		}
	})
}

func TestStaleAndLiveAgain(t *testing.T) {
	play(t, func(b *bench) {
		taken := b.start().Taken
		b.pass(1400 * time.Millisecond)
		if s := b.s.Latest(); s.Link != LinkLive {
			t.Fatalf("after 1.4 s: %s", s.Link)
		}
		b.pass(200 * time.Millisecond)
		s := b.s.Latest()
		if s.Link != LinkStale || s.Problem != "no data for 1.5 s" || !s.Taken.Equal(taken) || s.Actors[0].Busy != 0.5 {
			t.Fatalf("after 1.6 s: %+v", s)
		}
		if s := b.frame(); s.Link != LinkLive || s.Problem != "" {
			t.Fatalf("with a frame: %s %q", s.Link, s.Problem)
		}
	})
}

func TestReconnectingBacksOff(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		b.fails(&source.NoTargetError{Target: "nav"})
		lost := time.Now()
		b.put(read{err: io.ErrUnexpectedEOF})
		if s := b.s.Latest(); s.Link != LinkLost || s.Problem != "the service went away without a word" || s.Retry.IsZero() {
			t.Fatalf("%s, %q, retry at %v", s.Link, s.Problem, s.Retry)
		}
		b.pass(60 * time.Second)
		if s := b.s.Latest(); s.Link != LinkLost || s.Problem != `"nav" is not running` || s.Service != "nav" || len(s.Actors) != 2 {
			t.Fatalf("%+v", s)
		}
		last := lost
		for i, at := range b.d.at[1:] {
			base := min(5*time.Second, 250*time.Millisecond<<i)
			if d := at.Sub(last); d < base*3/4 || d > base*5/4 {
				t.Errorf("attempt %d came after %v, want about %v", i, d, base)
			}
			last = at
		}
		if n := len(b.d.at); n < 14 || n > 22 {
			t.Errorf("%d attempts in a minute", n)
		}
		if id := b.d.last[5]; id != (source.Identity{Service: "nav", PID: 4127, Instance: 7}) {
			t.Errorf("looked for %+v", id)
		}
		b.connects()
		b.pass(7 * time.Second)
		b.topology()
		s := b.frame()
		if s.Link != LinkLive || !s.Retry.IsZero() || !s.Actors[0].Busy.Known() {
			t.Errorf("the same instance goes on where it was: %s %v %+v", s.Link, s.Retry, s.Actors[0])
		}
		got := b.texts()
		if len(got) != 2 || got[0] != "link lost: the service went away without a word" || !strings.HasPrefix(got[1], "link back after 6") {
			t.Errorf("events are %q", got)
		}
	})
}

func TestHurryTriesAtOnce(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		b.s.Hurry() // the link stands: nothing to do
		b.fails(&source.NoTargetError{Target: "nav"})
		b.put(read{err: io.ErrUnexpectedEOF})
		b.pass(20 * time.Second)
		attempts := func() int {
			b.d.mu.Lock()
			defer b.d.mu.Unlock()
			return len(b.d.at)
		}
		n := attempts()
		b.connects()
		b.s.Hurry()
		synctest.Wait()
		if got := attempts() - n; got != 1 {
			t.Errorf("%d attempts after Hurry, want 1", got)
		}
		b.topology()
		if s := b.frame(); s.Link != LinkLive {
			t.Errorf("the link is %s", s.Link)
		}
	})
}

func TestAConnectionWithoutFramesDoesNotEndTheBackOff(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		for range 6 {
			b.put(read{err: io.ErrUnexpectedEOF})
			b.pass(7 * time.Second)
			b.topology()
		}
		n := len(b.d.at)
		if last := b.d.at[n-1].Sub(b.d.at[n-2]); last < 3*time.Second {
			t.Errorf("the last pause was %v", last)
		}
		if s := b.s.Latest(); s.Link != LinkStale && s.Link != LinkLost {
			t.Errorf("link is %s", s.Link)
		}
	})
}

func TestSeveralOfTheNameAreNotGuessed(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		b.fails(&source.AmbiguousError{Target: "nav", Matches: []source.ServiceInfo{{Name: "nav", PID: 1}, {Name: "nav", PID: 2}}})
		b.put(read{err: io.ErrUnexpectedEOF})
		b.pass(time.Second)
		if s := b.s.Latest(); s.Link != LinkLost || s.Problem != `2 services fit "nav": nav:1, nav:2; name one as name:pid` {
			t.Errorf("%s: %q", s.Link, s.Problem)
		}
	})
}

func TestANewInstanceStartsAnew(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		b.put(read{err: io.ErrUnexpectedEOF})
		b.pass(time.Second)
		b.top = sourcetest.Topology(8, 1)
		b.top.PID, b.seq = 4190, 0
		b.topology()
		s := b.frame()
		if s.PID != 4190 || s.Instance != 8 || s.Actors[0].Busy.Known() || s.Window != 0 || s.Link != LinkLive {
			t.Errorf("%+v", s)
		}
		if got := b.texts(); !slices.Contains(got, "restarted: pid 4127 -> 4190") || len(got) != 2 {
			t.Errorf("events are %q", got)
		}
	})
}

func TestAStopIsFollowedToItsEnd(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		if b.link().polls > 0 {
			t.Error("votes were asked for before a stop")
		}
		b.link().votes = telemetry.Shutdown{
			Instance: 7, Phase: telemetry.PhaseStopping, Reason: "ann from her desk",
			Votes: []telemetry.ActorVote{{Name: "camera", Vote: telemetry.VoteVeto, Reason: "37 left"}},
		}
		stopping := func(f *telemetry.Frame) { f.Phase = telemetry.PhaseStopping }
		b.frame(stopping)
		s := b.frame(stopping)
		if s.Phase != telemetry.PhaseStopping || s.Shutdown == nil || s.Shutdown.Votes[0].Reason != "37 left" {
			t.Fatalf("%v %+v", s.Phase, s.Shutdown)
		}
		b.put(read{rec: source.Record{End: &telemetry.End{Instance: 7, Error: "logger would not stop"}}})
		b.fails(&source.NoTargetError{Target: "nav"})
		b.put(read{err: io.EOF})
		b.pass(20 * time.Second)
		s = b.s.Latest()
		if s.Link != LinkEnded || s.End == nil || s.End.Clean || s.Phase != telemetry.PhaseStopped || s.Problem != "" || len(s.Actors) != 2 {
			t.Fatalf("%+v", s)
		}
		want := []string{"stop requested: ann from her desk", "ended uncleanly: logger would not stop"}
		if got := b.texts(); !slices.Equal(got, want) {
			t.Errorf("events are %q, want %q", got, want)
		}
		if !b.d.last[1].Ended {
			t.Error("looks for the instance that ended")
		}
		b.connects()
		b.pass(7 * time.Second)
		b.top, b.seq = sourcetest.Topology(9, 1), 0
		b.topology()
		if s := b.frame(); s.Link != LinkLive || s.End != nil || s.Shutdown != nil || s.Phase != telemetry.PhaseRunning {
			t.Errorf("when it is back: %+v", s)
		}
	})
}

func TestEvents(t *testing.T) {
	play(t, func(b *bench) {
		b.topology()
		restarts := func(n uint64) func(*telemetry.Frame) {
			return func(f *telemetry.Frame) { f.Actors.Restarts[1] = n }
		}
		b.frame(restarts(5)) // before we looked
		b.frame(restarts(6))
		b.frame(restarts(8))
		b.frame(restarts(9))
		b.frame(restarts(9))
		b.frame(restarts(9))
		// The channel is full from the fourth frame on, and emptied at the end.
		for range 45 {
			b.frame(restarts(9))
		}
		b.frame(restarts(9), func(f *telemetry.Frame) { f.Channels.Taken[0] = f.Channels.Sent[0] })
		want := []string{
			"logger: restarted, 6 so far", "logger: restarted 3 times, 9 so far",
			"frames: full for 10 s", "frames: no longer full, after 12 s",
		}
		if got := b.texts(); !slices.Equal(got, want) {
			t.Errorf("events are %q, want %q", got, want)
		}
	})
}

// TestWhoFailsAgainAndAgainDoesNotFillTheLog: the pause between two events
// doubles, and is short again after a quiet time.
func TestWhoFailsAgainAndAgainDoesNotFillTheLog(t *testing.T) {
	play(t, func(b *bench) {
		b.topology()
		n := uint64(0)
		fails := func(f *telemetry.Frame) { f.Actors.Restarts[1] = n }
		b.frame(fails)
		for range 480 { // two minutes
			n++
			b.frame(fails)
		}
		count := func() (count int) {
			for _, text := range b.texts() {
				if strings.HasPrefix(text, "logger: restarted") {
					count++
				}
			}
			return count
		}
		told := count()
		if told < 6 || told > 9 {
			t.Errorf("%d events: %q", told, b.texts())
		}
		for range 400 {
			b.frame(fails)
		}
		told = count()
		n++
		b.frame(fails)
		if got := count(); got != told+1 {
			t.Errorf("%d events after a quiet time, want one more than %d", got, told)
		}
	})
}

func TestAHogIsFound(t *testing.T) {
	play(t, func(b *bench) {
		for i := range b.top.Actors {
			b.top.Actors[i].Troupe, b.top.Actors[i].Schedule = "io", telemetry.ScheduleTroupe
			b.top.Actors[i].Notes = []string{"core 7 is not isolated"}
		}
		b.topology()
		hog := func(f *telemetry.Frame) {
			f.Actors.State[0], f.Actors.Body[0] = telemetry.StateBusy, 300*time.Millisecond
		}
		b.frame(hog)
		s := b.frame(hog)
		want := "camera hogs troupe io: it runs for up to 300 ms without a boundary, and nobody else of the troupe can run meanwhile; 50 messages wait for logger"
		if len(s.Findings) != 1 || s.Findings[0].Text != want || s.Findings[0].Actor != 0 || s.Actors[0].Body != 300*time.Millisecond {
			t.Errorf("findings %+v, body %v", s.Findings, s.Actors[0].Body)
		}
		if got := strings.Join(b.texts(), "; "); !strings.Contains(got, "camera: hogs troupe io: 300 ms without a boundary") ||
			!strings.Contains(got, "camera: core 7 is not isolated (and 1 more)") {
			t.Errorf("events %s", got)
		}
		for range 50 {
			s = b.frame()
		}
		if len(s.Findings) != 0 || s.Actors[0].BodyMax != 0 {
			t.Errorf("it is over: findings %+v, longest body %v", s.Findings, s.Actors[0].BodyMax)
		}
	})
}

func TestADeadlockIsFoundWithinSeconds(t *testing.T) {
	play(t, func(b *bench) {
		b.top.Channels = append(b.top.Channels, telemetry.Channel{ID: 1, Name: "back", Capacity: 4, From: 1, To: 0, Feedback: true})
		b.topology()
		for range 40 { // it works for ten seconds
			b.frame(func(f *telemetry.Frame) {
				for s := range f.Actors.Time[telemetry.StateWaiting] {
					f.Actors.Since[s] = f.Mono
				}
			})
		}
		at := time.Duration(b.seq) * 250 * time.Millisecond
		for b.s.Latest().Why.Headline == "nothing is held back" && b.seq < 80 {
			b.frame(func(f *telemetry.Frame) {
				for i := range f.Actors.State {
					f.Actors.State[i], f.Actors.Since[i] = telemetry.StateBlocked, at
				}
				for i, c := range b.top.Channels {
					f.Channels.Taken[i], f.Channels.Sent[i] = 10_000, 10_000+c.Capacity
					f.Channels.Awaited[i] = telemetry.AwaitsRoom
				}
			})
		}
		s := b.s.Latest()
		want := `deadlock: camera and logger wait for each other: "frames" and "back" are full`
		if took := s.Uptime - at; s.Why.Headline != want || took > 5*time.Second {
			t.Errorf("after %v: %s", took, s.Why.Headline)
		}
		if s.Actors[0].Severity != Full || s.Actors[1].Severity != Full {
			t.Errorf("severities %v and %v", s.Actors[0].Severity, s.Actors[1].Severity)
		}
	})
}

func TestTheLogOfEventsIsBounded(t *testing.T) {
	var log eventLog
	for i := range 5 * maxEvents {
		log.add(Event{Text: fmt.Sprint(i)})
	}
	ev := log.view()
	if len(ev) != maxEvents || ev[0].Text != fmt.Sprint(4*maxEvents) || ev[len(ev)-1].Text != fmt.Sprint(5*maxEvents-1) {
		t.Errorf("%d events, from %q to %q", len(ev), ev[0].Text, ev[len(ev)-1].Text)
	}
}

func TestSnapshotsStayAsTheyAre(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		for range 30 {
			b.frame(func(f *telemetry.Frame) { f.Channels.Latency[4][0] = f.Channels.Taken[0]; f.Actors.Restarts[0] = b.seq })
		}
		held := b.s.Latest()
		copied := *held
		copied.Actors = slices.Clone(held.Actors)
		copied.Channels = slices.Clone(held.Channels)
		copied.Events = slices.Clone(held.Events)
		for i := range copied.Actors {
			copied.Actors[i].History = slices.Clone(held.Actors[i].History)
		}
		for i := range copied.Channels {
			copied.Channels[i].History = slices.Clone(held.Channels[i].History)
			copied.Channels[i].Latency = slices.Clone(held.Channels[i].Latency)
		}
		for range 2000 {
			b.frame(func(f *telemetry.Frame) { f.Channels.Latency[9][0] = f.Channels.Taken[0]; f.Actors.Restarts[0] = b.seq })
		}
		b.put(read{err: io.ErrUnexpectedEOF})
		if d := cmp.Diff(copied, *held, cmp.Comparer(func(a, b Num) bool { return a == b || !a.Known() && !b.Known() })); d != "" {
			t.Errorf("a snapshot changed: %s", d)
		}
	})
}

func TestASlowReaderGetsTheNewest(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		for range 100 {
			b.frame()
		}
		s := <-b.s.Snapshots()
		if s != b.s.Latest() || s.Version < 100 {
			t.Errorf("got version %d, the latest is %d", s.Version, b.s.Latest().Version)
		}
		select {
		case s := <-b.s.Snapshots():
			t.Errorf("and then version %d", s.Version)
		default:
		}
		b.s.Close()
		if _, ok := <-b.s.Snapshots(); ok {
			t.Error("the channel is open after Close")
		}
		b.s.Close()
	})
}

func TestClosingWhileLost(t *testing.T) {
	play(t, func(b *bench) {
		b.start()
		b.fails(errors.New("no"))
		b.put(read{err: io.ErrUnexpectedEOF})
		start := time.Now()
		b.s.Close()
		if d := time.Since(start); d != 0 {
			t.Errorf("Close took %v", d)
		}
	})
}

func TestTheContextOfOpenEndsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := &bench{T: t, d: &dialer{}}
		b.connects()
		s, err := Open(ctx, "nav", Options{Connector: b.d})
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		for range s.Snapshots() { // ends
		}
		s.Close()
	})
}

func TestOpenSaysWhyNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{T: t, d: &dialer{}, top: sourcetest.Topology(7, 1)}
		b.fails(&source.NoTargetError{Target: "nav"})
		if _, err := Open(t.Context(), "nav", Options{Connector: b.d}); !errors.Is(err, source.ErrNoTarget) {
			t.Errorf("got %v", err)
		}
		if _, err := Open(t.Context(), "ssh://x", Options{}); !errors.Is(err, source.ErrTarget) {
			t.Errorf("got %v", err)
		}
		s, err := Open(t.Context(), "nav", Options{Connector: b.d, Wait: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		b.s = s
		b.pass(time.Second)
		if l := s.Latest(); l.Link != LinkLost || l.Problem != `"nav" is not running` || len(l.Events) > 0 {
			t.Errorf("while waiting: %+v", l)
		}
		b.connects()
		b.pass(5 * time.Second)
		if l := b.start(); l.Link != LinkLive {
			t.Errorf("when it is there: %+v", l)
		}
	})
}
