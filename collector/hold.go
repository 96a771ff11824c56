package collector

import (
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

const (
	// averageEvery is the least time between two changes of an average: figures
	// that change faster can not be read, and each change costs bytes on the
	// way to a terminal. Fills, states and counts are of each frame.
	averageEvery = 450 * time.Millisecond
	// averageFrom is the span from which averages are steady enough to be held.
	averageFrom = time.Second
)

// held is what the averages of the last Snapshot were taken from.
type held struct {
	at       time.Duration // Frame.Mono
	actors   []Actor
	channels []Channel
}

// hold gives a new Snapshot the averages of the last one, unless they are old
// enough to change.
func (g *graph) hold(fr *telemetry.Frame, actors []Actor, channels []Channel) {
	h := &g.held
	if h.actors == nil || g.win.Span() < averageFrom || fr.Mono-h.at >= averageEvery {
		h.at, h.actors, h.channels = fr.Mono, actors, channels
		return
	}
	for i := range actors {
		a, was := &actors[i], &h.actors[i]
		a.CPU, a.CPUKind = was.CPU, was.CPUKind
		a.Busy, a.Blocked, a.Waiting, a.Call, a.Backoff = was.Busy, was.Blocked, was.Waiting, was.Call, was.Backoff
		a.In, a.Out = was.In, was.Out
	}
	for i := range channels {
		c, was := &channels[i], &h.channels[i]
		c.SentRate, c.TakeRate = was.SentRate, was.TakeRate
		c.P50, c.P90, c.P99 = was.P50, was.P90, was.P99
	}
}
