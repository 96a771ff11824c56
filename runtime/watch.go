package steady

import (
	"fmt"
	"reflect"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Watched is a native Go channel that is shown together with the graph.
type Watched struct {
	g        *Graph
	name     string
	typ      string
	capacity int
	length   func() int
	from, to string // names of actors, "" for outside the graph
}

// Watch shows a native Go channel on the dashboard and in the metrics of g, with
// its length and capacity, which may be 0. That is all that can be asked of a
// Go channel: how many values went through it, how long they waited and whether
// it is closed stay unknown. The name must be unique among the channels of g.
//
// To watch changes nothing else: the graph neither waits for what is in ch nor
// counts it as left over. A length is read for each sample, without waiting. Call
// Watch before the start; a `<-chan T` or `chan<- T` alone can not be watched.
func Watch[T any](g *Graph, name string, ch chan T) *Watched {
	g.build("Watch", name)
	if name == "" {
		g.mistake("watched channel %d has no name", len(g.watched))
	}
	if ch == nil {
		g.mistake("watched channel %q is nil", name)
	}
	w := &Watched{
		g: g, name: name, typ: reflect.TypeFor[T]().String(),
		capacity: cap(ch), length: func() int { return len(ch) },
	}
	g.watched = append(g.watched, w)
	return w
}

// SentBy draws the channel as an output of the actor with that name, which may
// be added to the graph later. Without it, or if several actors send, the
// channel comes from outside.
func (w *Watched) SentBy(actor string) *Watched {
	w.end(&w.from, actor)
	return w
}

// ReceivedBy draws the channel as an input of the actor with that name, which
// may be added to the graph later. Without it, or if several actors receive, the
// channel leads outside.
func (w *Watched) ReceivedBy(actor string) *Watched {
	w.end(&w.to, actor)
	return w
}

func (w *Watched) end(at *string, actor string) {
	w.g.build("an end of Watch", w.name)
	switch {
	case actor == "":
		w.g.mistake("watched channel %q: an actor at its end has no name", w.name)
	case *at != "":
		w.g.mistake("watched channel %q has %q and %q at the same end: leave it out if there are several", w.name, *at, actor)
	}
	*at = actor
}

// watchMistakes returns what is wrong with the ends that were named. Names of
// channels are checked with all others, see Err.
func (g *Graph) watchMistakes() (errs []error) {
	for _, w := range g.watched {
		for _, name := range []string{w.from, w.to} {
			if name != "" && g.find(name) < 0 {
				errs = append(errs, fmt.Errorf("steady: watched channel %q: there is no actor %q", w.name, name))
			}
		}
	}
	return errs
}

// find returns the id of an actor, -1 when there is none with that name.
func (g *Graph) find(name string) int32 {
	for _, a := range g.actors {
		if name != "" && a.name == name {
			return int32(a.id)
		}
	}
	return -1
}

// describe returns the channel as it is published. Its id follows those of the
// channels of the graph.
func (w *Watched) describe(id int) telemetry.Channel {
	return telemetry.Channel{
		ID: uint32(id), Name: w.name, Type: w.typ, Capacity: uint64(w.capacity),
		From: w.g.find(w.from), To: w.g.find(w.to), Native: true,
	}
}

// sample puts the length where a viewer looks for it: see telemetry.ChannelColumns.
func (w *Watched) sample(i int, c *telemetry.ChannelColumns, ours bool) {
	c.Sent[i] = uint64(w.length())
	if ours {
		return // the rest is never anything else
	}
	c.Taken[i], c.Closed[i], c.LatencySum[i] = 0, false, 0
	for b := range c.Latency {
		c.Latency[b][i] = 0
	}
}
