package steady

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/internal/stall"
	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// DefaultStallAfter is how long an actor may finish nothing while messages wait
// for it when Graph.StallAfter is 0.
const DefaultStallAfter = stall.DefaultAfter

// lookAtProgress is how often a graph under Run looks at itself.
const lookAtProgress = time.Second

// progress looks for what stands still, once a second, from counters that are
// there anyway: see internal/stall for what counts. It runs under Run alone. A
// timer that is set again and again would keep a testing/synctest bubble alive
// whose actors all wait, and hide that from the test.
type progress struct {
	g   *Graph
	svc *service

	mu    sync.Mutex // one look at a time; guards what follows
	watch *stall.Watch
	frame telemetry.Frame
	found []stall.Stall
	told  []stall.Stall // what is in the log, and not over
	timer sched.Timer
	over  bool

	shown    atomic.Pointer[[]telemetry.Stall] // told, for whoever asks
	patience atomic.Pointer[[]time.Duration]   // of each actor, for the sampler
}

// watchProgress begins to look, unless that is turned off or nobody measures,
// until the returned function is called.
func (g *Graph) watchProgress() (stop func()) {
	svc := g.svc.Load()
	if svc == nil || g.StallAfter < 0 {
		return func() {}
	}
	p := newProgress(g, svc)
	p.mu.Lock()
	p.timer = g.sched.AfterFunc(lookAtProgress, p.again)
	p.mu.Unlock()
	return p.stop
}

// newProgress returns one that has not looked yet, and lets the graph know.
func newProgress(g *Graph, svc *service) *progress {
	p := &progress{g: g, svc: svc, watch: stall.New(svc.topology, g.StallAfter)}
	p.watch.Ask = p.ask
	p.shown.Store(new([]telemetry.Stall))
	g.progress.Store(p)
	return p
}

func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	p.timer.Stop()
}

// again is one look of many. What it has to say it logs last, and without the
// lock: a logger may be slow, and then the next look comes all the same.
func (p *progress) again() {
	var begun, ended []stall.Stall
	p.mu.Lock()
	if !p.over {
		begun, ended = p.news(p.look())
		p.timer.Reset(lookAtProgress)
	}
	now := p.frame.Mono
	p.mu.Unlock()
	log := p.g.logger()
	for i := range begun {
		s := &begun[i]
		log.Warn("messages stand still", "why", s.Headline, slog.Any("evidence", strings.Join(s.Evidence, "; ")))
	}
	for i := range ended {
		s := &ended[i]
		log.Info("messages move again", "was", s.Headline, "after", (now - s.Since).Round(time.Millisecond))
	}
}

// look takes a frame and returns what stands still in it. Callers hold mu.
func (p *progress) look() []stall.Stall {
	p.svc.observe(&p.frame)
	p.found = p.watch.Look(&p.frame)
	patience := make([]time.Duration, len(p.svc.actors))
	for i := range patience {
		patience[i] = p.watch.Patience(int32(i))
	}
	p.patience.Store(&patience)
	return p.found
}

// news compares found with what was told. While a stop is pending nothing new is
// told: whoever does not stop is named at the deadline. Callers hold mu.
func (p *progress) news(found []stall.Stall) (begun, ended []stall.Stall) {
	has := func(in []stall.Stall, s *stall.Stall) bool {
		return slices.ContainsFunc(in, func(t stall.Stall) bool { return t.Same(s) })
	}
	var told []stall.Stall
	for i := range found {
		s := &found[i]
		known := has(p.told, s)
		if !known && p.frame.Phase != telemetry.PhaseRunning {
			continue
		}
		if told = append(told, *s); !known {
			begun = append(begun, *s)
		}
	}
	for i := range p.told {
		if s := &p.told[i]; !has(found, s) {
			ended = append(ended, *s)
		}
	}
	p.told = told
	shown := make([]telemetry.Stall, len(told))
	for i := range told {
		s := &told[i]
		shown[i] = telemetry.Stall{Since: s.Since, Text: s.Headline, Evidence: s.Evidence}
		for _, a := range s.Actors {
			shown[i].Actors = append(shown[i].Actors, uint32(a))
		}
	}
	p.shown.Store(&shown)
	return begun, ended
}

// ask finds out what the code of an actor does that has finished nothing for
// long, from its stack. The world stands still for that, which is why it is
// asked but once.
func (p *progress) ask(actor int32) stall.Doing {
	a := p.svc.actors[actor]
	if a.place.member != nil && a.clock.state() == telemetry.StateCall {
		return stall.Doing{} // its call runs on another goroutine
	}
	return doingOf(goroutineStacks()[a.goid.Load()])
}

// standstill says what stands still at the deadline of a stop, or "".
func (g *Graph) standstill() string {
	p := g.progress.Load()
	if p == nil {
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var why []string
	for _, s := range p.look() {
		if why = append(why, s.Headline); len(why) == mostCauses {
			break
		}
	}
	return strings.Join(why, "; ")
}

// mostCauses is how many of them an error has.
const mostCauses = 2

// Stalls implements publish.Service.
func (s *service) Stalls() (all []telemetry.Stall, watched bool) {
	p := s.g.progress.Load()
	if p == nil {
		return nil, false
	}
	return *p.shown.Load(), true
}
