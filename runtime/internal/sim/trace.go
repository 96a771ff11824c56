package sim

import (
	"fmt"
	"strings"
	"time"
)

// Kind says what happened.
type Kind uint8

// What can happen to a flow. Others may be told by Note.
const (
	Runs Kind = iota
	Starts
	Ends
	Pauses
	Parks
	Wakes
	Sleeps
	Fires
	Noted
)

var kinds = [...]string{
	Runs: "goes on", Starts: "starts", Ends: "ends", Pauses: "is interrupted", Parks: "parks",
	Wakes: "is woken", Sleeps: "sleeps", Fires: "fires",
}

// Event is one line of a trace.
type Event struct {
	Step int
	At   time.Duration
	Flow string
	Kind Kind
	Text string // of a note
	Mark bool   // it is worth being seen
}

// String puts the event into words.
func (e *Event) String() string {
	text := e.Text
	if e.Kind != Noted {
		text = kinds[e.Kind]
	}
	return fmt.Sprintf("%5d %12v  %-12s %s", e.Step, e.At, e.Flow, text)
}

// Trace is what happened in a run, in order. Its zero value is empty.
type Trace struct {
	Events []Event
	// Last limits it to the newest events, if it is above 0.
	Last int
}

// Add adds an event.
func (t *Trace) Add(e Event) {
	if t.Last > 0 && len(t.Events) >= 2*t.Last {
		t.Events = append(t.Events[:0], t.Events[len(t.Events)-t.Last:]...)
	}
	t.Events = append(t.Events, e)
}

// String returns the trace, a line for each event.
func (t *Trace) String() string {
	var b strings.Builder
	first := 0
	if t.Last > 0 {
		first = max(0, len(t.Events)-t.Last)
	}
	for i := first; i < len(t.Events); i++ {
		b.WriteString(t.Events[i].String())
		b.WriteByte('\n')
	}
	return b.String()
}

// Excerpt returns what surrounds the first marked events, and the end.
func (t *Trace) Excerpt() string {
	const marks, around, end = 6, 6, 30
	show := make([]bool, len(t.Events))
	left := marks
	for i := range t.Events {
		last := i >= len(t.Events)-end
		if t.Events[i].Mark && left > 0 {
			left--
			for k := max(0, i-around); k < min(len(show), i+around+1); k++ {
				show[k] = true
			}
		}
		show[i] = show[i] || last
	}
	var b strings.Builder
	gap := false
	for i := range t.Events {
		if !show[i] {
			gap = true
			continue
		}
		if gap {
			b.WriteString("    …\n")
			gap = false
		}
		b.WriteString(t.Events[i].String())
		b.WriteByte('\n')
	}
	return b.String()
}

// Mark is Note for what is worth being seen.
func (w *World) Mark(format string, args ...any) {
	if w.Trace != nil {
		w.Note(format, args...)
		w.Trace.Events[len(w.Trace.Events)-1].Mark = true
	}
}

// Note adds a line to the trace, in the name of the current flow.
func (w *World) Note(format string, args ...any) {
	if w.Trace == nil {
		return
	}
	name := "-"
	if w.current != nil {
		name = w.current.label()
	}
	w.Trace.Add(Event{Step: w.steps, At: w.now, Flow: name, Kind: Noted, Text: fmt.Sprintf(format, args...)})
}

func (w *World) note(k Kind, f *Flow, d int64) {
	if w.Trace == nil {
		return
	}
	e := Event{Step: w.steps, At: w.now, Flow: f.label(), Kind: k}
	if k == Sleeps {
		e.Kind, e.Text = Noted, fmt.Sprintf("sleeps for %v", time.Duration(d))
	}
	w.Trace.Add(e)
}

func (f *Flow) label() string {
	if f.Name == "" {
		return fmt.Sprintf("flow %d", f.id)
	}
	return f.Name
}
