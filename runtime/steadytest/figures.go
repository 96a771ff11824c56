package steadytest

import (
	"testing"
	"time"
)

// Figures are what Load has measured, from the start of the generator until the
// last message was taken.
type Figures struct {
	// Sent is how many messages the generator sent, and Due how many it was to send:
	// more if there was no room for them in time, or if For was over before Count.
	Sent, Due uint64
	// Rate is the one that was asked for, in messages a second. 0 means as many as
	// possible.
	Rate float64
	// Elapsed is how long it took until the generator had ended and the last message
	// of the graph was taken. It is up to 5 ms too long if the graph went on after
	// that.
	Elapsed time.Duration
	// Lag is how much later than they were due messages were sent: from that time
	// until Send returned, or until the generator ended if they were not sent. It is
	// zero without a Rate. The system wakes a source on a goroutine up to about a
	// millisecond late; one with steady.Solo is more exact.
	Lag Quantiles
	// CPU is that of the whole process; Cores is how many it may use.
	CPU   time.Duration
	Cores int
	// Looks is how often the fills of channels were looked at, every 5 ms: not at all
	// if it was over before. Where all cores are busy looks are late, and rather come
	// when an actor waits.
	Looks int
	// Stopped is why a stop was requested, unless it was because the generator had
	// ended. Empty means that it was not.
	Stopped string

	Channels []ChannelFigures // in the order in which the graph was built
	Actors   []ActorFigures   // in the order in which the graph was built

	g *Graph
}

// ChannelFigures is what went through a channel. Of a watched Go channel only the
// fill is known.
type ChannelFigures struct {
	Name, From, To string // of itself and of its ends; no actor is ""
	Capacity       uint64
	Sent           uint64
	PerSecond      float64
	// Fill is the mean share of the capacity that was taken up, and Fullest the
	// greatest, of all looks: 0 to 1.
	Fill, Fullest float64
	// Wait is how long messages were in the channel, from when they became visible
	// until their iteration was over. Some 1,500 a second are timed, each for all
	// since the one before.
	Wait Quantiles
}

// ActorFigures is what an actor did. Its times are shares of Elapsed, 0 to 1; what
// is missing from 1 was over or in a back-off.
type ActorFigures struct {
	Name     string
	Busy     float64 // in its body, also when it had to wait for a core
	Blocked  float64 // waiting for room in an output
	Waiting  float64 // waiting for input or a time
	Calling  float64 // in Blocking
	Restarts uint64
}

// PerSecond returns how many messages the generator sent in a second.
func (f *Figures) PerSecond() float64 { return perSecond(f.Sent, f.Elapsed) }

func perSecond(n uint64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}

// Channel returns the figures of a channel. It is fatal if there is none.
func (f *Figures) Channel(name string) ChannelFigures {
	f.g.tb.Helper()
	return f.Channels[f.g.channel(name)]
}

// Actor returns the figures of an actor. It is fatal if there is none.
func (f *Figures) Actor(name string) ActorFigures {
	f.g.tb.Helper()
	return f.Actors[f.g.actor(name)]
}

// Report adds metrics to a benchmark: msgs/s, and p50-ns, p90-ns, p99-ns and
// max-ns of the channel in which messages wait longest, by p99. With a Rate also
// lag-p99-ns.
func (f *Figures) Report(b *testing.B) {
	b.ReportMetric(f.PerSecond(), "msgs/s")
	var worst Quantiles
	for _, c := range f.Channels {
		if c.Wait.P99 > worst.P99 {
			worst = c.Wait
		}
	}
	b.ReportMetric(float64(worst.P50), "p50-ns")
	b.ReportMetric(float64(worst.P90), "p90-ns")
	b.ReportMetric(float64(worst.P99), "p99-ns")
	b.ReportMetric(float64(worst.Max), "max-ns")
	if f.Rate > 0 {
		b.ReportMetric(float64(f.Lag.P99), "lag-p99-ns")
	}
}
