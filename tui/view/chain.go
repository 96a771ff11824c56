package view

import (
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// blockingChain says in a sentence what a stop waits for: from an actor that
// does not agree along what it waits for to the one that all depends on. It is
// "" when everybody agreed.
func blockingChain(s *collector.Snapshot, inbox []int32) string {
	var best []link
	for i := range s.Actors {
		a := &s.Actors[i]
		if a.State == telemetry.StateDone || a.Vote == telemetry.VoteYes {
			continue
		}
		if chain := follow(s, int32(i), inbox); len(chain) > len(best) {
			best = chain
		}
	}
	var b []byte
	for i, l := range best {
		if i > 0 {
			b = append(b, "; "...)
		}
		b = append(append(b, name(s.Actors[l.actor].Name)...), ' ')
		b = l.append(b, s, inbox)
	}
	return string(b)
}

// link is one step of a chain: an actor and what it waits for.
type link struct {
	actor int32
	kind  wants
	via   int // channel
}

type wants uint8

const (
	toFinish wants = iota // it is on its own
	room                  // in via
	theEnd                // of the sender of via
	itself                // the chain is a circle
)

// follow returns the chain that begins at an actor.
func follow(s *collector.Snapshot, i int32, inbox []int32) []link {
	var chain []link
	seen := map[int32]bool{}
	for {
		if seen[i] {
			return append(chain, link{i, itself, -1})
		}
		seen[i] = true
		l := waitsFor(s, i)
		chain = append(chain, l)
		switch l.kind {
		case room:
			i = s.Channels[l.via].To
		case theEnd:
			i = s.Channels[l.via].From
		default:
			return chain
		}
	}
}

// waitsFor returns what an actor waits for: room in a full output, or the end
// of what it takes from.
func waitsFor(s *collector.Snapshot, i int32) link {
	full, open := -1, -1
	for n := range s.Channels {
		k := &s.Channels[n]
		if k.Native {
			continue // who waits for it is in a call
		}
		if k.From == i && runs(s, k.To) && (full < 0 || k.Fill > s.Channels[full].Fill) {
			full = n
		}
		if k.To == i && !k.Closed && !k.Feedback && runs(s, k.From) && open < 0 {
			open = n
		}
	}
	switch a := &s.Actors[i]; {
	case a.State == telemetry.StateBlocked && full >= 0:
		return link{i, room, full}
	case a.State == telemetry.StateWaiting && open >= 0:
		return link{i, theEnd, open}
	}
	return link{i, toFinish, -1}
}

func runs(s *collector.Snapshot, i int32) bool {
	return i >= 0 && int(i) < len(s.Actors) && s.Actors[i].State != telemetry.StateDone
}

func (l link) append(b []byte, s *collector.Snapshot, inbox []int32) []byte {
	a := &s.Actors[l.actor]
	switch l.kind {
	case room:
		return append(append(b, "waits for room in "...), s.Channels[l.via].Name...)
	case theEnd:
		return append(append(b, "waits for the end of "...), s.Channels[l.via].Name...)
	case itself:
		return append(b, "is where the circle closes"...)
	}
	if ch := inbox[l.actor]; ch >= 0 && s.Channels[ch].Length > 0 {
		k := &s.Channels[ch]
		b = appendCount(append(b, "has "...), k.Length)
		b = append(append(b, " messages left in "...), k.Name...)
		if k.TakeRate.Or(0) > 0.5 {
			left := time.Duration(float64(k.Length) / float64(k.TakeRate) * float64(time.Second))
			b = append(appendSpan(append(b, ", about "...), left+time.Second), " more"...)
		}
		return b
	}
	switch a.State {
	case telemetry.StateCall:
		b = append(b, "is in a call"...)
	case telemetry.StateBackoff:
		b = append(b, "failed and waits to be restarted"...)
	case telemetry.StateBusy:
		b = append(b, "works"...)
	default:
		b = append(append(b, "is "...), stateWord(a.State)...)
	}
	if a.For >= time.Second {
		b = appendSpan(append(b, " for "...), a.For)
	}
	return b
}
