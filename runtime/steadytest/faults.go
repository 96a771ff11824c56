package steadytest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Faults are kinds of misfortune. They may be added up.
type Faults uint8

// The kinds of faults that Simulate knows. The zero value of Options.Faults
// stands for Panics, Delays and Jumps.
const (
	// Panics makes bodies panic at boundaries, in builds with the tag steadysim
	// also between two calls of a body; half as often as the Restart of the actor
	// allows. At a boundary it is the iteration that has just ended which fails.
	// For Poison such a failure counts like any other.
	Panics Faults = 1 << iota
	// Delays makes actors stand still for up to 50 ms.
	Delays
	// Jumps makes the clock jump ahead by up to a second.
	Jumps
	// Kills ends the process at any moment, or the power of the machine, and runs
	// the graph once more, with the states that are on its disk then. What is in
	// channels is gone: that counts only for what the last graph has to Ensure.
	Kills
	// DiskErrors makes calls of the disk fail, before a stop is requested. A save
	// that has to succeed then fails its iteration: see steady.SyncAlways.
	DiskErrors
	// NoFaults is none of them.
	NoFaults
)

// injectedPanic is what an actor panics with for no reason of its own.
type injectedPanic struct{}

// Error implements error.
func (injectedPanic) Error() string { return "injected panic" }

// fault is one that is to happen.
type fault struct {
	kind Faults
	at   int // which boundary it is, counted over all actors
	size time.Duration
}

func (f fault) String() string {
	switch f.kind {
	case Panics:
		return fmt.Sprintf("a panic at boundary %d", f.at)
	case Delays:
		return fmt.Sprintf("%v of standing still at boundary %d", f.size, f.at)
	default:
		return fmt.Sprintf("a jump of the clock by %v at boundary %d", f.size, f.at)
	}
}

// plan is what befalls a run.
type plan struct {
	faults []fault // by at
	only   int     // if not 0, they befall one actor alone, which this number chooses
	stop   int     // the step at which a stop is requested
	kill   int     // the step at which the process ends; 0 when it does not
	power  bool    // so does the machine
	luck   uint64  // decides what is lost then
	errors []int   // the calls of the disk that fail, counted from 1
}

// newPlan makes the plan of a seed.
func newPlan(seed uint64, kinds Faults, steps int) plan {
	r := rand.New(rand.NewPCG(seed, 0xfa017))
	if kinds == 0 {
		kinds = Panics | Delays | Jumps
	}
	p := plan{stop: r.IntN(steps), power: r.IntN(2) == 0, luck: r.Uint64()}
	if kill := 1 + r.IntN(steps); kinds&Kills != 0 && r.IntN(4) > 0 {
		p.kill = kill
	}
	if kinds&DiskErrors != 0 {
		for at, n := 0, r.IntN(4); n > 0; n-- {
			at += 1 + r.IntN(30)
			p.errors = append(p.errors, at)
		}
	}
	// None, few, or many: some bugs need one misfortune at the right place, others a
	// second one while the first is being dealt with. Some seeds pursue one actor.
	n, gap := r.IntN(5), steps/4
	switch r.IntN(8) {
	case 0:
		n = 0
	case 1, 2:
		n, gap = 8+r.IntN(32), max(steps/40, 2)
	}
	if r.IntN(4) == 0 {
		p.only = 1 + r.IntN(64)
	}
	for at := 0; n > 0; n-- {
		at += 1 + r.IntN(gap)
		f := fault{at: at, kind: 1 << r.IntN(3), size: []time.Duration{time.Millisecond, 50 * time.Millisecond}[r.IntN(2)]}
		if f.kind == Jumps {
			f.size *= 20
		}
		if kinds&f.kind != 0 {
			p.faults = append(p.faults, f)
		}
	}
	return p
}

// spared returns the plan without faults from on, as many as n.
func (p plan) spared(from, n int) plan {
	p.faults = append(append([]fault(nil), p.faults[:from]...), p.faults[min(from+n, len(p.faults)):]...)
	return p
}

// alive returns the plan without a kill.
func (p plan) alive() plan {
	p.kill = 0
	return p
}

// withoutErrors returns the plan without errors of the disk.
func (p plan) withoutErrors() plan {
	p.errors = nil
	return p
}

// sooner returns the plan with a stop so many steps earlier.
func (p plan) sooner(steps int) plan {
	p.stop -= steps
	return p
}

// earlier returns the plan with fault i so many boundaries earlier.
func (p plan) earlier(i, boundaries int) plan {
	p.faults = append([]fault(nil), p.faults...)
	p.faults[i].at -= boundaries
	return p
}

func (p plan) String() string {
	words := []string{fmt.Sprintf("a stop at step %d", p.stop)}
	switch {
	case p.kill > 0 && p.power:
		words = append(words, fmt.Sprintf("a loss of power at step %d", p.kill))
	case p.kill > 0:
		words = append(words, fmt.Sprintf("a kill at step %d", p.kill))
	}
	for _, f := range p.faults {
		words = append(words, f.String())
	}
	if p.only > 0 && len(p.faults) > 0 {
		words = append(words, "all to one actor")
	}
	if len(p.errors) > 0 {
		words = append(words, fmt.Sprintf("errors of the disk at calls %v", p.errors))
	}
	return strings.Join(words, ", ")
}
