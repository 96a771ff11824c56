package collector

import (
	"fmt"
	"time"

	"github.com/steadytop/steadytop/collector/diagnose"
	"github.com/steadytop/steadytop/collector/window"
	"github.com/steadytop/steadytop/internal/stall"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

const (
	// judgeEvery is the time between two verdicts: a sentence that changes
	// faster can not be read.
	judgeEvery = time.Second
	// restartPause is the least time between two events about restarts of the
	// same actor; what happens in between is counted. It doubles up to
	// restartMost for one that goes on like that.
	restartPause = time.Second
	restartMost  = 32 * time.Second
)

// graph is what is known of one generation of one instance.
type graph struct {
	top *telemetry.Topology
	win *window.Window

	held held // averages of the last Snapshot

	bodies   *diagnose.Bodies
	hogs     []diagnose.Hog // as of the last verdict
	judging  diagnose.Judge
	facts    diagnose.Graph // reused
	why      Verdict
	kind     diagnose.Kind
	stalls   *stall.Watch
	judgedAt time.Duration // Frame.Mono

	arrivals [17]time.Time // of the last frames, a ring
	arrivedN int

	restarts []uint64        // told so far, per actor
	fell     []uint32        // actors of whose restart was told, but not why
	toldAt   []time.Time     // when
	pauses   []time.Duration // until the next may be told
	full     fullWatch
	primed   bool          // restarts holds what was before we looked
	stillIn  diagnose.Kind // Deadlock or Stalled when that is in the log
	hogTold  map[int32]bool
}

func newGraph(t *telemetry.Topology) *graph {
	return &graph{
		top: t, win: window.New(t), why: Verdict{Actor: -1}, bodies: diagnose.NewBodies(t), stalls: stall.New(t, 0),
		facts: diagnose.Graph{
			Actors:   make([]diagnose.Actor, len(t.Actors)),
			Channels: make([]diagnose.Channel, len(t.Channels)),
		},
		restarts: make([]uint64, len(t.Actors)),
		toldAt:   make([]time.Time, len(t.Actors)),
		pauses:   make([]time.Duration, len(t.Actors)),
		full:     newFullWatch(t),
	}
}

func (g *graph) arrived(now time.Time) {
	g.arrivals[g.arrivedN%len(g.arrivals)] = now
	g.arrivedN++
}

// frameRate is over the last frames, unknown before there are two that were
// apart: a service may open with the last keyframe and the newest frame at once.
func (g *graph) frameRate() Num {
	n := min(g.arrivedN, len(g.arrivals))
	if n < 2 {
		return Unknown()
	}
	last, first := g.arrivals[(g.arrivedN-1)%len(g.arrivals)], g.arrivals[(g.arrivedN-n)%len(g.arrivals)]
	if d := last.Sub(first).Seconds(); d >= 0.1 {
		return Num(float64(n-1) / d)
	}
	return Unknown()
}

// judge asks for a verdict when it is time for one.
func (g *graph) judge(fr *telemetry.Frame) {
	g.bodies.Look(fr)
	g.facts.Stalls = g.stalls.Look(fr)
	if g.kind != diagnose.Unknown && fr.Mono-g.judgedAt < judgeEvery {
		return
	}
	g.judgedAt, g.hogs = fr.Mono, g.bodies.Hogs()
	g.facts.Mono, g.facts.Span, g.facts.Hogs = fr.Mono, g.win.Reach(), g.hogs
	for i, a := range g.win.Actors() {
		g.facts.Actors[i] = diagnose.Actor{
			Name: g.top.Actors[i].Name, Troupe: g.top.Actors[i].Troupe,
			State: fr.Actors.State[i], For: max(0, fr.Mono-fr.Actors.Since[i]),
			Busy: a.Long.Busy, Blocked: a.Long.Blocked, Waiting: a.Long.Waiting, Call: a.Long.Call, Backoff: a.Long.Backoff,
		}
	}
	for i, c := range g.win.Channels() {
		t := &g.top.Channels[i]
		g.facts.Channels[i] = diagnose.Channel{
			Name: t.Name, From: t.From, To: t.To, Native: t.Native, Length: c.Length, Capacity: t.Capacity,
			Fill: c.Long.Fill, Pressed: c.Long.Pressed, FullFor: c.FullFor,
			SentRate: c.Long.SentRate, TakeRate: c.Long.TakeRate,
		}
	}
	v := g.judging.Decide(&g.facts)
	g.kind = v.Kind
	g.why = Verdict{Actor: v.Actor, Headline: v.Headline, Evidence: v.Evidence}
}

// watch writes down what happened between the last frame and this one.
func (g *graph) watch(fr *telemetry.Frame, now time.Time, log *eventLog) {
	for i, n := range fr.Actors.Restarts {
		if !g.primed {
			g.restarts[i] = n
			continue
		}
		if n <= g.restarts[i] || now.Sub(g.toldAt[i]) < g.pauses[i] {
			continue
		}
		text := fmt.Sprintf("restarted, %d so far", n)
		if more := n - g.restarts[i]; more > 1 {
			text = fmt.Sprintf("restarted %d times, %d so far", more, n)
		}
		if now.Sub(g.toldAt[i]) < 2*g.pauses[i] {
			g.pauses[i] = min(2*g.pauses[i], restartMost)
		} else {
			g.pauses[i] = restartPause
		}
		g.restarts[i], g.toldAt[i] = n, now
		log.add(Event{At: now, Severity: Hot, Subject: g.top.Actors[i].Name, Text: text})
		if len(g.fell) < mostFailures {
			g.fell = append(g.fell, uint32(i))
		}
	}
	g.primed = true
	still := g.kind
	if still != diagnose.Deadlock && still != diagnose.Stalled {
		still = diagnose.Unknown
	}
	if still != g.stillIn {
		if g.stillIn = still; still != diagnose.Unknown {
			log.add(Event{At: now, Severity: Full, Text: g.why.Headline})
		}
	}
	g.watchHogs(now, log)
	channels := g.win.Channels()
	g.full.look(func(i int) time.Duration { return channels[i].FullFor }, now, log)
}

// watchHogs writes down who begins to hog a troupe, and forgets who does not
// any more.
func (g *graph) watchHogs(now time.Time, log *eventLog) {
	if len(g.hogs) == 0 && len(g.hogTold) == 0 {
		return
	}
	is := map[int32]bool{}
	for i := range g.hogs {
		h := &g.hogs[i]
		is[h.Actor] = true
		if !g.hogTold[h.Actor] {
			a := &g.top.Actors[h.Actor]
			log.add(Event{At: now, Severity: Hot, Subject: a.Name, Text: "hogs troupe " + a.Troupe + ": " + span(h.Body) + " without a boundary"})
		}
	}
	g.hogTold = is
}
