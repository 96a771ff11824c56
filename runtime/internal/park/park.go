// Package park puts one waiting actor to sleep and wakes it, without a lost
// wake-up and without a wake-up owed from an earlier wait.
//
// A Parker is one state word in front of a back-end that can sleep: a Go
// channel (the default; durably blocking in a testing/synctest bubble), a
// futex (linux, for an actor that owns its thread), or whatever a simulation
// puts there.
package park

import (
	"sync/atomic"
	"time"
)

// The states of a Parker. Only the owner goes from idle to armed; whoever wins
// the compare-and-swap from armed to idle owes the owner exactly one Signal.
const (
	idle uint32 = iota
	armed
)

// Backend is what a Parker sleeps on. Each Signal ends one Wait, whichever
// comes first; the Parker never calls Signal twice for one Wait.
type Backend interface {
	// Wait blocks until a Signal that no Wait has taken yet.
	Wait()
	// Signal ends the Wait that is under way, or the next. It does not block.
	Signal()
}

// Timed is a Backend that keeps time by itself. The others need a timer that
// calls Wake.
type Timed interface {
	Backend
	// WaitFor is Wait for no longer than d. It returns true if it took a
	// signal, and may return false early, for no reason.
	WaitFor(d time.Duration) bool
}

// Parker parks one actor. The owner calls Arm, looks at its conditions once
// more, and then either Park or Cancel. Anyone may call Wake at any time.
//
// No wake-up is lost. The owner stores armed, then registers what it waits
// for, then loads the condition; a waker stores the condition, then loads the
// registration, then this state. Go's atomics are sequentially consistent, so
// if the owner's load missed the store, the waker's loads come after both of
// the owner's stores and find it armed.
type Parker struct {
	state   atomic.Uint32
	_       [60]byte // wakers hammer the word above; keep the owner's fields off its line
	backend Backend
	channel channel // the same, if it is one: a call less on small stacks
	timed   bool    // the same is Timed
}

// New returns a Parker on a Go channel.
func New() *Parker { return On(make(channel, 1)) }

// On returns a Parker that sleeps on b.
func On(b Backend) *Parker {
	_, timed := b.(Timed)
	c, _ := b.(channel)
	return &Parker{backend: b, channel: c, timed: timed}
}

// Arm announces that the owner is about to park.
func (p *Parker) Arm() {
	p.state.Store(armed)
	Point()
}

// Cancel takes back Arm without sleeping. When a waker was faster, Cancel
// takes the signal that is on its way, so that the next Park is clean.
func (p *Parker) Cancel() {
	if !p.state.CompareAndSwap(armed, idle) {
		p.backend.Wait()
	}
}

// Park sleeps until a waker wins the state word. It blocks for ever if nobody
// calls Wake.
func (p *Parker) Park() {
	if p.channel != nil {
		<-p.channel
		return
	}
	p.backend.Wait()
}

// Timed reports whether ParkFor can be used.
func (p *Parker) Timed() bool { return p.timed }

// ParkFor is Park for no longer than d. It may return early. When it took no
// signal, Cancel finds out whether one is on its way, and takes that.
func (p *Parker) ParkFor(d time.Duration) {
	if !p.backend.(Timed).WaitFor(d) {
		p.Cancel()
	}
}

// Armed reports whether the owner is parked, or about to park, and nobody has
// woken it since.
func (p *Parker) Armed() bool { return p.state.Load() == armed }

// Wake ends the owner's Park if it is armed and does nothing otherwise. It
// never blocks.
func (p *Parker) Wake() {
	if p.state.Load() == armed && p.state.CompareAndSwap(armed, idle) {
		Point()
		p.backend.Signal()
	}
}

// channel is the default back-end. One arming owes at most one signal, so a
// capacity of one never blocks the waker.
type channel chan struct{}

func (c channel) Wait()   { <-c }
func (c channel) Signal() { c <- struct{}{} }
