package window

import (
	"math"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// hold is for how many seconds without a frame the last fill is repeated.
const hold = 3

// trail is a history that only grows at its end. What it handed out is never
// written again: when its storage is full it moves on to new storage.
type trail []float32

func (t *trail) add(v float32) {
	if len(*t) == cap(*t) {
		*t = append(make(trail, 0, 3*HistoryLen), t.view()...)
	}
	*t = append(*t, v)
}

func (t *trail) view() []float32 {
	n := len(*t)
	return (*t)[max(0, n-HistoryLen):n:n]
}

// trails keeps one value for each second of the service's clock that ended:
// the busy share of each actor, interpolated at the borders between seconds so
// that the sum of a history is the busy time, and the greatest fill of each
// channel among the frames of the second.
type trails struct {
	mono  time.Duration // of the last frame, negative before the first
	whole bool          // a border was passed, so that edge is set

	busy []trail
	old  []float64 // busy seconds at the last frame
	edge []float64 // busy seconds at the last border

	fill []trail
	last []float32 // at the last frame
	peak []float32 // of the current second
}

func newTrails(actors, channels int) trails {
	return trails{
		mono: -1,
		busy: make([]trail, actors), old: make([]float64, actors), edge: make([]float64, actors),
		fill: make([]trail, channels), last: make([]float32, channels), peak: make([]float32, channels),
	}
}

// add takes in a frame and closes the seconds that ended since the last.
func (t *trails) add(now *sample, channels []Channel) {
	first, end := int64(t.mono/time.Second)+1, int64(now.mono/time.Second)
	started := t.mono >= 0
	if !started {
		end = first - 1
	}
	for i := range t.busy {
		busy := now.time[telemetry.StateBusy][i].Seconds()
		if started {
			t.closeBusy(i, busy, now.mono, first, end)
		}
		t.old[i] = busy
	}
	for i := range t.fill {
		fill := float32(channels[i].Fill)
		if started {
			t.closeFill(i, first, end)
		}
		if !started || end >= first || fill > t.peak[i] {
			t.peak[i] = fill
		}
		t.last[i] = fill
	}
	t.whole = t.whole || end >= first
	t.mono = now.mono
}

// closeBusy adds the shares of the seconds that end at the borders first to
// end. Before the first border of all there is only a part of a second.
func (t *trails) closeBusy(i int, busy float64, mono time.Duration, first, end int64) {
	slope := (busy - t.old[i]) / (mono - t.mono).Seconds()
	at := func(border int64) float64 {
		return t.old[i] + slope*(float64(border)-t.mono.Seconds())
	}
	whole := t.whole
	from := max(first, end-HistoryLen)
	if from > first { // what was skipped would have left the history anyway
		t.edge[i], whole = at(from-1), true
	}
	for s := from; s <= end; s++ {
		if whole {
			t.busy[i].add(float32(min(1, max(0, at(s)-t.edge[i]))))
		}
		t.edge[i], whole = at(s), true
	}
}

func (t *trails) closeFill(i int, first, end int64) {
	for s := max(first, end-HistoryLen); s <= end; s++ {
		switch n := s - first; {
		case n == 0:
			t.fill[i].add(t.peak[i])
		case n <= hold:
			t.fill[i].add(t.last[i])
		default:
			t.fill[i].add(float32(math.NaN()))
		}
	}
}
