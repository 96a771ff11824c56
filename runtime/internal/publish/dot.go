package publish

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// appendDot appends the graph in the language of Graphviz. Nodes are named by
// ids and only labelled with names, which may contain anything. The members of
// a troupe are a cluster.
func appendDot(b []byte, t *telemetry.Topology) []byte {
	b = append(b, "digraph "...)
	b = appendQuoted(b, t.Service)
	b = append(b, " {\n\trankdir=LR;\n\tnode [shape=box, style=rounded, fontname=\"sans-serif\"];\n\tedge [fontname=\"sans-serif\", fontsize=10];\n"...)
	b = appendActors(b, t)
	outside := false
	for i := range t.Channels {
		c := &t.Channels[i]
		outside = outside || c.From < 0 || c.To < 0
		b = append(b, '\t')
		b = appendNode(b, c.From)
		b = append(b, " -> "...)
		b = appendNode(b, c.To)
		b = append(b, " [label="...)
		b = appendQuoted(b, c.Name, c.Type+" × "+strconv.FormatUint(c.Capacity, 10))
		if c.Feedback {
			b = append(b, ", style=dashed, constraint=false"...)
		}
		if c.Native {
			b = append(b, ", style=dotted"...)
		}
		b = append(b, "];\n"...)
	}
	if outside {
		b = append(b, "\toutside [shape=plaintext];\n"...)
	}
	return append(b, "}\n"...)
}

func appendActors(b []byte, t *telemetry.Topology) []byte {
	members := map[string][]int{}
	for i := range t.Actors {
		if name := t.Actors[i].Troupe; name != "" {
			members[name] = append(members[name], i)
		}
	}
	for i := range t.Actors {
		troupe := t.Actors[i].Troupe
		switch all := members[troupe]; {
		case troupe == "":
			b = appendActor(b, "\t", t, i)
		case all[0] == i:
			b = append(b, "\tsubgraph cluster_"...)
			b = strconv.AppendInt(b, int64(i), 10)
			b = append(b, " {\n\t\tstyle=rounded;\n\t\tlabel="...)
			b = append(appendQuoted(b, troupe), ";\n"...)
			for _, k := range all {
				b = appendActor(b, "\t\t", t, k)
			}
			b = append(b, "\t}\n"...)
		}
	}
	return b
}

func appendActor(b []byte, indent string, t *telemetry.Topology, i int) []byte {
	a := &t.Actors[i]
	on := string(a.Schedule)
	if a.Troupe != "" {
		on += " " + a.Troupe
	}
	b = append(append(b, indent...), 'a')
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, " [label="...)
	b = appendQuoted(b, a.Name, on)
	return append(b, "];\n"...)
}

func appendNode(b []byte, id int32) []byte {
	if id < 0 {
		return append(b, "outside"...)
	}
	return strconv.AppendInt(append(b, 'a'), int64(id), 10)
}

// appendQuoted appends lines as one quoted string. Backslashes would be escapes
// of Graphviz and ampersands entities; what is not printable becomes a space.
func appendQuoted(b []byte, lines ...string) []byte {
	b = append(b, '"')
	for i, line := range lines {
		if i > 0 {
			b = append(b, `\n`...)
		}
		for _, r := range strings.ToValidUTF8(line, "\ufffd") {
			switch {
			case r == '"' || r == '\\':
				b = append(b, '\\', byte(r))
			case r == '&':
				b = append(b, "&amp;"...)
			case !unicode.IsPrint(r):
				b = append(b, ' ')
			default:
				b = append(b, string(r)...)
			}
		}
	}
	return append(b, '"')
}
