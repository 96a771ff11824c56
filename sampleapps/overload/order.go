package main

import (
	"fmt"
	"sync/atomic"
)

// order is what flows from the shops to the ledger.
type order struct {
	id       uint64
	declined bool // on its first try
	retried  bool
}

// unreadable reports whether parsing the order fails, each time.
func (o order) unreadable() bool { return o.id%4999 == 0 }

// tally counts orders and adds up their ids, so that one that is lost does not
// make up for one that comes twice. It has one writer.
type tally struct{ count, ids uint64 }

func (t *tally) add(o order) {
	t.count++
	t.ids += o.id
}

func (t *tally) join(u tally) {
	t.count += u.count
	t.ids += u.ids
}

// books is what the two ends of the graph saw.
type books struct {
	nextID   atomic.Uint64
	shops    []*tally
	received tally // by the ledger
	dead     tally // by the clerk
}

// close compares, when the graph has ended.
func (b *books) close() (line string, balanced bool) {
	var sent, arrived tally
	for _, t := range b.shops {
		sent.join(*t)
	}
	arrived.join(b.received)
	arrived.join(b.dead)
	return fmt.Sprintf("sent=%d received=%d dead=%d", sent.count, b.received.count, b.dead.count), sent == arrived
}
