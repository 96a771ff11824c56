package steadytest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/internal/statefile"
)

// Graph is a graph under test: one that the code of production has built, before
// it runs.
type Graph struct {
	// Lives is how often the process was killed before this graph was made, on the
	// same disk: see Kills.
	Lives int

	tb       testing.TB
	h        *Harness // nil in a simulation
	g        *steady.Graph
	rig      rig.Graph
	actors   []rig.Actor
	channels []rig.Channel
	ensure   []func() error
	frozen   []int // channels, before the start
	mocked   map[int]bool

	mu        sync.Mutex
	problems  []error
	appointed map[int]*appointed // by actor
}

// newGraph has build make a graph on the disk of production.
func newGraph(tb testing.TB, build func(*steady.Graph)) *Graph {
	tb.Helper()
	return newGraphOn(nil, tb, build)
}

// newGraphOn has build make a graph whose states are on files. It may read them.
func newGraphOn(files statefile.FS, tb testing.TB, build func(*steady.Graph)) *Graph {
	tb.Helper()
	g := &Graph{tb: tb, g: &steady.Graph{Name: "test"}}
	if files != nil {
		rig.Open(g.g).Set(rig.Setup{Files: files})
	}
	build(g.g)
	if err := g.g.Err(); err != nil {
		tb.Fatalf("steadytest: the graph can not start: %v", err)
	}
	g.look()
	return g
}

// look finds out what is in the graph.
func (g *Graph) look() {
	g.rig = rig.Open(g.g)
	g.actors, g.channels = g.rig.Actors(), g.rig.Channels()
}

// problem notes what is wrong. It may be called from anywhere.
func (g *Graph) problem(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.problems = append(g.problems, err)
}

// early is fatal if the graph runs already.
func (g *Graph) early(what string) {
	g.tb.Helper()
	if g.h != nil && g.h.started {
		g.tb.Fatalf("steadytest: %s comes before the graph runs: before Settle, Want and the like", what)
	}
}

// complaints says what mocks had to complain about.
func (g *Graph) complaints() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return errors.Join(g.problems...)
}

// verdict says what is wrong with a graph that has ended.
func (g *Graph) verdict() error {
	errs := []error{g.complaints()}
	for _, f := range g.ensure {
		errs = append(errs, f())
	}
	return errors.Join(append(errs, g.rig.CheckEnd())...)
}

// Ensure has f asked whether all is well after the graph has ended, if Serve has
// returned nil. An error is a failure of the test.
func (g *Graph) Ensure(f func() error) { g.ensure = append(g.ensure, f) }

// Topology returns the channels as "from -name-> to", in alphabetical order.
func (g *Graph) Topology() []string {
	var lines []string
	for _, c := range g.channels {
		lines = append(lines, fmt.Sprintf("%s -%s-> %s", g.actors[c.From].Name, c.Name, g.actors[c.To].Name))
	}
	slices.Sort(lines)
	return lines
}

// WantTopology fails the test unless the graph has just these channels, written
// as Topology does, in any order.
func (g *Graph) WantTopology(lines ...string) {
	g.tb.Helper()
	want := slices.Sorted(slices.Values(lines))
	if got := g.Topology(); !slices.Equal(got, want) {
		g.tb.Errorf("the topology is\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// actor returns the index of an actor. It is fatal if there is none.
func (g *Graph) actor(name string) int {
	g.tb.Helper()
	var names []string
	for i, a := range g.actors {
		if a.Name == name {
			return i
		}
		names = append(names, a.Name)
	}
	g.tb.Fatalf("steadytest: there is no actor %q; there are %s", name, strings.Join(names, ", "))
	return 0
}

// channel returns the index of a channel. It is fatal if there is none.
func (g *Graph) channel(name string) int {
	g.tb.Helper()
	var names []string
	for i, c := range g.channels {
		if c.Name == name {
			return i
		}
		names = append(names, c.Name)
	}
	g.tb.Fatalf("steadytest: there is no channel %q; there are %s", name, strings.Join(names, ", "))
	return 0
}
