package main

import (
	"fmt"
	"sync/atomic"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// full is how large the graph is: four regions of 124 actors, and four actors
// that all regions share, are 500.
var full = size{
	regions: []string{"eu", "us", "jp", "br"}, shops: 56, workers: 64,
	unreadable: 4999, session: 20_000,
}

// size is how many there are of what, and how often something goes wrong. A
// simulation has a smaller one.
type size struct {
	regions        []string
	shops, workers int    // of each region
	unreadable     uint64 // one order of so many is
	session        int    // expires after so many orders
}

// config is what the flags say.
type config struct {
	size
	load   float64 // 1 is 6,000 orders a second
	ledger int     // orders a second; 0 is without limit
	hog    bool
	stuck  bool
}

// every returns the time between two orders of a shop.
func (c config) every() time.Duration {
	return time.Duration(float64(c.shops*len(c.regions)) / (6000 * c.load) * float64(time.Second))
}

// build declares the whole graph.
func build(g *steady.Graph, c config, letters chan uint64) *books {
	b := &books{received: steady.NewState(g, "received", tally{}), dead: steady.NewState(g, "filed", tally{})}
	paid := steady.NewBundle[order](g, "paid", len(c.regions), 16)
	dead := steady.NewBundle[steady.DeadLetter[order]](g, "dead", len(c.regions), 16)
	booked := steady.NewChan[order](g, "booked", 64)
	sessions := steady.NewChan[session](g, "sessions", 4)

	for i, name := range c.regions {
		region{g: g, name: name, config: c, first: i == 0, books: b}.build(paid.Lane(i), dead.Lane(i))
	}
	var bankEnded atomic.Bool
	together := steady.Group("session", steady.OneForAll)
	steady.Source(g, "login", sessions, login{&bankEnded}.run, together)
	s := g.Actor("bank", together, steady.Restart{Max: -1, Window: time.Second})
	s.Run(bank{sessions.Rx(s), paid.Rx(s), booked.Tx(s), c.session, &bankEnded}.run)
	steady.Sink(g, "ledger", booked, ledger{c.ledger, b.received}.run, b.received)
	s = g.Actor("clerk", b.dead)
	s.Run(clerk{dead.Rx(s), letters, b.dead}.run)
	steady.Watch(g, "letters", letters).SentBy("clerk")
	return b
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
	g, c, name := r.g, r.config, func(s string) string { return r.name + "." + s }
	raw := steady.NewChan[order](g, name("raw"), 32)
	parsed := steady.NewChan[order](g, name("parsed"), 32)
	declined := steady.NewChan[order](g, name("declined"), 8*c.workers)
	orders := steady.NewBundle[order](g, name("orders"), c.shops, 2)
	jobs := steady.NewBundle[order](g, name("jobs"), c.workers, 2)
	done := steady.NewBundle[order](g, name("done"), c.workers, 2)

	for i := range c.shops {
		s := shop{every: c.every(), books: r.books, sent: steady.NewState(g, fmt.Sprint(name("sent."), i), tally{})}
		r.books.shops = append(r.books.shops, s.sent)
		steady.Source(g, fmt.Sprint(name("shop."), i), orders.Lane(i), s.run, s.sent, steady.Troupe(name("shops")))
	}
	s := g.Actor(name("gate"))
	s.Run(gate{orders.Rx(s), raw.Tx(s)}.run)
	steady.Poison(raw, 2, dead)
	steady.Stage(g, name("parse"), raw, parsed, parse{c.unreadable}.run)
	s = g.Actor(name("route"))
	s.Run(route{parsed.Rx(s), declined.Rx(s), jobs.Tx(s), r.stuck()}.run)
	for i := range c.workers {
		steady.Stage(g, fmt.Sprint(name("work."), i), jobs.Lane(i), done.Lane(i), work{hog: r.first && c.hog && i == 7}.run, steady.Troupe(name("work")))
	}
	s = g.Actor(name("check"))
	s.Run(check{done.Rx(s), declined.Tx(s), paid.Tx(s), r.stuck()}.run)
}

func (r region) stuck() bool { return r.first && r.config.stuck }
