package view

import (
	"slices"
	"strings"

	"github.com/steadytop/steadytop/collector"
)

// group is a set of actors that may be shown as one node.
type group struct {
	key     string // tells the group again in another topology
	name    string
	troupe  bool // a troupe; else siblings
	members []int
}

// grouping is the groups of a topology. Siblings belong to one troupe or to
// none, so that a troupe contains them whole.
type grouping struct {
	groups  []group
	sibling []int // of each actor the group of its siblings; -1 for none
	troupe  []int // of each actor its troupe; -1 for none
}

// fewest is the least number of siblings that are folded: two names are read
// as fast as one with a number.
const fewest = 3

// readGroups finds the siblings and the troupes of a service. A troupe whose
// members are all siblings is not told twice.
func readGroups(s *collector.Snapshot) *grouping {
	n := len(s.Actors)
	g := &grouping{sibling: make([]int, n), troupe: make([]int, n)}
	for i := range n {
		g.sibling[i], g.troupe[i] = -1, -1
	}
	for _, members := range findSiblings(s) {
		first := &s.Actors[members[0]]
		name := stemName(first.Name)
		if slices.ContainsFunc(g.groups, func(h group) bool { return h.name == name }) {
			name = first.Name + ".." // siblings of others of that name, with other neighbours
		}
		for _, i := range members {
			g.sibling[i] = len(g.groups)
		}
		g.groups = append(g.groups, group{key: "\x00siblings " + first.Troupe + "\x00" + first.Name, name: name, members: members})
	}
	byName := map[string]int{}
	for i := range s.Actors {
		name := s.Actors[i].Troupe
		if name == "" {
			continue
		}
		at, known := byName[name]
		if !known {
			at = len(g.groups)
			byName[name] = at
			g.groups = append(g.groups, group{key: "\x00troupe " + name, name: name, troupe: true})
		}
		g.troupe[i] = at
		g.groups[at].members = append(g.groups[at].members, i)
	}
	for _, at := range byName {
		if m := g.groups[at].members; len(m) == 1 || g.sibling[m[0]] >= 0 && len(g.groups[g.sibling[m[0]]].members) == len(m) {
			for _, i := range m {
				g.troupe[i] = -1
			}
		}
	}
	return g
}

// troupes returns how many troupes can be folded.
func (g *grouping) troupes() int {
	seen := map[int]bool{}
	for _, t := range g.troupe {
		if t >= 0 {
			seen[t] = true
		}
	}
	return len(seen)
}

// canonical replaces each number in a name, so that the names of siblings are
// the same.
func canonical(name string) string {
	if !strings.ContainsAny(name, "0123456789") {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if !digit(name[i]) {
			b.WriteByte(name[i])
		} else if i == 0 || !digit(name[i-1]) {
			b.WriteByte('#')
		}
	}
	return b.String()
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// stemName returns what siblings of a name are called together: the name
// without its number, or with a star for a number inside.
func stemName(name string) string {
	c := canonical(name)
	for _, end := range []string{"[#]", "(#)", "#"} {
		if rest, ok := strings.CutSuffix(c, end); ok {
			if rest = strings.TrimRight(rest, "-_./:# "); rest != "" {
				return strings.ReplaceAll(rest, "#", "*")
			}
		}
	}
	return strings.ReplaceAll(c, "#", "*")
}
