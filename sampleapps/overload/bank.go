package main

import (
	"fmt"
	"sync/atomic"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// session is what login opens for the bank. start tells for which start of both.
type session struct{ start int }

// login opens a session for the bank. Both are in a group: when the session has
// expired, which is a failure of the bank, both start again.
type login struct{ bankEnded *atomic.Bool }

// run stays until the bank has ended: it may need another session until then.
func (l login) run(a *steady.Actor, out *steady.Tx[session]) error {
	if err := out.Send(session{a.Regeneration()}); err != nil {
		return err
	}
	for a.Running(steady.Vote("bank closed", l.bankEnded.Load)) {
		a.Wait(a.Every(time.Second))
	}
	return nil
}

// bank books the orders of all regions.
type bank struct {
	sessions *steady.Rx[session]
	regions  *steady.BundleRx[order]
	out      *steady.Tx[order]
	lasts    int // orders, a session
	ended    *atomic.Bool
}

func (b bank) run(a *steady.Actor) error {
	if !b.open(a) {
		return nil
	}
	used := 0
	for _, o := range b.regions.All() {
		if used++; used > b.lasts {
			return fmt.Errorf("session %d has expired", a.Regeneration()) // o comes again
		}
		if err := b.out.Send(o); err != nil {
			return err
		}
	}
	if a.Context().Err() == nil { // else login has failed, and both start again
		b.ended.Store(true)
	}
	return nil
}

// open takes the session of this start. One of an earlier start may be before it,
// if the bank failed with its first order: then it gave both back.
func (b bank) open(a *steady.Actor) bool {
	for s := range b.sessions.All() {
		if s.start == a.Regeneration() {
			return true
		}
	}
	return false
}
