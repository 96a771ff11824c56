// Package diagnose says in a sentence what holds a graph back, with the
// evidence for it.
//
// The rule of thumb is the one that stream processors use: the bottleneck is
// the first actor downstream of a full channel that is not itself blocked. A
// full channel alone proves nothing, since a buffer may be full and nobody
// mind; only time that a sender spent blocked does. That time is given to the
// channels that were full while it passed, and the actors behind them are
// ranked by what they are charged with.
package diagnose

import (
	"time"

	"github.com/steadytop/steadytop/internal/stall"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Graph is what a verdict is based on. Shares and rates are over Span.
type Graph struct {
	Mono     time.Duration // clock of the service
	Span     time.Duration // 0 when nothing was measured yet
	Actors   []Actor
	Channels []Channel
	Hogs     []Hog
	Stalls   []stall.Stall
}

// Actor is one node of the graph. Shares that were not measured are NaN.
type Actor struct {
	Name   string
	Troupe string
	State  telemetry.State // now
	For    time.Duration   // in State

	Busy, Blocked, Waiting, Call, Backoff float64
}

// Channel is one edge of the graph. Figures that were not measured are NaN.
type Channel struct {
	Name     string
	From, To int32 // index of the actor; negative when outside the graph
	Native   bool  // a Go channel: who waits for it is in a call, not blocked or waiting
	Length   uint64
	Capacity uint64
	Fill     float64       // mean
	Pressed  float64       // share of the time with a fill of 0.85 or more
	FullFor  time.Duration // 0 when it is not full now
	SentRate float64
	TakeRate float64
}

// Kind sorts verdicts.
type Kind uint8

// The kinds of verdicts.
const (
	Unknown    Kind = iota // nothing was measured yet
	Free                   // nothing is held back
	Bottleneck             // Actor holds others back
	Outside                // Channel leads out of the graph, and nobody there takes enough
	Deadlock               // actors wait for each other in a circle
	Stalled                // Actor finishes nothing, and others wait for that
)

// Verdict is the answer to "what holds this back?".
type Verdict struct {
	Kind     Kind
	Actor    int32 // the bottleneck, who hangs, or the first of a circle; -1 when there is none
	Channel  int32 // the channel that holds back most; -1 when there is none
	Headline string
	Evidence []string
}

// What counts as evidence.
const (
	heldEnough = 0.10 // share of the time that a sender was blocked, for a channel to hold it back
	heldStill  = 0.05 // the same for what is the bottleneck already
	fullEnough = 0.30 // share of the time with a fill of 0.85 or more
	selfHeld   = 0.50 // share of its own blocked time from which an actor passes the blame on
	keepFactor = 1.3  // by how much another must be worse to take over
)

// Judge gives verdicts on one graph, one after another. It remembers the last,
// so that two near equals do not take turns, and the rates that were offered
// before a channel filled up. The zero value is ready. A Judge belongs to one
// generation of one instance and is not safe for concurrent use.
type Judge struct {
	g       *Graph
	current subject
	offers  []offer
	held    []float64 // per channel: share of time that it held its sender back
	holding []int32   // channels that did so for at least heldStill
	weight  []float64 // per actor: sum of the weights of its outputs
	charges map[subject]*charge
	still   []int32 // actors that stand still
}

// Still returns the actors that stood still at the last verdict. It is
// overwritten by the next.
func (j *Judge) Still() []int32 { return j.still }

// subject is who is to blame: an actor, or a channel that leads outside.
type subject struct {
	actor, channel int32 // one of them is -1
	set            bool
}

// charge is what a subject is charged with.
type charge struct {
	subject
	score float64
	worst int32   // channel with the most blocked time
	total float64 // of blocked time
}

// Decide judges g, which it does not keep.
func (j *Judge) Decide(g *Graph) Verdict {
	if g.Span <= 0 {
		return Verdict{Actor: -1, Channel: -1, Headline: "not known yet: this takes a second sample"}
	}
	j.g = g
	defer func() { j.g = nil }()
	j.attribute()
	j.remember()
	if v, ok := j.standstill(); ok {
		j.current = subject{}
		return v
	}
	c := j.accuse()
	if c == nil {
		j.current = subject{}
		return j.free()
	}
	j.current = c.subject
	if c.actor < 0 {
		return j.outside(c)
	}
	if h := j.hogOf(c.actor); h != nil {
		return j.hogged(c, h)
	}
	return j.bottleneck(c)
}
