package main

import (
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// shop sends an order now and then, until a stop is requested.
type shop struct {
	every time.Duration
	books *books
	sent  *steady.State[tally]
}

func (s shop) run(a *steady.Actor, out *steady.Tx[order]) error {
	for a.Running() {
		if !a.Wait(a.Every(s.every)) {
			continue
		}
		o := order{id: s.books.nextID.Add(1)}
		if err := out.Send(o); err != nil {
			return err
		}
		note(s.sent, o)
	}
	return nil
}
