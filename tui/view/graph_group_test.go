package view

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// wired returns a service with the channels given as "from>to" or
// "from>to:name", and the actors that they name.
func wired(channels ...string) *collector.Snapshot {
	s := &collector.Snapshot{Instance: 3, Generation: 1, Link: collector.LinkLive, Why: collector.Verdict{Actor: -1}}
	at := map[string]int32{}
	actor := func(name string) int32 {
		i, ok := at[name]
		if !ok {
			i = int32(len(s.Actors))
			at[name] = i
			s.Actors = append(s.Actors, graphActor(name, .1, .1, .1, telemetry.StateWaiting, collector.OK))
		}
		return i
	}
	for _, ch := range channels {
		ends, name, _ := strings.Cut(ch, ":")
		from, to, _ := strings.Cut(ends, ">")
		if name == "" {
			name = ends
		}
		s.Channels = append(s.Channels, collector.Channel{
			ID: uint32(len(s.Channels)), Name: name, From: actor(from), To: actor(to), Capacity: 8, Length: 2, Fill: 0.25,
		})
	}
	return s
}

// each returns text for 0 to n-1 in place of #.
func each(n int, texts ...string) []string {
	var out []string
	for i := range n {
		for _, text := range texts {
			out = append(out, strings.ReplaceAll(text, "#", fmt.Sprint(i)))
		}
	}
	return out
}

func TestSiblings(t *testing.T) {
	var chain []string
	for i := range 40 {
		chain = append(chain, fmt.Sprintf("stage/%d>stage/%d", i, i+1))
	}
	var turns []string
	for i := range 40 {
		turns = append(turns, fmt.Sprintf("a%d>b%d", i, i), fmt.Sprintf("b%d>a%d", i, i+1))
	}
	for name, tc := range map[string]struct {
		channels []string
		want     []string
	}{
		"fan out and in":            {each(4, "deal>worker[#]", "worker[#]>join"), []string{"worker x4"}},
		"two are shown":             {each(2, "deal>worker[#]", "worker[#]>join"), nil},
		"with a partner each":       {each(5, "deal>parse-#", "parse-#>write-#", "write-#>disk"), []string{"parse x5", "write x5"}},
		"stages in a row":           {chain, nil},
		"two kinds in turn":         {turns, nil},
		"one with a neighbour more": {append(each(5, "deal>worker#", "worker#>join"), "worker2>log"), []string{"worker x4"}},
		"under two masters":         {append(each(4, "eu>worker#"), "us>worker7", "us>worker8", "us>worker9"), []string{"worker x4", "worker7.. x3"}},
		"a loop of their own":       {each(3, "deal>worker#", "worker#>worker#:again#"), []string{"worker x3"}},
		"other channels":            {append(each(3, "deal>worker#:jobs[#]"), "deal>worker3:orders", "deal>worker4:orders", "deal>worker5:orders"), []string{"worker x3", "worker3.. x3"}},
		"the number inside":         {each(3, "deal>shard-#/writer"), []string{"shard-*/writer x3"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := readGroups(wired(tc.channels...))
			var got []string
			for i := range g.groups {
				got = append(got, string(appendTimes([]byte(g.groups[i].name), len(g.groups[i].members))))
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestStems(t *testing.T) {
	for name, want := range map[string]string{
		"worker[3]": "worker", "worker-12": "worker", "worker": "worker", "w/1/2": "w", "7": "*", "a1b2": "a*b", "12[3]": "*[*]", "r2d2": "r*d",
		"shard-3/out": "shard-*/out", "": "", "lane(4)": "lane",
	} {
		if got := stemName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestSiblingsHaveTheSameNeighbours makes graphs of like names at random, and
// checks that what is folded can be told in no way from what it is folded with.
func TestSiblingsHaveTheSameNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 14).Draw(t, "actors")
		s := wired()
		for i := range n {
			s.Actors = append(s.Actors, collector.Actor{Name: fmt.Sprint(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "kind"), i)})
		}
		for k := range rapid.IntRange(0, 24).Draw(t, "channels") {
			end := rapid.Int32Range(-1, int32(n)-1)
			s.Channels = append(s.Channels, collector.Channel{Name: fmt.Sprint("c", k), From: end.Draw(t, "from"), To: end.Draw(t, "to")})
		}
		g := readGroups(s)
		look := func(i int32) string { // what an actor is called when siblings are one
			if i < 0 {
				return "outside"
			}
			if at := g.sibling[i]; at >= 0 {
				return g.groups[at].key
			}
			return s.Actors[i].Name
		}
		neighbours := func(i int) string {
			var all []string
			for _, ch := range s.Channels {
				if int(ch.From) == i && ch.From != ch.To {
					all = append(all, ">"+look(ch.To))
				}
				if int(ch.To) == i && ch.From != ch.To {
					all = append(all, "<"+look(ch.From))
				}
			}
			slices.Sort(all)
			return strings.Join(all, " ")
		}
		for _, h := range g.groups {
			if len(h.members) < fewest {
				t.Fatalf("%s has %d members", h.name, len(h.members))
			}
			for _, i := range h.members {
				if canonical(s.Actors[i].Name) != canonical(s.Actors[h.members[0]].Name) || neighbours(i) != neighbours(h.members[0]) {
					t.Fatalf("%s is no sibling of %s: %q and %q", s.Actors[i].Name, s.Actors[h.members[0]].Name, neighbours(i), neighbours(h.members[0]))
				}
				if strings.Contains(neighbours(i), h.key) {
					t.Fatalf("%s is joined to one of its siblings", s.Actors[i].Name)
				}
			}
		}
		nothingIsLost(t, s, Folding{})
	})
}

// nothingIsLost checks that each actor is in one node, and each channel in one
// edge or inside of one node, or leads from outside to outside.
func nothingIsLost(t interface{ Fatalf(string, ...any) }, s *collector.Snapshot, f Folding) {
	p := PlanGraph(s, GraphState{Fold: f}, 160, 50, nil)
	actors, channels := make([]int, len(s.Actors)), make([]int, len(s.Channels))
	for n := range p.nodes {
		v := &p.nodes[n]
		if v.group == nil && v.actor >= 0 {
			actors[v.actor]++
		}
		for _, i := range v.members {
			actors[i]++
		}
		for _, k := range v.inside {
			channels[k]++
		}
	}
	for e := range p.edges {
		for _, k := range p.edges[e].channels {
			channels[k]++
		}
	}
	for i, n := range actors {
		if n != 1 || p.nodeOf[i] < 0 {
			t.Fatalf("%v: %s is in %d nodes", f.Mode, s.Actors[i].Name, n)
		}
	}
	for k, n := range channels {
		if ch := &s.Channels[k]; n != 1 && !(n == 0 && ch.From < 0 && ch.To < 0) {
			t.Fatalf("%v: %s is in %d edges", f.Mode, ch.Name, n)
		}
	}
}

func TestNothingIsLostInALargeService(t *testing.T) {
	s := viewtest.Overload()
	if len(s.Actors) != 500 {
		t.Errorf("%d actors", len(s.Actors))
	}
	for m := range foldModes {
		nothingIsLost(t, s, Folding{Mode: m})
	}
}

// TestManyNamesAreGroupedInTime: sets that crumble from their ends are given up.
func TestManyNamesAreGroupedInTime(t *testing.T) {
	var channels []string
	for i := range 5000 {
		channels = append(channels, fmt.Sprintf("a%d>b%d", i, i), fmt.Sprintf("b%d>a%d", i, i+1))
	}
	s := wired(channels...)
	start := time.Now()
	if g := readGroups(s); len(g.groups) != 0 {
		t.Errorf("%d groups", len(g.groups))
	}
	t.Logf("%d actors: %v", len(s.Actors), time.Since(start))
}

// TestEveryPinHasItsKey: what is told apart by nothing can not be kept in place.
func TestEveryPinHasItsKey(t *testing.T) {
	s := viewtest.Overload()
	g := readGroups(s)
	for m := range foldModes {
		top := readTopology(s, 0, g, g.owners(Folding{Mode: m}, true))
		seen := map[string]bool{}
		for _, key := range top.keys {
			if seen["node "+key] {
				t.Errorf("%v: two nodes have the key %q", m, key)
			}
			seen["node "+key] = true
		}
		for _, e := range top.graph.Edges {
			if seen["edge "+e.Key] {
				t.Errorf("%v: two edges have the key %q", m, e.Key)
			}
			seen["edge "+e.Key] = true
		}
	}
}
