package steadytest

import (
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// lookEvery is how often Load looks at the graph.
const lookEvery = 5 * time.Millisecond

// watcher runs a graph under load and looks at it.
type watcher struct {
	target
	*Graph
	self, port, driven int // the source, which of its outputs, and the channel

	pace  pace
	began chan struct{} // closed once there is a first frame

	// What follows the last look that saw that a message had moved is only the end:
	// it does not count.
	first, last, spare *telemetry.Frame
	lastAt             time.Duration // when the last one was complete, since the start of the generator
	fills              []fill        // by channel
	looks              int           // that the fills are from
	idle               int           // looks in a row that found somebody idle
}

// fill sums up how many messages looks have found in a channel.
type fill struct{ sum, most uint64 }

func newWatcher(g *Graph, source int, p target) *watcher {
	first := new(telemetry.Frame)
	return &watcher{
		Graph: g, self: source, target: p, began: make(chan struct{}),
		first: first, last: first, spare: new(telemetry.Frame),
	}
}

// begin is called by the generator before it does anything.
func (w *watcher) begin() {
	select {
	case <-w.began: // it was started again
		return
	default:
	}
	w.rig.Service().Sample(w.first)
	w.fills = make([]fill, len(w.first.Channels.Sent))
	w.pace.start = time.Now()
	if w.rate == 0 && w.length < forever {
		w.pace.timer = time.AfterFunc(w.length, func() { w.pace.over.Store(true) })
	}
	close(w.began)
}

// run serves the graph to its end.
func (w *watcher) run() *Figures {
	w.tb.Helper()
	served := make(chan error, 1)
	go func() { served <- w.g.Serve(w.tb.Context()) }()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if w.hasBegun() {
				w.help(w.look(true))
			}
		case err := <-served:
			if err == nil {
				err = w.verdict()
			}
			if err != nil {
				w.tb.Errorf("steadytest: Load: the graph did not end well: %v", err)
			}
			if !w.hasBegun() {
				return &Figures{g: w.Graph}
			}
			if w.pace.timer != nil {
				w.pace.timer.Stop()
			}
			return w.figures(w.look(false))
		}
	}
}

func (w *watcher) hasBegun() bool {
	select {
	case <-w.began:
		return true
	default:
		return false
	}
}

// look takes a frame, which is valid until the next look.
func (w *watcher) look(fills bool) *telemetry.Frame {
	f := w.spare
	w.rig.Service().Sample(f)
	c := &f.Channels
	moved := total(c) != total(&w.last.Channels)
	if moved {
		w.last, w.spare, w.lastAt = f, w.last, time.Since(w.pace.start)
		if w.spare == w.first {
			w.spare = new(telemetry.Frame)
		}
		w.idle = 0
	}
	if fills && (moved || f.Actors.State[w.self] != telemetry.StateDone) {
		w.looks++
		for i := range w.fills {
			n := c.Sent[i] - c.Taken[i]
			w.fills[i] = fill{w.fills[i].sum + n, max(w.fills[i].most, n)}
		}
	}
	return f
}

// total changes whenever a message moves.
func total(c *telemetry.ChannelColumns) (n uint64) {
	for i, sent := range c.Sent {
		n += sent + c.Taken[i]
	}
	return n
}
