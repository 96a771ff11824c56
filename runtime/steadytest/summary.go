package steadytest

import (
	"math"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// figures sums up what was seen; newest is a frame from after the end.
func (w *watcher) figures(newest *telemetry.Frame) *Figures {
	if w.last == w.first {
		w.last = newest
	}
	ended := time.Duration(w.pace.end.Load())
	if ended == 0 { // it never did
		ended = time.Since(w.pace.start)
	}
	t := w.rig.Service().Topology()
	f := &Figures{
		Sent: w.last.Channels.Sent[w.driven], Rate: w.rate,
		Elapsed: max(ended, w.lastAt),
		CPU:     w.last.CPU - w.first.CPU, Cores: t.Cores, Looks: w.looks, g: w.Graph,
	}
	f.Due = f.Sent
	switch {
	case w.rate > 0:
		f.Due = max(f.Sent, w.dueBefore(ended))
		f.Lag = w.pace.lag.quantiles(&w.target, f.Sent, ended)
	case w.limit != math.MaxUint64:
		f.Due = w.limit
	}
	if reason := w.rig.Service().Shutdown().Reason; reason != stopReason {
		f.Stopped = reason
	}
	for i := range t.Channels {
		f.Channels = append(f.Channels, w.channelFigures(t, i, f.Elapsed))
	}
	for i := range t.Actors {
		f.Actors = append(f.Actors, w.actorFigures(t, i))
	}
	return f
}

func (w *watcher) channelFigures(t *telemetry.Topology, i int, elapsed time.Duration) ChannelFigures {
	was, is, c := &w.first.Channels, &w.last.Channels, &t.Channels[i]
	name := func(actor int32) string {
		if actor < 0 {
			return ""
		}
		return t.Actors[actor].Name
	}
	f := ChannelFigures{Name: c.Name, From: name(c.From), To: name(c.To), Capacity: c.Capacity}
	if size := float64(c.Capacity); size > 0 && w.looks > 0 {
		f.Fill = float64(w.fills[i].sum) / float64(w.looks) / size
		f.Fullest = float64(w.fills[i].most) / size
	}
	if c.Native {
		return f
	}
	f.Sent = is.Sent[i] - was.Sent[i]
	f.PerSecond = perSecond(f.Sent, elapsed)
	var b buckets
	for k := range b {
		b[k] = is.Latency[k][i] - was.Latency[k][i]
	}
	f.Wait = b.quantiles(elapsed)
	return f
}

func (w *watcher) actorFigures(t *telemetry.Topology, i int) ActorFigures {
	var times [telemetry.NumStates]float64
	sum := 0.0 // rather than what the frames say: actors go on while one is taken
	for s := range times {
		times[s] = float64(w.last.Actors.Time[s][i] - w.first.Actors.Time[s][i])
		sum += times[s]
	}
	share := func(s telemetry.State) float64 { return times[s] / max(sum, 1) }
	return ActorFigures{
		Name: t.Actors[i].Name, Restarts: w.last.Actors.Restarts[i],
		Busy: share(telemetry.StateBusy), Blocked: share(telemetry.StateBlocked),
		Waiting: share(telemetry.StateWaiting), Calling: share(telemetry.StateCall),
	}
}
