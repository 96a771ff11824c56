package collector

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/steadytop/steadytop/collector/units"
)

var dotColours = [...]string{OK: "#3a8f4a", Warm: "#b58900", Hot: "#d2691e", Full: "#c0392b"}

// WriteDOT writes s as a graph in the language of Graphviz: `dot -Tsvg` draws
// it from left to right, with the state and CPU of each actor, and on each
// edge how full the channel is.
func WriteDOT(w io.Writer, s *Snapshot) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph %s {\n", dotQuote(s.Service))
	b.WriteString("\trankdir=LR;\n\tnode [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n" +
		"\tedge [fontname=\"sans-serif\", fontsize=9];\n")
	dotActors(&b, s)
	for i := range s.Channels {
		dotEdge(&b, s, i)
	}
	b.WriteString("}\n")
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("collector: dot: %w", err)
	}
	return nil
}

// dotActors writes the actors; those of a troupe are a cluster.
func dotActors(b *bytes.Buffer, s *Snapshot) {
	members := map[string][]int{}
	for i := range s.Actors {
		if name := s.Actors[i].Troupe; name != "" {
			members[name] = append(members[name], i)
		}
	}
	actor := func(indent string, i int) {
		a := &s.Actors[i]
		label := dotLines(a.Name, fmt.Sprintf("%s  cpu %s", a.State, cpu(a)))
		fmt.Fprintf(b, "%sn%d [label=%s, color=%s];\n", indent, i, label, dotQuote(dotColour(a.Severity)))
	}
	for i := range s.Actors {
		troupe := s.Actors[i].Troupe
		switch all := members[troupe]; {
		case troupe == "":
			actor("\t", i)
		case all[0] == i:
			fmt.Fprintf(b, "\tsubgraph cluster_%d {\n\t\tstyle=rounded;\n\t\tlabel=%s;\n", i, dotLines(troupe))
			for _, k := range all {
				actor("\t\t", k)
			}
			b.WriteString("\t}\n")
		}
	}
}

func dotEdge(b *bytes.Buffer, s *Snapshot, i int) {
	c := &s.Channels[i]
	node := func(actor int32, side string) string {
		if actor >= 0 && int(actor) < len(s.Actors) {
			return fmt.Sprintf("n%d", actor)
		}
		name := fmt.Sprintf("%s%d", side, i)
		fmt.Fprintf(b, "\t%s [shape=point, label=\"\"];\n", name)
		return name
	}
	from, to := node(c.From, "in"), node(c.To, "out")
	fill := fmt.Sprintf("%d/%d  %s", c.Length, c.Capacity, units.Rate(float64(c.TakeRate)))
	fmt.Fprintf(b, "\t%s -> %s [label=%s, color=%s, penwidth=%.1f", from, to,
		dotLines(c.Name, fill), dotQuote(dotColour(c.Severity)), 1+2*c.Fill.Or(0))
	if c.Feedback {
		b.WriteString(", style=dashed, constraint=false")
	}
	if c.Native {
		b.WriteString(", style=dotted")
	}
	b.WriteString("];\n")
}

func dotColour(s Severity) string { return dotColours[min(int(s), len(dotColours)-1)] }

var dotEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// dotQuote makes a text an identifier: inside quotes a backslash and a quote
// have a meaning, and nothing else has.
func dotQuote(s string) string { return `"` + dotEscapes.Replace(s) + `"` }

// dotLines is a label of several lines. Graphviz reads entities in it.
func dotLines(lines ...string) string {
	for i := range lines {
		lines[i] = strings.ReplaceAll(dotEscapes.Replace(lines[i]), "&", "&amp;")
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
