package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/layout"
	"github.com/steadytop/steadytop/tui/view"
)

func layoutFamily() family {
	full := atMost(16, 5)
	return family{name: "layout", title: "Dashboard: layout", figures: []figure{
		{name: "layout of 500 actors from scratch", unit: "ms", bound: full, measure: layoutOf(500)},
		{name: "layout of 500 actors, the best zoom for 160x50", unit: "ms", bound: full, measure: planOf(500)},
	}}
}

// cards are the measures of a graph of cards with gauges.
var cards = layout.Options{Pad: 1, Gauge: 5, Lead: 1, GapY: 1, Stretch: true}

// ends are the actors that a channel joins.
type ends struct{ from, to int }

// service makes the channels of a graph of n actors as services are: stages
// with fan-out and fan-in, channels that skip stages, some feedback.
func service(n int) []ends {
	r := rand.New(rand.NewPCG(7, 1))
	var es []ends
	for i := 1; i < n; i++ {
		near := max(6, n/12)
		from := func() int { return i - 1 - r.IntN(min(i, near)) }
		es = append(es, ends{from(), i})
		if r.Float64() < .45 {
			es = append(es, ends{from(), i})
		}
		if r.Float64() < .03 {
			es = append(es, ends{i, from()})
		}
	}
	return es
}

func layoutOf(n int) func() (float64, error) {
	var g layout.Graph
	for i := range n {
		g.Nodes = append(g.Nodes, layout.Node{Key: fmt.Sprint("actor ", i), W: 14, H: 3})
	}
	for i, e := range service(n) {
		g.Edges = append(g.Edges, layout.Edge{Key: fmt.Sprint(i), From: e.from, To: e.to})
	}
	return func() (float64, error) {
		var l *layout.Layout
		took := perRun(3, func() { l = layout.Do(g, cards, nil) })
		if len(l.Nodes) != n {
			return 0, errors.New("the layout has lost nodes")
		}
		return in(took, time.Millisecond), nil
	}
}

// planOf times what the dashboard does when it sees a graph for the first time.
func planOf(n int) func() (float64, error) {
	s := snapshot(n, service(n))
	return func() (float64, error) {
		var p *view.GraphPlan
		took := perRun(3, func() { p = view.PlanGraph(s, view.GraphState{}, 160, 50, nil) })
		if len(p.Layout.Nodes) != n {
			return 0, errors.New("the plan has lost actors")
		}
		return in(took, time.Millisecond), nil
	}
}

// snapshot is a service of n actors joined by es, halfway through its work.
func snapshot(n int, es []ends) *collector.Snapshot {
	s := &collector.Snapshot{
		Schema: collector.SnapshotSchema, Version: 1, Target: "bench", Service: "bench", PID: 4127, Host: "here",
		Link: collector.LinkLive, Instance: 7, Generation: 1, Cores: 4, Uptime: time.Hour, Window: time.Second,
		CPU: 1.5, RSS: 61e6, FrameRate: 4, Why: collector.Verdict{Actor: -1},
	}
	for i := range n {
		s.Actors = append(s.Actors, collector.Actor{
			ID: uint32(i), Name: fmt.Sprint("actor-", i), CPU: 0.4, CPUKind: collector.CPUEstimate,
			Busy: 0.4, Blocked: 0.2, Waiting: 0.4, In: 1200, Out: 1200,
		})
	}
	for i, e := range es {
		s.Channels = append(s.Channels, collector.Channel{
			ID: uint32(i), Name: fmt.Sprint("channel-", i), From: int32(e.from), To: int32(e.to),
			Capacity: 1024, Length: 512, Fill: 0.5, SentRate: 1200, TakeRate: 1200,
		})
	}
	return s
}
