package steadytest

import (
	"strings"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

type inner struct {
	X, y int
	At   time.Time
}

type order struct {
	ID    int
	Name  string
	Price float64
	Tags  []string
	In    inner
	Ref   *inner
}

// TestDifferencesOfStructs: only what differs is shown.
func TestDifferencesOfStructs(t *testing.T) {
	a := order{ID: 7, Name: "x", Price: 2, Tags: []string{"a"}, In: inner{1, 2, time.Unix(0, 0).UTC()}}
	b := a
	b.Name, b.In.y, b.In.At, b.Tags = "y", 3, time.Unix(60, 0).UTC(), []string{"b"}
	err := compare([]order{a, a}, []order{a, b})
	if err == nil {
		t.Fatal("no difference")
	}
	text := err.Error()
	wantWords(t, text, "the first difference is at 1", "*     1  steadytest.order differs in:", `.Name: got "x", want "y"`,
		`.Tags: got []string{"a"}, want []string{"b"}`, ".In.y: got 2, want 3", ".In.At: got 1970-01-01 00:00:00 +0000 UTC, want 1970-01-01 00:01:00")
	if strings.Contains(text, ".Price") || strings.Contains(text, ".ID:") {
		t.Errorf("it shows what does not differ:\n%s", text)
	}
	wantWords(t, unlike(&a, &b), "*steadytest.order differs in:", ".In.y: got 2, want 3")
	for _, c := range []struct {
		got, want any
		text      string
	}{
		{1, 2, "got 1, want 2"},
		{(*order)(nil), &a, "got <nil>, want "},
		{nil, a, "got <nil>, want "},
		{a.In.At, b.In.At, "got 1970-01-01 00:00:00 +0000 UTC, want "},
	} {
		wantWords(t, unlike(c.got, c.want), c.text)
	}
}

// TestDoHasThePortsOfTheMock: it receives and answers.
func TestDoHasThePortsOfTheMock(t *testing.T) {
	build := func(g *steady.Graph) {
		ask, answer := steady.NewChan[int](g, "ask", 4), steady.NewChan[string](g, "answer", 4)
		steady.Source(g, "client", ask, func(*steady.Actor, *steady.Tx[int]) error { return nil })
		steady.Stage(g, "server", ask, answer, func(*steady.Actor, *steady.Rx[int], *steady.Tx[string]) error { return nil })
		steady.Sink(g, "log", answer, func(_ *steady.Actor, in *steady.Rx[string]) error {
			for range in.All() {
			}
			return nil
		})
	}
	reply := Do("reply", func(_ *steady.Actor, p *Ports) error {
		for n := range In[int](p, "").All() {
			return Out[string](p, "answer").Send(strings.Repeat("x", n))
		}
		return nil
	})
	Run(t, func(h *Harness) {
		g := h.Graph(build)
		Mock(g, "client", Send(1, 2, 3), Hold())
		Mock(g, "server", reply, reply)
		answers := Tap[string](g, "answer")
		answers.Want("x", "xx")
	})
	text := failing(t, func(tb *fake) {
		Simulate(tb, build, Options{Seeds: 1, Faults: NoFaults, Setup: func(g *Graph) {
			Mock(g, "server", Do("no such port", func(_ *steady.Actor, p *Ports) error {
				In[bool](p, "")
				return nil
			}))
		}})
	})
	wantWords(t, text, "step 1: no such port: no channel fits: its inputs are ask of int")
}

// TestChannelsOfAHarnessHaveNames: reports call them as their maker does.
func TestChannelsOfAHarnessHaveNames(t *testing.T) {
	Run(t, func(h *Harness) {
		in, out := FeedTo(h, "orders", 1, 2), CollectFrom[int](h, "bills")
		Stage(h, in, out, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
			for v := range in.All() {
				if err := out.Send(v); err != nil {
					return err
				}
			}
			return nil
		})
		out.Want(1, 2)
		h.graph.WantTopology("feeds orders -orders-> actor", "actor -bills-> collects bills")
	})
}
