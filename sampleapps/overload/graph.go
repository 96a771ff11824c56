package main

import (
	"fmt"
	"sync/atomic"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// Sizes of the graph: four regions of 124 actors, and four actors that all
// regions share, are 500.
const (
	shopsPerRegion   = 56
	workersPerRegion = 64
)

var regions = []string{"eu", "us", "jp", "br"}

// config is what the flags say.
type config struct {
	load   float64 // 1 is 6,000 orders a second
	ledger int     // orders a second; 0 is without limit
	hog    bool
	stuck  bool
}

// every returns the time between two orders of a shop.
func (c config) every() time.Duration {
	return time.Duration(float64(shopsPerRegion*len(regions)) / (6000 * c.load) * float64(time.Second))
}

// build declares the whole graph.
func build(g *steady.Graph, c config, b *books, letters chan uint64) {
	paid := steady.NewBundle[order](g, "paid", len(regions), 16)
	dead := steady.NewBundle[steady.DeadLetter[order]](g, "dead", len(regions), 16)
	booked := steady.NewChan[order](g, "booked", 64)
	sessions := steady.NewChan[string](g, "sessions", 4)

	for i, name := range regions {
		region{g: g, name: name, config: c, first: i == 0, books: b}.build(paid.Lane(i), dead.Lane(i))
	}
	var bankEnded atomic.Bool
	session := steady.Group("session", steady.OneForAll)
	steady.Source(g, "login", sessions, login{&bankEnded}.run, session)
	s := g.Actor("bank", session, steady.Restart{Max: -1, Window: time.Second})
	s.Run(bank{sessions.Rx(s), paid.Rx(s), booked.Tx(s), &bankEnded}.run)
	steady.Sink(g, "ledger", booked, ledger{c.ledger, b}.run)
	s = g.Actor("clerk")
	s.Run(clerk{dead.Rx(s), letters, b}.run)
	steady.Watch(g, "letters", letters).SentBy("clerk")
}

// region is one of the four parts that are alike:
//
//	shops => gate -> parse -> route => work => check -> (bank)
//	                            ^-----declined----'
type region struct {
	g      *steady.Graph
	name   string
	config config
	first  bool // the one in which the flags make trouble
	books  *books
}

func (r region) build(paid *steady.Chan[order], dead *steady.Chan[steady.DeadLetter[order]]) {
	g, name := r.g, func(s string) string { return r.name + "." + s }
	raw := steady.NewChan[order](g, name("raw"), 32)
	parsed := steady.NewChan[order](g, name("parsed"), 32)
	declined := steady.NewChan[order](g, name("declined"), 512)
	orders := steady.NewBundle[order](g, name("orders"), shopsPerRegion, 2)
	jobs := steady.NewBundle[order](g, name("jobs"), workersPerRegion, 2)
	done := steady.NewBundle[order](g, name("done"), workersPerRegion, 2)

	for i := range shopsPerRegion {
		s := shop{every: r.config.every(), books: r.books, sent: new(tally)}
		r.books.shops = append(r.books.shops, s.sent)
		steady.Source(g, fmt.Sprint(name("shop."), i), orders.Lane(i), s.run, steady.Troupe(name("shops")))
	}
	s := g.Actor(name("gate"))
	s.Run(gate{orders.Rx(s), raw.Tx(s)}.run)
	steady.Poison(raw, 2, dead)
	steady.Stage(g, name("parse"), raw, parsed, parse)
	s = g.Actor(name("route"))
	s.Run(route{parsed.Rx(s), declined.Rx(s), jobs.Tx(s), r.stuck()}.run)
	for i := range workersPerRegion {
		steady.Stage(g, fmt.Sprint(name("work."), i), jobs.Lane(i), done.Lane(i), work{hog: r.first && r.config.hog && i == 7}.run, steady.Troupe(name("work")))
	}
	s = g.Actor(name("check"))
	s.Run(check{done.Rx(s), declined.Tx(s), paid.Tx(s), r.stuck()}.run)
}

func (r region) stuck() bool { return r.first && r.config.stuck }
