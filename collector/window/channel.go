package window

import (
	"math"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// full is the fill from which a channel counts as full: a sender that publishes
// in chunks stops short of the last slots.
const full = 0.95

// Channel holds the figures of one channel.
type Channel struct {
	Length   uint64        // at the newest frame, at most the capacity
	Fill     float64       // Length/capacity; NaN when the capacity is 0
	SentRate float64       // messages a second over Span
	TakeRate float64       // messages a second over Span
	FullFor  time.Duration // how long Fill has been at 0.95 or more
	Level    Level         // from the mean fill over Span
	Long     Flow          // over LongSpan

	P50, P90, P99 float64   // seconds that messages waited, over LongSpan
	Latency       []uint64  // messages per bucket over LongSpan; nil when none was measured; never overwritten
	History       []float32 // greatest fill of each second; NaN for a second without a frame, after 3 s of holding the last

	fullSince time.Duration // Mono, negative while not full
}

// Flow is what a verdict needs to know of a channel.
type Flow struct {
	Fill     float64 // mean
	Pressed  float64 // share of the time with a fill of 0.85 or more
	SentRate float64
	TakeRate float64
}

func unknownChannel() Channel {
	nan := math.NaN()
	return Channel{
		Fill: nan, SentRate: nan, TakeRate: nan, P50: nan, P90: nan, P99: nan,
		Long: Flow{Fill: nan, Pressed: nan, SentRate: nan, TakeRate: nan}, fullSince: -1,
	}
}

// level returns how many messages wait and the share of the capacity that they
// take. The counters of a sender and of a receiver cannot be read at the same
// instant, so the difference is clamped.
func level(sent, taken, capacity uint64) (length uint64, fill float64) {
	if sent > taken {
		length = sent - taken
	}
	if capacity == 0 {
		return length, math.NaN()
	}
	length = min(length, capacity)
	return length, float64(length) / float64(capacity)
}

func (w *Window) measureChannels(f *telemetry.Frame, base *sample) {
	for i := range w.channels {
		c, capacity := &w.channels[i], w.top.Channels[i].Capacity
		c.Length, c.Fill = level(w.now.sent[i], w.now.taken[i], capacity)
		switch {
		case !(c.Fill >= full): // NaN too
			c.fullSince, c.FullFor = -1, 0
		case c.fullSince < 0:
			c.fullSince = f.Mono
		default:
			c.FullFor = f.Mono - c.fullSince
		}
		mean := c.Fill
		if base != nil {
			fl := w.flow(i, base)
			c.SentRate, c.TakeRate = fl.SentRate, fl.TakeRate
			if capacity > 0 {
				mean = fl.Fill
			}
		}
		c.Level = c.Level.next(mean, channelUp, channelDown)
	}
}

// flow returns the figures of channel i between base and now. Nobody counts what
// goes through a native channel.
func (w *Window) flow(i int, base *sample) Flow {
	dt := (w.now.mono - base.mono).Seconds()
	f := Flow{
		Fill:     min(1, (w.now.area[i]-base.area[i])/dt),
		Pressed:  min(1, (w.now.press[i]-base.press[i])/dt),
		SentRate: math.NaN(),
		TakeRate: math.NaN(),
	}
	if !w.top.Channels[i].Native {
		f.SentRate = float64(w.now.sent[i]-base.sent[i]) / dt
		f.TakeRate = float64(w.now.taken[i]-base.taken[i]) / dt
	}
	return f
}

// measureLong takes the figures that a verdict is based on.
func (w *Window) measureLong(base *sample) {
	for i := range w.channels {
		w.channels[i].Long = w.flow(i, base)
	}
	for i := range w.actors {
		w.actors[i].Long = w.shares(i, base)
	}
}
