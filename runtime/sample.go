package steady

import (
	"runtime"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Sample implements publish.Service: it fills f with all counters of this
// moment. Only Seq is left to the publisher.
func (s *service) Sample(f *telemetry.Frame) {
	g := s.g
	g.sampling.Lock()
	defer g.sampling.Unlock()
	now := g.sched.Now()
	// The histograms in f are ours, and as old as its LatencySum says.
	ours := f.Instance == g.instance && f.Generation == s.topology.Generation && len(f.Channels.Sent) == len(s.edges)+len(s.watched)
	f.Resize(len(s.actors), len(s.edges)+len(s.watched))
	f.Instance, f.Generation = g.instance, s.topology.Generation
	f.Mono, f.Wall, f.Phase = now, time.Now().UnixNano(), g.telemetryPhase()
	f.CPU, f.RSS, f.Goroutines = processCPU(), residentBytes(), uint64(runtime.NumGoroutine())
	s.awaited(&f.Channels)
	for i, a := range s.actors {
		park.Point()
		a.sample(i, now, &f.Actors, &g.seen[i])
	}
	clear(f.Actors.Patience)
	if p := g.progress.Load(); p != nil {
		if all := p.patience.Load(); all != nil {
			copy(f.Actors.Patience, *all)
		}
	}
	for _, t := range g.troupes {
		t.shareCPU(&f.Actors)
	}
	for i, e := range s.edges {
		e.sample(i, &f.Channels, ours)
	}
	for i, w := range s.watched {
		w.sample(len(s.edges)+i, &f.Channels, ours)
	}
}

// observe fills f with what tells whether messages move, and leaves the rest.
func (s *service) observe(f *telemetry.Frame) {
	g := s.g
	g.sampling.Lock()
	defer g.sampling.Unlock()
	now := g.sched.Now()
	f.Resize(len(s.actors), len(s.edges)+len(s.watched))
	f.Mono, f.Phase = now, g.telemetryPhase()
	s.awaited(&f.Channels)
	for i, a := range s.actors {
		park.Point()
		a.observe(i, now, &f.Actors, &g.seen[i])
		f.Actors.Restarts[i] = a.restarts.Load()
	}
	for i, e := range s.edges {
		f.Channels.Sent[i], f.Channels.Taken[i] = e.core.Counters()
	}
}

// awaited notes who waits for what. It comes before the actors: see
// internal/stall for what that proves.
func (s *service) awaited(c *telemetry.ChannelColumns) {
	for i, e := range s.edges {
		park.Point()
		c.Awaited[i] = e.core.Awaited()
	}
}

// observe is the part of sample that tells whether the actor gets on.
func (a *Actor) observe(i int, now time.Duration, c *telemetry.ActorColumns, seen *sighting) {
	state, since, timed := a.clock.readWait(nil, 0)
	c.State[i], c.Since[i], c.Timed[i], c.Body[i] = state, since, timed, 0
	if state == telemetry.StateBusy {
		park.Point()
		c.Body[i] = seen.body(a.looks.Load(), since, now)
		a.checkAt.Store(0)
	}
}

func (a *Actor) sample(i int, now time.Duration, c *telemetry.ActorColumns, seen *sighting) {
	var total [telemetry.NumStates]time.Duration
	state, since, timed := a.clock.readWait(&total, now)
	c.State[i], c.Since[i], c.Timed[i] = state, since, timed
	for s := range total {
		c.Time[s][i] = total[s]
	}
	c.Restarts[i], c.Torn[i] = a.restarts.Load(), a.torn.Load()
	c.Vote[i] = telemetry.VoteNone
	if v := a.vote.Load(); v != nil {
		c.Vote[i] = v.answer
	}
	c.CPU[i] = a.cpu.read(a.thread.Load())
	c.Body[i] = 0
	if m := a.place.member; m != nil {
		c.Body[i] = m.recent(now)
	}
	if state == telemetry.StateBusy {
		c.Body[i] = max(c.Body[i], seen.body(a.looks.Load(), since, now))
		a.checkAt.Store(0) // let the next sample see what it has finished, and that it got there
	}
}

// sighting is when a sampler first found that an actor had come to its newest
// boundary.
type sighting struct {
	looks uint64
	at    time.Duration
}

// body returns for how long an actor that is busy since then has not come to a
// boundary, at least. An actor looks up at its next boundary after a sample, so
// between two samples it has counted unless there was none.
func (s *sighting) body(looks uint64, since, now time.Duration) time.Duration {
	if s.at == 0 || looks != s.looks {
		s.looks, s.at = looks, now
	}
	return now - max(s.at, since)
}

func (e *edge) sample(i int, c *telemetry.ChannelColumns, ours bool) {
	before := c.Sent[i]
	c.Sent[i], c.Taken[i] = e.core.Counters()
	c.Closed[i] = e.core.Closed()
	sum := e.core.LatencySum()
	if ours && sum == c.LatencySum[i] {
		if c.Sent[i] != before {
			e.core.Restamp()
		}
		return // most channels of a large service are idle, and the rest is most of the work
	}
	c.LatencySum[i] = sum
	for b := range c.Latency {
		c.Latency[b][i] = e.core.LatencyCount(b)
	}
}

// threadTime adds up the CPU of the threads that an actor had, one for each
// incarnation. The time between the last sample of a thread and its end is lost.
type threadTime struct {
	tid          int64
	before, last time.Duration
}

// read returns the total so far; tid is the current thread, 0 when there is none.
func (t *threadTime) read(tid int64) time.Duration {
	if tid != t.tid {
		t.before, t.last, t.tid = t.before+t.last, 0, tid
	}
	if tid != 0 {
		if d, ok := threadCPU(tid); ok {
			t.last = max(t.last, d)
		}
	}
	return t.before + t.last
}
