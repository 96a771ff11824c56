package publish

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// series are the label values of one generation. No two series of a metric
// have the same ones, whatever the names are: that would spoil a whole scrape.
type series struct {
	graph    string
	actors   []string // by id
	channels []channelSeries
}

// channelSeries is a channel, or a bundle with its lanes.
type channelSeries struct {
	name, from, to, typ string
	lanes               []uint32 // ids of the channels that it sums
}

func newSeries(t *telemetry.Topology, perLane bool) *series {
	s := &series{graph: label(t.Service)}
	names := unique{}
	for i := range t.Actors {
		s.actors = append(s.actors, names.take(t.Actors[i].Name, i))
	}
	names = unique{}
	bundles := map[string]int{} // to the position in s.channels
	for i := range t.Channels {
		c := &t.Channels[i]
		name := c.Name
		if c.Bundle != "" && !perLane {
			if at, ok := bundles[c.Bundle]; ok {
				s.channels[at].merge(s.end(c.From), s.end(c.To), c.ID)
				continue
			}
			bundles[c.Bundle] = len(s.channels)
			name = c.Bundle
		}
		s.channels = append(s.channels, channelSeries{
			name: names.take(name, i), from: s.end(c.From), to: s.end(c.To), typ: label(c.Type), lanes: []uint32{c.ID},
		})
	}
	return s
}

// merge adds a lane. Lanes may have different actors at one end; the label
// then is empty, since a sum has no single one.
func (c *channelSeries) merge(from, to string, id uint32) {
	if c.from != from {
		c.from = ""
	}
	if c.to != to {
		c.to = ""
	}
	c.lanes = append(c.lanes, id)
}

// end returns the label of an actor, "" for outside the graph.
func (s *series) end(id int32) string {
	if id < 0 || int(id) >= len(s.actors) {
		return ""
	}
	return s.actors[id]
}

// maxLabel bounds a label value in bytes.
const maxLabel = 256

// label returns a name as a label value: valid UTF-8 of limited length.
func label(name string) string {
	name = strings.ToValidUTF8(name, "\ufffd")
	if len(name) <= maxLabel {
		return name
	}
	cut := maxLabel
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + "…"
}

// unique holds the label values that were given out.
type unique map[string]bool

// take returns the label value of a name, with the id when it is taken.
func (u unique) take(name string, id int) string {
	v := label(name)
	for base := v; u[v]; {
		v = base + "#" + strconv.Itoa(id)
		base = v
	}
	u[v] = true
	return v
}
