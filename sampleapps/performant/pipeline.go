package main

import (
	"fmt"

	steady "github.com/steadytop/steadytop/runtime"
)

// kinded is what the worker makes of a number. It has 16 bytes.
type kinded struct{ value, kind uint64 }

const kinds = 15

func classify(n uint64) kinded { return kinded{value: n, kind: n % kinds} }

// total is what the last actor adds up.
type total struct {
	messages uint64
	sum      kinded
}

func (t total) plus(k kinded) total {
	t.messages++
	t.sum.value += k.value
	t.sum.kind += k.kind
	return t
}

// check compares with what the numbers from 0 to sent-1 give.
func (t total) check(sent uint64) error {
	even, odd := sent, sent-1
	if sent%2 == 1 {
		even, odd = odd, even
	}
	whole, rest := sent/kinds, sent%kinds
	want := kinded{value: even / 2 * odd, kind: whole*(kinds*(kinds-1)/2) + rest*(rest-1)/2}
	if t.messages != sent || t.sum != want {
		return fmt.Errorf("sent %d and received %d: the sums are %d, want %d", sent, t.messages, t.sum, want)
	}
	return nil
}

// way is one way to write the pipeline: the bodies of its three actors, which
// handle size messages at a time.
type way struct {
	name, title string
	generate    func(a *steady.Actor, out *steady.Tx[uint64], size int, sent *steady.State[uint64]) error
	work        func(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[kinded], size int) error
	sum         func(a *steady.Actor, in *steady.Rx[kinded], size int, sum *steady.State[total]) error
}

var ways = []way{
	{"one", "one by one", generateOne, workOne, sumOne},
	{"batch", "in batches", generateBatch, workBatch, sumBatch},
	{"place", "in place", generateInPlace, workInPlace, sumBatch},
}

// ends is what the two ends of the pipeline saw. Each is a state of its actor:
// it goes back with the messages when the actor fails.
type ends struct {
	sent  *steady.State[uint64]
	total *steady.State[total]
}

// check compares what the two ends saw, when the graph has ended.
func (e ends) check() error { return e.total.Get().check(e.sent.Get()) }

// build declares the pipeline. It is the same for all ways: what differs is in
// the bodies. Where the actors run is an option that no body knows of.
func (w way) build(g *steady.Graph, slots, size int, where ...steady.Option) ends {
	e := ends{steady.NewState(g, "sent", uint64(0)), steady.NewState(g, "total", total{})}
	numbers := steady.NewChan[uint64](g, "numbers", slots)
	results := steady.NewChan[kinded](g, "results", slots)
	steady.Source(g, "generator", numbers, func(a *steady.Actor, out *steady.Tx[uint64]) error {
		return w.generate(a, out, size, e.sent)
	}, append(where, e.sent)...)
	steady.Stage(g, "worker", numbers, results, func(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[kinded]) error {
		return w.work(a, in, out, size)
	}, where...)
	steady.Sink(g, "sum", results, func(a *steady.Actor, in *steady.Rx[kinded]) error {
		return w.sum(a, in, size, e.total)
	}, append(where, e.total)...)
	return e
}
