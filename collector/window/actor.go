package window

import (
	"math"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Actor holds the figures of one actor over Span.
type Actor struct {
	Shares
	CPU     float64 // fraction of one core
	CPUKind CPUKind
	In      float64   // messages a second taken over all inputs
	Out     float64   // messages a second sent over all outputs
	Level   Level     // from the share of blocked time; Hot at least in back-off
	Long    Shares    // over LongSpan
	History []float32 // busy share of each second, exact also across lost frames
}

// Shares splits the time of an actor. They add up to 1, and to less only by
// the time after the actor ended; before the second frame they are NaN.
type Shares struct {
	Busy, Blocked, Waiting, Call, Backoff float64
}

func unknownShares() Shares {
	nan := math.NaN()
	return Shares{Busy: nan, Blocked: nan, Waiting: nan, Call: nan, Backoff: nan}
}

func unknownActor() Actor {
	nan := math.NaN()
	return Actor{Shares: unknownShares(), CPU: nan, In: nan, Out: nan, Long: unknownShares()}
}

// shares divides by what the states add up to, not by the time between the
// frames: the sampler reads one actor after another, and a share should not
// suffer from the moments between them.
func (w *Window) shares(i int, base *sample) Shares {
	var d [telemetry.NumStates]float64
	sum := 0.0
	for s := range d {
		d[s] = float64(w.now.time[s][i] - base.time[s][i])
		sum += d[s]
	}
	if sum <= 0 {
		return unknownShares()
	}
	return Shares{
		Busy:    d[telemetry.StateBusy] / sum,
		Blocked: d[telemetry.StateBlocked] / sum,
		Waiting: d[telemetry.StateWaiting] / sum,
		Call:    d[telemetry.StateCall] / sum,
		Backoff: d[telemetry.StateBackoff] / sum,
	}
}

func (w *Window) measureActors(f *telemetry.Frame, base *sample) {
	w.process.RSS = math.NaN()
	if f.RSS > 0 {
		w.process.RSS = float64(f.RSS)
	}
	if base == nil {
		return
	}
	for i := range w.actors {
		a := &w.actors[i]
		a.Shares = w.shares(i, base)
		a.In, a.Out = 0, 0
		held := a.Blocked
		if a.Backoff > 0.1 || f.Actors.State[i] == telemetry.StateBackoff {
			held = max(held, actorUp[Hot-1])
		}
		a.Level = a.Level.next(held, actorUp, actorDown)
	}
	for i := range w.top.Channels {
		c := &w.top.Channels[i]
		if c.From >= 0 && int(c.From) < len(w.actors) {
			w.actors[c.From].Out += w.channels[i].SentRate
		}
		if c.To >= 0 && int(c.To) < len(w.actors) {
			w.actors[c.To].In += w.channels[i].TakeRate
		}
	}
	w.measureCPU(base)
}
