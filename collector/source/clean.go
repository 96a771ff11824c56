package source

import (
	"strconv"
	"strings"

	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Limits of texts in bytes. Longer ones are cut and end with "…".
const (
	maxName   = 256
	maxReason = 1024
	maxStack  = 64 << 10
	maxLine   = 512
)

func cleanTopology(t *telemetry.Topology) {
	for _, s := range []*string{&t.Service, &t.Version, &t.Library, &t.Host, &t.Metrics} {
		*s = safetext.Clean(*s, maxName)
	}
	for i := range t.Actors {
		cleanActor(&t.Actors[i])
	}
	for i := range t.Channels {
		c := &t.Channels[i]
		c.Name = safetext.Clean(c.Name, maxName)
		c.Type = safetext.Clean(c.Type, maxName)
		c.Bundle = safetext.Clean(c.Bundle, maxName)
		if c.Bundle != "" && c.Name == c.Bundle { // lanes have names of their own
			c.Name += "[" + strconv.Itoa(c.Lane) + "]"
		}
	}
}

func cleanActor(a *telemetry.Actor) {
	a.Name = safetext.Clean(a.Name, maxName)
	a.Troupe = safetext.Clean(a.Troupe, maxName)
	a.Schedule = telemetry.Schedule(safetext.Clean(string(a.Schedule), maxName))
	for i := range a.Notes {
		a.Notes[i] = oneLine(a.Notes[i])
	}
}

func cleanVotes(votes []telemetry.ActorVote) {
	for i := range votes {
		v := &votes[i]
		v.Name = safetext.Clean(v.Name, maxName)
		v.Reason = oneLine(v.Reason)
		v.Where = safetext.Clean(v.Where, maxName)
	}
}

func cleanEnd(e *telemetry.End) {
	e.Error, e.Reason = oneLine(e.Error), oneLine(e.Reason)
	cleanVotes(e.Votes)
	for i := range e.Left {
		e.Left[i].Channel = safetext.Clean(e.Left[i].Channel, maxName)
	}
}

func cleanShutdown(s *telemetry.Shutdown) {
	s.Reason = oneLine(s.Reason)
	cleanVotes(s.Votes)
}

func cleanDetail(d *telemetry.ActorDetail) {
	cleanActor(&d.Actor)
	d.LastFailure = oneLine(d.LastFailure)
	d.Stack = lines(d.Stack)
	for i := range d.States {
		s := &d.States[i]
		s.Name = safetext.Clean(s.Name, maxName)
		s.Type = safetext.Clean(s.Type, maxName)
		s.File = oneLine(s.File)
		s.Sync = safetext.Clean(s.Sync, maxName)
		s.Error = oneLine(s.Error)
	}
}

// oneLine makes a text fit a row of a table: errors that join others have one
// line for each.
func oneLine(s string) string {
	if len(s) > 4*maxReason { // do not spend time on what is cut off anyway
		s = s[:4*maxReason]
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
	return safetext.Clean(strings.ReplaceAll(s, "\t", " "), maxReason)
}

// lines makes each line of a text safe and keeps them apart.
func lines(s string) string {
	if len(s) > maxStack {
		s = s[:maxStack]
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		line = strings.ReplaceAll(strings.TrimRight(line, "\r\n"), "\t", "    ")
		b.WriteString(safetext.Clean(line, maxLine))
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}
