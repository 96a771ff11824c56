package stall

import (
	"slices"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// still is for how long actors have to wait before that is worth a word. It
// proves nothing, and the rest needs no time: it keeps what is untied at once,
// by a restart or a stop, from being told.
const still = 1500 * time.Millisecond

// A wait ends when one of its conditions holds, when a timer of it fires, or
// when a channel of it ends. What it waits for stands in the rings: one that
// waits for any of several is registered with each of them, so each is a way out
// of its wait. One that waits for all of several is registered with one that is
// missing: as long as that does not come, nothing else that comes ends the wait.
// So a wait is a set of ways out, each of which needs an act of one actor: who
// sends into an empty channel, or who takes from a full one.
//
// Let D be the largest set of actors that are all parked, without a timer, and
// whose ways out all lead to actors of D. Nobody in D can act before another one
// of D has, so none of them ever does. Whoever is parked and not in D has a way
// out to one that is not parked, or over several to such a one: it may yet move.
// D is found by taking away from all who are parked whoever has a way out of
// what is left, until nothing changes. (A knot in the graph of waits; Holt 1972.)
//
// What is not of D can untie it only from outside: it starts the graph's stop,
// or fails and calls members of its group back, or ends, which ends a channel
// that one of D waits for together with others.
//
// All that cannot be read at one moment, and need not be. The rings are read
// before the actors. If an actor is parked in two frames since the same time, it
// slept without a break between them. Its registrations stand from before it
// sleeps to when somebody wakes it, so one that is found in the second frame was
// there at any moment between the two. There all of D slept, and were registered.

// exit is a way out of a wait.
type exit struct {
	channel int32
	actor   int32 // who has to act
	room    bool  // it waits for room, not for a message
}

// exits appends the ways out of the wait of an actor.
func (w *Watch) exits(into []exit, a int32, f *telemetry.Frame) []exit {
	for _, c := range w.ins[a] {
		if f.Channels.Awaited[c]&telemetry.AwaitsMessage != 0 {
			into = append(into, exit{c, w.top.Channels[c].From, false})
		}
	}
	for _, c := range w.outs[a] {
		if f.Channels.Awaited[c]&telemetry.AwaitsRoom != 0 {
			into = append(into, exit{c, w.top.Channels[c].To, true})
		}
	}
	return into
}

// parked reports whether an actor has slept since the frame before in a wait
// that only others can end.
func (w *Watch) parked(a int32, f *telemetry.Frame) bool {
	switch f.Actors.State[a] {
	case telemetry.StateWaiting, telemetry.StateBlocked:
	default:
		return false
	}
	b, since := &w.before, f.Actors.Since[a]
	return b.seen && !f.Actors.Timed[a] && f.Mono-since >= still &&
		b.state[a] == f.Actors.State[a] && b.since[a] == since && b.mono-since > rounding
}

// waits are the ways out of each actor of a set in which every way leads to
// another one of it.
type waits map[int32][]exit

// dead returns the largest such set.
func (w *Watch) dead(f *telemetry.Frame) waits { return w.closed(f, nil) }

// closed returns the largest set of parked actors whose ways out all lead to
// others of it, or to roots, which do not act either. Most actors of a large
// service are parked, so only what is left in the end is put down.
func (w *Watch) closed(f *telemetry.Frame, roots map[int32]bool) waits {
	in := w.in[:0]
	free := w.free[:0] // may go on, or did: the work list
	for i := range w.top.Actors {
		a := int32(i)
		in = append(in, w.parked(a, f) && w.bound(a, f))
		if !in[a] && !roots[a] {
			free = append(free, a)
		}
	}
	for len(free) > 0 {
		a := free[len(free)-1]
		free = free[:len(free)-1]
		for _, c := range w.outs[a] {
			if to := w.top.Channels[c].To; f.Channels.Awaited[c]&telemetry.AwaitsMessage != 0 && w.known(to) && in[to] {
				in[to] = false
				free = append(free, to)
			}
		}
		for _, c := range w.ins[a] {
			if from := w.top.Channels[c].From; f.Channels.Awaited[c]&telemetry.AwaitsRoom != 0 && w.known(from) && in[from] {
				in[from] = false
				free = append(free, from)
			}
		}
	}
	w.in, w.free = in, free
	var left waits
	for i, is := range in {
		if is {
			if left == nil {
				left = waits{}
			}
			left[int32(i)] = w.exits(nil, int32(i), f)
		}
	}
	return left
}

// bound reports whether a wait has a way out, and none that leads outside of the
// graph.
func (w *Watch) bound(a int32, f *telemetry.Frame) bool {
	w.ways = w.exits(w.ways[:0], a, f)
	for _, x := range w.ways {
		if !w.known(x.actor) {
			return false
		}
	}
	return len(w.ways) > 0
}

// sorted returns the actors of the set by their ids.
func (in waits) sorted() []int32 {
	all := make([]int32, 0, len(in))
	for a := range in {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}

// circles returns the circles of a dead set. From each actor it follows the
// first way out, which ends in a circle; all whose ways end in the same one are
// told with it.
func (w *Watch) circles(f *telemetry.Frame, dead waits) []Stall {
	var found []Stall
	belongs := map[int32]int{} // to which of found
	for _, start := range dead.sorted() {
		at, path, on := start, []int32(nil), map[int32]int{}
		for {
			if k, told := belongs[at]; told {
				for _, a := range path {
					belongs[a] = k
					found[k].Behind = append(found[k].Behind, a)
				}
				break
			}
			if i, is := on[at]; is {
				found = append(found, w.circle(f, dead, path[i:]))
				for n, a := range path {
					if belongs[a] = len(found) - 1; n < i {
						found[len(found)-1].Behind = append(found[len(found)-1].Behind, a)
					}
				}
				break
			}
			on[at] = len(path)
			path = append(path, at)
			at = dead[at][0].actor
		}
	}
	for i := range found {
		slices.Sort(found[i].Behind)
		w.tellCircle(&found[i], f, dead)
	}
	return found
}

// circle makes a stall of actors that wait for the next one of them. It begins
// at the lowest id, so that it stays the same from look to look.
func (w *Watch) circle(f *telemetry.Frame, dead waits, actors []int32) Stall {
	first := slices.Index(actors, slices.Min(actors))
	s := Stall{Kind: Circle}
	for i := range actors {
		a := actors[(first+i)%len(actors)]
		s.Actors = append(s.Actors, a)
		s.Channels = append(s.Channels, dead[a][0].channel)
		s.room = append(s.room, dead[a][0].room)
		s.Since = max(s.Since, f.Actors.Since[a])
	}
	return s
}
