package main

import (
	"context"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// ledger is the slow sink: it writes so many orders a second, and no more.
type ledger struct {
	rate  int // 0 is without limit
	books *books
}

func (l ledger) run(a *steady.Actor, in *steady.Rx[order]) error {
	written := time.Now()
	for orders := range in.Batches(16) {
		if l.rate > 0 {
			if now := time.Now(); written.Before(now) {
				written = now
			}
			written = written.Add(time.Duration(len(orders)) * time.Second / time.Duration(l.rate))
			a.Blocking(func(context.Context) { time.Sleep(time.Until(written)) })
		}
		for _, o := range orders {
			l.books.received.add(o)
		}
	}
	return nil
}

// clerk files the orders that nobody could read.
type clerk struct {
	regions *steady.BundleRx[steady.DeadLetter[order]]
	books   *books
}

func (c clerk) run(*steady.Actor) error {
	for _, d := range c.regions.All() {
		c.books.dead.add(d.Message)
	}
	return nil
}
