package main

import (
	"fmt"
	"sync/atomic"

	steady "github.com/steadytop/steadytop/runtime"
)

// order is what flows from the shops to the ledger.
type order struct {
	id       uint64
	declined bool // on its first try
	retried  bool
}

// tally counts orders and adds up their ids, so that one that is lost does not
// make up for one that comes twice.
type tally struct{ count, ids uint64 }

// and returns both together.
func (t tally) and(u tally) tally { return tally{t.count + u.count, t.ids + u.ids} }

// note counts an order in the state of an actor. If the iteration fails, that is
// taken back as the order is.
func note(s *steady.State[tally], o order) { s.Set(s.Get().and(tally{1, o.id})) }

// books is what the two ends of the graph saw.
type books struct {
	nextID   atomic.Uint64 // of no importance: a shop that fails leaves one out
	shops    []*steady.State[tally]
	received *steady.State[tally] // by the ledger
	dead     *steady.State[tally] // by the clerk
}

// close compares, when the graph has ended.
func (b *books) close() (line string, balanced bool) {
	var sent tally
	for _, s := range b.shops {
		sent = sent.and(s.Get())
	}
	received, dead := b.received.Get(), b.dead.Get()
	return fmt.Sprintf("sent=%d received=%d dead=%d", sent.count, received.count, dead.count), sent == received.and(dead)
}
