package publish

import (
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeService is a graph that moves a little with each sample.
type fakeService struct {
	top *telemetry.Topology

	mu      sync.Mutex
	start   time.Time
	samples int
	gaps    []time.Duration // between samples
	last    time.Time
	asked   []string
	phase   telemetry.Phase
	broken  bool // Sample panics
	stalls  []telemetry.Stall
	blind   bool // it does not look for stalls
}

// newFake returns a service of that many actors in a row, and a channel between
// each two. The first actor has a thread of its own.
func newFake(actors int) *fakeService {
	t := &telemetry.Topology{
		Schema: telemetry.Schema, Service: "furnace", Version: "v1.2.3", PID: 42, Host: "here", Cores: 2,
		Instance: 0xfeedface, Generation: 1, Start: time.Unix(1_790_000_000, 0).UTC(), Control: true, Grace: 25 * time.Second,
	}
	for i := range actors {
		a := telemetry.Actor{ID: uint32(i), Name: "actor-" + string(rune('a'+i%26)), Schedule: telemetry.SchedulePooled}
		if i == 0 {
			a.Schedule, a.ExactCPU = telemetry.ScheduleSolo, true
		}
		t.Actors = append(t.Actors, a)
		if i > 0 {
			t.Channels = append(t.Channels, telemetry.Channel{
				ID: uint32(i - 1), Name: "channel-" + string(rune('a'+i%26)), Type: "float64",
				Capacity: 64, From: int32(i - 1), To: int32(i),
			})
		}
	}
	return &fakeService{top: t, start: time.Now()}
}

func (s *fakeService) Topology() *telemetry.Topology {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.top
}

func (s *fakeService) Sample(f *telemetry.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.samples > 0 {
		s.gaps = append(s.gaps, now.Sub(s.last))
	}
	s.samples++
	s.last = now
	n := uint64(s.samples)
	f.Resize(len(s.top.Actors), len(s.top.Channels))
	if s.broken {
		panic("sampler is broken")
	}
	f.Instance, f.Generation, f.Phase = s.top.Instance, s.top.Generation, s.phase
	f.Mono, f.Wall = now.Sub(s.start), now.UnixNano()
	f.CPU, f.RSS, f.Goroutines = f.Mono/2, 1<<20, 7
	for i := range s.top.Actors {
		for st := range f.Actors.Time {
			f.Actors.Time[st][i] = 0
		}
		f.Actors.Time[telemetry.StateBusy][i] = f.Mono / 4
		f.Actors.Time[telemetry.StateWaiting][i] = f.Mono - f.Mono/4
		f.Actors.State[i], f.Actors.Since[i], f.Actors.Vote[i] = telemetry.StateBusy, f.Mono, telemetry.VoteNone
		f.Actors.CPU[i], f.Actors.Restarts[i], f.Actors.Torn[i] = 0, 1, 0
	}
	f.Actors.CPU[0] = f.Mono / 5
	for i := range s.top.Channels {
		f.Channels.Sent[i], f.Channels.Taken[i], f.Channels.Closed[i] = 100*n+3, 100*n, false
		for b := range f.Channels.Latency {
			f.Channels.Latency[b][i] = 0
		}
		f.Channels.Latency[0][i], f.Channels.Latency[5][i] = n, 99*n
		f.Channels.LatencySum[i] = time.Duration(n) * 2 * time.Millisecond
	}
}

func (s *fakeService) RequestShutdown(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, reason)
	s.phase = telemetry.PhaseStopping
}

func (s *fakeService) Shutdown() telemetry.Shutdown {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := telemetry.Shutdown{Instance: s.top.Instance, Phase: s.phase, Votes: []telemetry.ActorVote{}}
	for i := range s.top.Actors {
		d.Votes = append(d.Votes, telemetry.ActorVote{ID: uint32(i), Name: s.top.Actors[i].Name, Vote: telemetry.VoteVeto, Reason: "3 left"})
	}
	return d
}

func (s *fakeService) ActorDetail(id uint32) (telemetry.ActorDetail, bool) {
	if int(id) >= len(s.top.Actors) {
		return telemetry.ActorDetail{}, false
	}
	return telemetry.ActorDetail{Actor: s.top.Actors[id], LastFailure: "boom"}, true
}

func (s *fakeService) Stalls() ([]telemetry.Stall, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stalls, !s.blind
}

func (s *fakeService) taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.samples
}

func (s *fakeService) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}
