package steadytest

import (
	"slices"
	"strings"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// stopReason is that of a stop which is part of the plan.
const stopReason = "steadytest.Load is done"

// finished is called by the generator before it ends. To wait for the next look
// would be to measure what other sources do meanwhile.
func (w *watcher) finished() {
	w.pace.end.Store(int64(time.Since(w.pace.start)))
	votes := w.rig.Service().Shutdown().Votes
	for i, a := range w.actors {
		if i != w.self && len(a.In) == 0 && votes[i].State != telemetry.StateDone {
			w.rig.RequestStop(stopReason)
			return
		}
	}
}

// help requests a stop if the graph does not end by itself.
func (w *watcher) help(f *telemetry.Frame) {
	state := f.Actors.State[w.self]
	switch {
	case w.rig.Stopping():
	case state == telemetry.StateDone && w.anyIdle(f):
		if w.idle++; w.idle == 2 { // at the first one it may be about to end
			w.rig.RequestStop(stopReason)
		}
	case state != telemetry.StateWaiting && state != telemetry.StateBackoff && f.Mono-w.last.Mono > w.stuckAfter:
		w.tb.Errorf("steadytest: Load: no message has moved for %v:\n\t%s", w.stuckAfter, strings.Join(w.rig.Explain(), "\n\t"))
		w.rig.RequestStop("steadytest.Load: no message moves")
	}
}

// anyIdle reports whether an actor waits to which no message can come any more.
func (w *watcher) anyIdle(f *telemetry.Frame) bool {
	for i, a := range w.actors {
		ended := func(p rig.Port) bool {
			k := p.Channel
			return f.Channels.Closed[k] && f.Channels.Sent[k] == f.Channels.Taken[k]
		}
		if f.Actors.State[i] == telemetry.StateWaiting && !slices.ContainsFunc(a.In, func(p rig.Port) bool { return !ended(p) }) {
			return true
		}
	}
	return false
}
