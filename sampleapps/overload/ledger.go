package main

import (
	"context"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// ledger is the slow sink: it writes so many orders a second, and no more.
type ledger struct {
	rate     int // 0 is without limit
	received *steady.State[tally]
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
			note(l.received, o)
		}
	}
	return nil
}

// clerk files the orders that nobody could read, and writes to whoever sent
// them: through a Go channel, to a part of the program that has no actors. What
// goes that way is not taken back: if it fails then, the letter is sent again.
type clerk struct {
	regions *steady.BundleRx[steady.DeadLetter[order]]
	letters chan<- uint64
	filed   *steady.State[tally]
}

// mail takes a while for each letter.
func mail(letters <-chan uint64) {
	for range letters {
		time.Sleep(10 * time.Millisecond)
	}
}

func (c clerk) run(a *steady.Actor) error {
	for _, d := range c.regions.All() {
		a.Blocking(func(ctx context.Context) {
			select {
			case c.letters <- d.Message.id:
			case <-ctx.Done():
			}
		})
		note(c.filed, d.Message)
	}
	return nil
}
