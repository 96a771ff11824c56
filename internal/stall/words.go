package stall

import (
	"fmt"
	"strings"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// named is how many names a sentence has at most, and how many sentences there
// are of one kind.
const named = 3

func (w *Watch) name(a int32) string {
	if !w.known(a) {
		return "somebody outside"
	}
	return w.top.Actors[a].Name
}

// channel sets the name of a channel apart from the words around it.
func (w *Watch) channel(c int32) string { return `"` + w.top.Channels[c].Name + `"` }

// lack says what a channel has too little of for whoever waits for it.
type lack uint8

const (
	full lack = iota
	empty
	tight // less room than is waited for
	few   // fewer messages
)

var lacks = [...][2]string{
	full: {"is full", "are full"}, empty: {"is empty", "are empty"},
	tight: {"has too little room", "have too little room"}, few: {"has too few messages", "have too few messages"},
}

func (w *Watch) lack(c int32, room bool, f *telemetry.Frame) lack {
	length := f.Channels.Sent[c] - min(f.Channels.Taken[c], f.Channels.Sent[c])
	switch {
	case room && length < w.top.Channels[c].Capacity:
		return tight
	case room:
		return full
	case length > 0:
		return few
	default:
		return empty
	}
}

// tellCircle puts a circle into words.
func (w *Watch) tellCircle(s *Stall, f *telemetry.Frame, in waits) {
	var names []string
	var by [len(lacks)][]string
	for i, a := range s.Actors {
		c := s.Channels[i]
		l := w.lack(c, s.room[i], f)
		names, by[l] = append(names, w.name(a)), append(by[l], w.channel(c))
		if i < named {
			s.Evidence = append(s.Evidence, w.waited(a, in[a], f))
		}
	}
	if n := len(s.Actors) - named; n > 0 {
		s.Evidence = append(s.Evidence, fmt.Sprintf("%d more wait like them", n))
	}
	if n := len(s.Behind); n > 0 {
		s.Evidence = append(s.Evidence, "held up behind them: "+w.list(s.Behind))
	}
	var why []string
	for l, channels := range by {
		if len(channels) > 0 {
			why = append(why, list(channels)+" "+lacks[l][min(len(channels)-1, 1)])
		}
	}
	switch {
	case len(names) > 1:
		s.Headline = fmt.Sprintf("deadlock: %s wait for each other: %s", list(names), strings.Join(why, ", "))
	case s.room[0]:
		s.Headline = fmt.Sprintf("deadlock: %s waits for room in its own input: %s", names[0], why[0])
	default:
		s.Headline = fmt.Sprintf("deadlock: %s waits for a message of its own: %s", names[0], why[0])
	}
	s.Evidence = append(s.Evidence, w.prevent(s, by[:]))
}

// prevent says what keeps a circle from closing.
func (w *Watch) prevent(s *Stall, by [][]string) string {
	fulls, empties := len(by[full])+len(by[tight]), len(by[empty])+len(by[few])
	switch {
	case empties == 0:
		return "to prevent it: in a loop one actor must go on taking when its output is full, " +
			"or less must be on its way than there is room for"
	case fulls == 0:
		return "to prevent it: one of them must send before it waits, and answer everything that it takes"
	}
	for i := range s.Actors {
		next := s.Actors[(i+1)%len(s.Actors)]
		c, d := s.Channels[i], s.Channels[(i+1)%len(s.Actors)]
		if s.room[i] && !s.room[(i+1)%len(s.Actors)] {
			return fmt.Sprintf(
				"to prevent it: %s needs room for all that comes while %s brings nothing, or %s must take from it meanwhile",
				w.channel(c), w.channel(d), w.name(next))
		}
	}
	return ""
}

// waited says for how long an actor has waited for what.
func (w *Watch) waited(a int32, exits []exit, f *telemetry.Frame) string {
	var room, messages []string
	for _, x := range exits {
		if x.room {
			room = append(room, w.channel(x.channel))
		} else {
			messages = append(messages, w.channel(x.channel))
		}
	}
	var what []string
	if len(messages) > 0 {
		what = append(what, "a message in "+either(messages))
	}
	if len(room) > 0 {
		what = append(what, "room in "+either(room))
	}
	since := span(f.Mono - f.Actors.Since[a])
	return fmt.Sprintf("%s has waited for %s for %s", w.name(a), strings.Join(what, " or "), since)
}

// tellHang puts an actor that finishes nothing, and who shows it, into words.
func (w *Watch) tellHang(s *Stall, f *telemetry.Frame, h *held) {
	st := &w.stands[h.root]
	name, where := w.name(h.root), "it is in its own code"
	if st.call {
		where = "it is in a call"
	}
	nothing := fmt.Sprintf("has finished nothing for %s", span(w.age(h.root, f)))
	if len(h.actors) == 0 {
		s.Headline = fmt.Sprintf("stalled: %s %s, and %s: %s", name, nothing, w.load(h, f), where)
	} else {
		var links []string
		for i, a := range h.actors {
			links = append(links, fmt.Sprintf("%s waits for %s", w.name(a), w.channel(h.chans[i])))
		}
		s.Headline = fmt.Sprintf("stalled: %s, and %s, on whom that depends, %s: %s", w.most(links), name, nothing, where)
	}
	if d := st.doing; d.What != "" {
		text := fmt.Sprintf("%s waits in %s", name, d.What)
		if d.Works {
			text = name + " is at work"
		}
		if d.Where != "" {
			text += " at " + d.Where
		}
		s.Evidence = append(s.Evidence, text)
	}
	if c := h.blocked; c >= 0 {
		from := w.top.Channels[c].From
		s.Evidence = append(s.Evidence, fmt.Sprintf("%s has waited for room in %s for %s",
			w.name(from), w.channel(c), span(f.Mono-f.Actors.Since[from])))
	}
	if h.came > 0 {
		s.Evidence = append(s.Evidence, fmt.Sprintf("%d %s came for it since", h.came, plural(h.came, "message")))
	}
	if n := f.Actors.Restarts[h.root]; n > 0 && !st.call {
		s.Evidence = append(s.Evidence, fmt.Sprintf(
			"it was started again %d %s: what it had locked when it failed stays locked", n, plural(n, "time")))
	}
	if st.longest > 0 {
		s.Evidence = append(s.Evidence, "before that it finished something every "+span(st.longest)+" at least")
	}
}

// load says what waits for an actor.
func (w *Watch) load(h *held, f *telemetry.Frame) string {
	left := uint64(0)
	for _, c := range w.ins[h.root] {
		left += f.Channels.Sent[c] - min(f.Channels.Taken[c], f.Channels.Sent[c])
	}
	if left == 1 {
		return "a message waits for it"
	}
	return fmt.Sprintf("%d messages wait for it", left)
}

// most joins sentences, at most named and the number of others.
func (w *Watch) most(links []string) string {
	if n := len(links) - named; n > 0 {
		links = append(links[:named:named], fmt.Sprintf("so do %d more", n))
	}
	return strings.Join(links, ", ")
}

func (w *Watch) list(actors []int32) string {
	var names []string
	for _, a := range actors {
		names = append(names, w.name(a))
	}
	return list(names)
}

// list joins names as one says them, at most named and the number of others.
func list(names []string) string {
	if n := len(names) - named; n > 0 {
		names = append(names[:named:named], fmt.Sprintf("%d more", n))
	}
	return join(names, " and ")
}

func either(names []string) string {
	if n := len(names) - named; n > 0 {
		names = append(names[:named:named], fmt.Sprintf("%d more", n))
	}
	return join(names, " or ")
}

func join(names []string, last string) string {
	n := len(names) - 1
	if n == 0 {
		return names[0]
	}
	return strings.Join(names[:n], ", ") + last + names[n]
}

func plural(n uint64, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// span writes a time as people read it: 850 ms, 5.2 s, 41 s, 12 min, 3h04m.
func span(d time.Duration) string {
	s := d.Seconds()
	switch {
	case s < 0.9995:
		return fmt.Sprintf("%.0f ms", 1e3*max(s, 0))
	case s < 9.95:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", s), ".0") + " s"
	case s < 119.5:
		return fmt.Sprintf("%.0f s", s)
	case s < 2*3600:
		return fmt.Sprintf("%.0f min", s/60)
	}
	return fmt.Sprintf("%dh%02dm", int(s)/3600, int(s)/60%60)
}
