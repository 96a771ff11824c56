// Package sched is the one seam between the runtime and what runs it. Ports,
// votes, supervision, back-off and quiescence take time, sleep and new flows
// of control from a Scheduler and from nowhere else, so that a simulation can
// run the real ring, parker and supervisor under a virtual clock and a seeded
// order. The sixth verb of the seam, the preemption point, is park.Point.
package sched

import (
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
)

// Scheduler starts flows of control, tells the time and makes parkers.
type Scheduler interface {
	// Spawn runs f on a new flow of control. With solo it gets an operating
	// system thread that no other goroutine runs on and that ends with f.
	Spawn(f func(), solo bool)
	// Parker returns a parker for an actor. With futex the scheduler may use
	// one that is faster for a thread of its own.
	Parker(futex bool) *park.Parker
	// Yield lets other flows run before it returns. It is for pooled flows: one
	// with a thread of its own would hand over its processor, which is slow.
	Yield()
	// Now is the monotonic time since the scheduler was made.
	Now() time.Duration
	// AfterFunc calls f after d, on a flow of its own, unless stopped.
	AfterFunc(d time.Duration, f func()) Timer
	// Jitter is a random part of d: 0 or more, and at most d.
	Jitter(d time.Duration) time.Duration
}

// Carrier is a Scheduler that has to know which of its flows carry a troupe.
type Carrier interface {
	// Carry is called on the flow of the carrier before it runs a member.
	Carry(t *Troupe)
}

// Timer is what AfterFunc started.
type Timer interface {
	// Reset makes the timer fire after d from now, whether it fired or not.
	Reset(d time.Duration) bool
	// Stop reports whether it kept the timer from firing.
	Stop() bool
}

// Go is the Scheduler of production: goroutines, threads and the real clock
// (or the clock of the testing/synctest bubble it was made in).
type Go struct{ start time.Time }

// NewGo returns a Scheduler whose clock starts now.
func NewGo() *Go { return &Go{start: time.Now()} }

// Spawn implements Scheduler. A solo flow locks its thread and never unlocks
// it, so that the thread, with whatever was done to it, ends with f.
func (g *Go) Spawn(f func(), solo bool) {
	if !solo {
		go f()
		return
	}
	go func() {
		runtime.LockOSThread()
		f()
	}()
}

// Parker implements Scheduler.
func (g *Go) Parker(futex bool) *park.Parker {
	if futex {
		return park.NewFutex()
	}
	return park.New()
}

// Yield implements Scheduler.
func (g *Go) Yield() { runtime.Gosched() }

// Now implements Scheduler.
func (g *Go) Now() time.Duration { return time.Since(g.start) }

// AfterFunc implements Scheduler.
func (g *Go) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }

// Jitter implements Scheduler.
func (g *Go) Jitter(d time.Duration) time.Duration { return rand.N(d + 1) }
