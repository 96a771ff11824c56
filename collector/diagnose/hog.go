package diagnose

import (
	"fmt"
	"slices"
	"time"

	"github.com/steadytop/steadytop/collector/units"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

const (
	// LongBody is how long a body may run without a boundary before that is
	// worth a word.
	LongBody = 10 * time.Millisecond
	// idleHog is the same in a troupe in which nobody else has anything to do:
	// only timers and votes wait.
	idleHog = time.Second
	// bodySpan is for how long a body is remembered at least. It is forgotten
	// after twice that at the latest.
	bodySpan = 5 * time.Second
)

// Hog is a member of a troupe that keeps the thread from the others.
type Hog struct {
	Actor    int32
	Body     time.Duration // the longest of the last seconds
	Starved  []int32       // members that had something to do meanwhile, at the newest time
	Messages uint64        // that waited for them
}

// Bodies remembers for how long actors ran without a boundary, and who of a
// troupe kept others from running by that. It belongs to one topology.
type Bodies struct {
	top     *telemetry.Topology
	mates   map[string]int // members of each troupe
	now     []time.Duration
	before  []time.Duration // the same of the span before
	hogs    []hogging
	rotated time.Duration
}

// hogging is a Hog and when it was seen last.
type hogging struct {
	Hog
	last time.Duration
}

// NewBodies returns one that has seen nothing.
func NewBodies(top *telemetry.Topology) *Bodies {
	b := &Bodies{
		top: top, mates: map[string]int{},
		now: make([]time.Duration, len(top.Actors)), before: make([]time.Duration, len(top.Actors)),
	}
	for i := range top.Actors {
		if t := top.Actors[i].Troupe; t != "" {
			b.mates[t]++
		}
	}
	return b
}

// Look takes in a frame. It must see every one: what ended between two frames
// was seen by neither.
func (b *Bodies) Look(f *telemetry.Frame) {
	if f.Mono-b.rotated >= bodySpan {
		b.now, b.before, b.rotated = b.before, b.now, f.Mono
		clear(b.now)
	}
	for i, d := range f.Actors.Body {
		if d < LongBody || f.Actors.State[i] != telemetry.StateBusy {
			continue
		}
		b.now[i] = max(b.now[i], d)
		if b.mates[b.top.Actors[i].Troupe] > 1 {
			b.member(int32(i), d, f)
		}
	}
	b.hogs = slices.DeleteFunc(b.hogs, func(h hogging) bool { return f.Mono-h.last > bodySpan })
}

// Longest returns the longest body of an actor in the last 5 to 10 s that was
// seen to run for LongBody or more, 0 when there was none.
func (b *Bodies) Longest(actor int) time.Duration { return max(b.now[actor], b.before[actor]) }

// Hogs returns who kept a troupe from running in the last seconds, in the order
// of ids.
func (b *Bodies) Hogs() []Hog {
	var out []Hog
	for _, h := range b.hogs {
		h.Body = b.Longest(int(h.Actor))
		out = append(out, h.Hog)
	}
	slices.SortFunc(out, func(x, y Hog) int { return int(x.Actor - y.Actor) })
	return out
}

// member notes a body of a troupe that is long, if others wait for its end.
func (b *Bodies) member(actor int32, d time.Duration, f *telemetry.Frame) {
	starved, messages, alive := b.starved(actor, f)
	if len(starved) == 0 && (d < idleHog || !alive) {
		return
	}
	h := hogging{Hog{Actor: actor, Starved: starved, Messages: messages}, f.Mono}
	if i := slices.IndexFunc(b.hogs, func(h hogging) bool { return h.Actor == actor }); i >= 0 {
		b.hogs[i] = h
		return
	}
	b.hogs = append(b.hogs, h)
}

// starved returns the members beside actor that had something to do: messages
// to take, or room to send what they hold.
func (b *Bodies) starved(actor int32, f *telemetry.Frame) (who []int32, messages uint64, alive bool) {
	troupe := b.top.Actors[actor].Troupe
	is := func(i int32, s telemetry.State) bool {
		return i >= 0 && i != actor && b.top.Actors[i].Troupe == troupe && f.Actors.State[i] == s
	}
	for i := range b.top.Actors {
		alive = alive || is(int32(i), telemetry.StateWaiting) || is(int32(i), telemetry.StateBlocked)
	}
	for i := range b.top.Channels {
		c := &b.top.Channels[i]
		length := f.Channels.Sent[i] - min(f.Channels.Taken[i], f.Channels.Sent[i])
		if length > 0 && !c.Native && is(c.To, telemetry.StateWaiting) {
			who = append(who, c.To)
			messages += length
		}
	}
	who = append(who, b.roomy(is, f)...)
	slices.Sort(who)
	return slices.Compact(who), messages, alive
}

// roomy returns the members that wait for room although there is room in all
// of their outputs.
func (b *Bodies) roomy(is func(int32, telemetry.State) bool, f *telemetry.Frame) []int32 {
	room := map[int32]bool{}
	for i := range b.top.Channels {
		c := &b.top.Channels[i]
		if c.Native || !is(c.From, telemetry.StateBlocked) {
			continue
		}
		length := f.Channels.Sent[i] - min(f.Channels.Taken[i], f.Channels.Sent[i])
		was, known := room[c.From]
		room[c.From] = length < c.Capacity/2 && (was || !known)
	}
	var who []int32
	for i, ok := range room {
		if ok {
			who = append(who, i)
		}
	}
	return who
}

// Sentence says what the hog does to its troupe, Advice what helps.
func (h *Hog) Sentence(top *telemetry.Topology) string {
	a := &top.Actors[h.Actor]
	text := fmt.Sprintf("%s hogs troupe %s: it runs for up to %s without a boundary, and nobody else of the troupe can run meanwhile",
		a.Name, a.Troupe, duration(h.Body))
	if len(h.Starved) == 0 {
		return text
	}
	var names []string
	for _, i := range h.Starved {
		names = append(names, top.Actors[i].Name)
	}
	if h.Messages == 0 {
		return text + "; " + list(names) + " could"
	}
	if h.Messages == 1 {
		return text + "; a message waits for " + list(names)
	}
	return fmt.Sprintf("%s; %s messages wait for %s", text, units.Count(float64(h.Messages)), list(names))
}

// Advice says what helps against a hog.
func (h *Hog) Advice() string {
	return "make its iterations shorter, hand what takes long to Actor.Blocking, or take it out of the troupe"
}
