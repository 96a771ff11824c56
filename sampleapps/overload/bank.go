package main

import (
	"fmt"
	"sync/atomic"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// login opens a session for the bank. Both are in a group: when the session has
// expired, which is a failure of the bank, both start again.
type login struct{ bankEnded *atomic.Bool }

// run stays until the bank has ended: it may need another session until then.
func (l login) run(a *steady.Actor, out *steady.Tx[string]) error {
	if err := out.Send(fmt.Sprint("session ", a.Regeneration())); err != nil {
		return err
	}
	for a.Running(steady.Vote("bank closed", l.bankEnded.Load)) {
		a.Wait(a.Every(time.Second))
	}
	return nil
}

// bank books the orders of all regions.
type bank struct {
	sessions *steady.Rx[string]
	regions  *steady.BundleRx[order]
	out      *steady.Tx[order]
	ended    *atomic.Bool
}

// sessionLasts is after how many orders a session has expired.
const sessionLasts = 20_000

func (b bank) run(a *steady.Actor) error {
	for a.Running(b.regions.Drained()) {
		if !a.Wait(b.sessions.Avail(1)) {
			continue
		}
		session, _ := b.sessions.TryTake()
		if err := b.book(session); err != nil {
			return err
		}
	}
	b.ended.Store(true)
	return nil
}

func (b bank) book(session string) error {
	used := 0
	for _, o := range b.regions.All() {
		if used++; used > sessionLasts {
			return fmt.Errorf("%s has expired", session) // o comes again
		}
		if err := b.out.Send(o); err != nil {
			return err
		}
	}
	return nil
}
