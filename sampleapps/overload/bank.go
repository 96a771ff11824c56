package main

import (
	"errors"
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
	regions  []*steady.Rx[order]
	out      *steady.Tx[order]
	ended    *atomic.Bool
}

// sessionLasts is after how many orders a session has expired.
const sessionLasts = 20_000

var errExpired = errors.New("the session has expired")

func (b bank) run(a *steady.Actor) error {
	conds, drained := lanesOf(b.regions)
	session := ""
	for used := 0; a.Running(drained...); {
		if session == "" {
			if a.Wait(b.sessions.Avail(1)) {
				session, _ = b.sessions.TryTake()
			}
			continue
		}
		if a.WaitAny(conds...) < 0 {
			continue
		}
		for _, in := range b.regions {
			if o, ok := in.TryTake(); ok {
				if used++; used > sessionLasts {
					return errExpired // o comes again
				}
				if err := b.out.Send(o); err != nil {
					return err
				}
				a.Commit()
			}
		}
	}
	b.ended.Store(true)
	return nil
}
