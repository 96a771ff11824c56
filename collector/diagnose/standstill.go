package diagnose

import (
	"fmt"

	"github.com/steadytop/steadytop/internal/stall"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// standstill is the verdict on a graph in which something does not move by
// itself, in the words of the service. A circle of waits goes before an actor
// that hangs: it can not even end well.
func (j *Judge) standstill() (Verdict, bool) {
	j.still = j.still[:0]
	all := j.g.Stalls
	if len(all) == 0 {
		return Verdict{}, false
	}
	first := 0
	for i := range all {
		if all[i].Kind == stall.Circle && all[first].Kind != stall.Circle {
			first = i
		}
	}
	s := &all[first]
	v := Verdict{Kind: Deadlock, Actor: s.Root(), Channel: -1, Headline: s.Headline}
	if s.Kind == stall.Hang {
		v.Kind = Stalled
	}
	if len(s.Channels) > 0 {
		v.Channel = s.Channels[0]
	}
	v.Evidence = append(v.Evidence, s.Evidence...)
	for i := range all {
		j.still = append(j.still, all[i].Actors...)
		if i != first && len(v.Evidence) < len(s.Evidence)+maxNot {
			v.Evidence = append(v.Evidence, "also "+all[i].Headline)
		}
	}
	if n := len(all) - 1 - maxNot; n > 0 {
		v.Evidence = append(v.Evidence, fmt.Sprintf("and %d more stand still", n))
	}
	return v, true
}

// source says who at the far end keeps an actor waiting that gets nothing from a
// channel: it follows those who wait in turn, as far as there are any.
func (j *Judge) source(of, channel int32) string {
	g := j.g
	for range g.Actors {
		from := g.Channels[channel].From
		if from < 0 || from == of {
			return ""
		}
		a := &g.Actors[from]
		if next := j.starved(from); a.State == telemetry.StateWaiting && next >= 0 {
			channel = next
			continue
		}
		what := map[telemetry.State]string{
			telemetry.StateBusy: "busy", telemetry.StateCall: "in a call", telemetry.StateBackoff: "about to start again",
		}[a.State]
		if what == "" {
			return ""
		}
		return fmt.Sprintf("nothing comes from %s: it has been %s for %s", a.Name, what, duration(a.For))
	}
	return ""
}
