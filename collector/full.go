package collector

import (
	"fmt"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

const (
	// fullWorth is how long a channel is full before that is an event.
	fullWorth = 10 * time.Second
	// lanesPause is the least time between two events that lanes of the same
	// bundle are full: there may be hundreds, and they take turns.
	lanesPause = time.Minute
)

// fullWatch writes down which channels are full for long. The lanes of a bundle
// are told of together.
type fullWatch struct{ groups []fullGroup }

// fullGroup is a channel, or the lanes of a bundle.
type fullGroup struct {
	name     string
	channels []int
	told     bool          // it is full, and the log says so
	longest  time.Duration // for which it was, when that was seen last
	since    time.Time     // of the first lane
	at       time.Time     // when the log was told last that it is full
}

func newFullWatch(t *telemetry.Topology) fullWatch {
	var w fullWatch
	bundles := map[string]int{}
	for i := range t.Channels {
		c := &t.Channels[i]
		at, known := bundles[c.Bundle]
		if c.Bundle == "" || !known {
			at = len(w.groups)
			w.groups = append(w.groups, fullGroup{name: c.Name})
		}
		if c.Bundle != "" {
			bundles[c.Bundle] = at
		}
		w.groups[at].channels = append(w.groups[at].channels, i)
	}
	for name, at := range bundles {
		if g := &w.groups[at]; len(g.channels) > 1 {
			g.name = name
		}
	}
	return w
}

// look takes in for how long each channel has been full, and writes down what
// began and what ended.
func (w *fullWatch) look(fullFor func(channel int) time.Duration, now time.Time, log *eventLog) {
	for i := range w.groups {
		g := &w.groups[i]
		lanes, longest := 0, time.Duration(0)
		for _, c := range g.channels {
			if d := fullFor(c); d > 0 {
				lanes++
				longest = max(longest, d)
			}
		}
		switch many := len(g.channels) > 1; {
		case g.told && lanes > 0:
			g.longest = longest
		case g.told:
			g.told = false
			log.add(Event{At: now, Subject: g.name, Text: g.ended(many, now)})
		case longest < fullWorth || many && !g.at.IsZero() && now.Sub(g.at) < lanesPause:
		default:
			g.told, g.at, g.longest, g.since = true, now, longest, now.Add(-longest)
			log.add(Event{At: now, Severity: Full, Subject: g.name, Text: began(many, lanes, longest)})
		}
	}
}

// began says that a channel is full, or lanes of a bundle.
func began(many bool, lanes int, longest time.Duration) string {
	switch {
	case !many:
		return "full for " + span(longest)
	case lanes == 1:
		return "1 lane full for " + span(longest)
	}
	return fmt.Sprintf("%d lanes full, the longest for %s", lanes, span(longest))
}

// ended says that no channel of a group is full any more.
func (g *fullGroup) ended(many bool, now time.Time) string {
	if many {
		return "no lane is full any more, after " + span(now.Sub(g.since))
	}
	return "no longer full, after " + span(g.longest)
}
