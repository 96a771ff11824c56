package stall

import (
	"slices"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// held is what shows that somebody waits for an actor that finishes nothing.
type held struct {
	root    int32
	actors  []int32 // the chain of waits to it, without it; none if somebody waits for room in its input
	chans   []int32 // what they wait for
	blocked int32   // the channel in which somebody waits for room; -1 if messages only came
	came    uint64  // messages that came meanwhile
}

// hangs returns the actors that have finished nothing for long while others
// wait for that: messages that came since, a sender that waits for room, or one
// that waits for room of somebody who waits for them, be it over several.
//
// An actor that nobody waits for is no stall, whatever it does, and a source
// that waits for the outside is none unless it had brought something all the
// time, and its silence holds others up.
func (w *Watch) hangs(f *telemetry.Frame, dead waits) []Stall {
	roots := map[int32]bool{}
	var found []Stall
	tell := func(h held) {
		s := Stall{Kind: Hang, Since: w.stands[h.root].begun, Actors: append(h.actors, h.root), Channels: h.chans}
		found = append(found, s)
		w.tellHang(&found[len(found)-1], f, &h)
	}
	told := map[int32]bool{}
	for i := range w.stands {
		a := int32(i)
		if !w.silent(a, f, 1) {
			continue
		}
		roots[a] = true
		if h, is := w.direct(a, f); is {
			told[a] = true
			tell(h)
		}
	}
	if len(roots) == len(told) {
		return found
	}
	for _, h := range w.chained(f, dead, roots) {
		if !told[h.root] {
			told[h.root] = true
			tell(h)
		}
	}
	return found
}

// direct looks for what waits at the inputs of an actor. Messages that lay
// there when it began may be in its hands, so they count only after long.
func (w *Watch) direct(a int32, f *telemetry.Frame) (h held, is bool) {
	h = held{root: a, blocked: -1}
	left := uint64(0)
	for _, c := range w.ins[a] {
		sent := f.Channels.Sent[c]
		left += sent - min(f.Channels.Taken[c], sent)
		h.came += sent - min(w.sent[c], sent)
		if h.blocked < 0 && w.heldUp(c, f) {
			h.blocked = c
		}
	}
	return h, h.came > 0 || h.blocked >= 0 || left > 1 && w.silent(a, f, atWork)
}

// heldUp reports whether the sender of a channel waits for room in it.
func (w *Watch) heldUp(c int32, f *telemetry.Frame) bool {
	from := w.top.Channels[c].From
	return f.Channels.Awaited[c]&telemetry.AwaitsRoom != 0 && w.known(from) && w.parked(from, f)
}

// chained looks for senders that wait for room of an actor which waits itself,
// in the end for one of roots and nobody else.
func (w *Watch) chained(f *telemetry.Frame, dead waits, roots map[int32]bool) []held {
	all := w.closed(f, roots)
	var found []held
	for _, a := range all.sorted() {
		if _, is := dead[a]; is {
			continue
		}
		i := slices.IndexFunc(w.ins[a], func(c int32) bool { return w.heldUp(c, f) })
		if i < 0 {
			continue
		}
		h := held{blocked: w.ins[a][i]}
		if all.lead(a, roots, &h) {
			found = append(found, h)
		}
	}
	return found
}

// lead fills h with the shortest chain of waits from an actor to a root.
func (in waits) lead(a int32, roots map[int32]bool, h *held) bool {
	came := map[int32]exit{a: {actor: -1}} // actor: who waits for it
	for next := []int32{a}; len(next) > 0; next = next[1:] {
		at := next[0]
		if roots[at] {
			h.root = at
			for at != a {
				x := came[at]
				h.actors, h.chans = append(h.actors, x.actor), append(h.chans, x.channel)
				at = x.actor
			}
			slices.Reverse(h.actors)
			slices.Reverse(h.chans)
			return true
		}
		for _, x := range in[at] {
			if _, seen := came[x.actor]; !seen {
				came[x.actor] = exit{channel: x.channel, actor: at}
				next = append(next, x.actor)
			}
		}
	}
	return false
}

// age returns for how long an actor has finished nothing.
func (w *Watch) age(a int32, f *telemetry.Frame) time.Duration { return f.Mono - w.stands[a].begun }
