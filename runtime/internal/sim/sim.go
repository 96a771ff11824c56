// Package sim runs flows of control one at a time, on one thread, under a
// virtual clock and in an order that a seed decides. It is a sched.Scheduler,
// so that the real ring, parker, supervisor and troupe run on it; nothing of
// them is modelled.
//
// Each flow is a coroutine. Control changes hands where a flow parks or ends,
// where it says so (Pause), and in builds with points at each of them. The
// clock stands still while any flow has something to do, but for a fixed time a
// step that the seed chooses; when none has, it jumps to the next timer. If
// there is none either, the flows are stuck, and Run says so.
//
// The same seed makes the same choices, on any machine, as long as what the
// flows do depends on nothing else: not on the time of day, on the order of a
// map, on goroutines or on random numbers of their own.
package sim

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/sched"
)

// ErrEndless is the error of a Run that took more steps than it may.
var ErrEndless = errors.New("no end after the greatest number of steps")

// ErrStuck is the error of a Run in which no flow can ever go on, and no timer
// is set.
var ErrStuck = errors.New("deadlock: nobody can go on, and no timer is set")

// World is a scheduler of simulated flows. Make one with New.
type World struct {
	// AtStep is called after each turn of a flow, AtRest when no flow has
	// anything to do and the clock is about to move. An error ends Run. Either
	// may be nil.
	AtStep func(f *Flow) error
	AtRest func() error
	// Killed, once it is set, makes Yield and Sleep panic with it, so that a flow does
	// not go on with what called them.
	Killed error
	// MaxSteps ends Run with ErrEndless; 0 means a million.
	MaxSteps int
	// Trace notes all that happens, if it is not nil.
	Trace *Trace
	// Still keeps the clock where it is, whatever steps and wake-ups take otherwise.
	Still bool

	choices *Choices
	turns   atomic.Uint64
	now     time.Duration
	steps   int
	busy    int // steps since the clock last moved because nobody had anything to do
	flows   int // made so far
	living  int
	ready   []*Flow // in the order in which they became so
	chosen  *Flow   // by Pause: who has the next turn
	current *Flow   // nil while no flow runs
	held    int     // how often in a row a flow went on though others could
	pool    *Pool
	timers  timers
	seq     uint64
	hash    uint64
}

// New returns a world without flows that takes its decisions from c, and its
// coroutines from p.
func New(c *Choices, p *Pool) *World { return &World{choices: c, pool: p, hash: offset} }

// The constants of the FNV-1a hash.
const (
	offset uint64 = 14695981039346656037
	prime  uint64 = 1099511628211
)

// Run runs main and all flows that it starts, until all have ended.
func (w *World) Run(main func()) error {
	w.Spawn(main, false)
	return w.Go()
}

// Go goes on with the flows that there are, until all have ended.
func (w *World) Go() error {
	for w.living > 0 {
		f := w.pick()
		if f == nil {
			if err := w.rest(); err != nil {
				return err
			}
			continue
		}
		if err := w.turn(f); err != nil {
			return err
		}
		if w.AtStep != nil {
			if err := w.AtStep(f); err != nil {
				return err
			}
		}
		if w.endless() {
			return ErrEndless
		}
	}
	return nil
}

func (w *World) endless() bool {
	limit := w.MaxSteps
	if limit == 0 {
		limit = 1_000_000
	}
	return w.steps > limit
}

// pick takes the flow out of ready that has the next turn; nil when none is.
func (w *World) pick() *Flow {
	if f := w.chosen; f != nil {
		w.chosen = nil
		return f
	}
	switch n := len(w.ready); n {
	case 0:
		return nil
	case 1:
		f := w.ready[0]
		w.ready = w.ready[:0]
		return f
	default:
		return w.take(w.choices.decide(n, w.choices.profile.inTurn))
	}
}

func (w *World) take(i int) *Flow {
	f := w.ready[i]
	w.ready = append(w.ready[:i], w.ready[i+1:]...)
	return f
}

// turn lets f run until it gives the control back.
func (w *World) turn(f *Flow) error {
	w.step(f)
	w.note(Runs, f, 0)
	w.current = f
	err := f.resume()
	w.current = nil
	return err
}

// A step takes no time, or what the seed says, until there were so many that
// somebody seems to wait for a time without parking.
const (
	patience  = 1000
	impatient = 10 * time.Microsecond
)

func (w *World) step(f *Flow) {
	w.steps++
	w.turns.Add(1)

	if !w.Still {
		w.now += w.choices.profile.step
		if w.busy++; w.busy > patience {
			w.now += impatient
		}
	}
	w.hash = (w.hash ^ uint64(f.id)) * prime
}

// rest moves the clock to the next timer.
func (w *World) rest() error {
	if w.due() {
		w.fire()
		return nil
	}
	if w.AtRest != nil {
		if err := w.AtRest(); err != nil {
			return err
		}
		if len(w.ready) > 0 {
			return nil
		}
	}
	if len(w.timers) == 0 {
		return ErrStuck
	}
	w.now = max(w.now, w.timers[0].at)
	w.busy = 0
	w.fire()
	return nil
}

// fire starts a flow for each timer whose time has come.
func (w *World) fire() {
	for w.due() {
		t := w.timers.pop()
		f := w.start(t.f)
		f.Name = "timer"
		w.note(Fires, f, 0)
	}
}

func (w *World) due() bool { return len(w.timers) > 0 && w.timers[0].at <= w.now }

// Pause lets the seed choose whether another flow goes on before this one.
func (w *World) Pause() { w.pause(w.choices.profile.stay) }

// Point is Pause at a point between two atomic steps, of which there are many:
// the seed chooses less often.
func (w *World) Point() { w.pause(w.choices.profile.point) }

func (w *World) pause(stay uint32) {
	f := w.current
	if f == nil {
		return // called by a hook
	}
	w.step(f)
	if w.due() {
		w.fire()
	}
	switch {
	case w.endless():
		w.chosen = f // Go finds out
		f.leave()
		return
	case len(w.ready) == 0:
		return
	}
	i := w.choices.decide(len(w.ready)+1, stay)
	if i == 0 {
		if w.held++; w.held < patience {
			return
		}
		i = 1 // nobody is kept waiting for ever
	}
	w.held = 0
	w.chosen = w.take(i - 1)
	w.ready = append(w.ready, f)
	w.note(Pauses, f, 0)
	f.leave()
}

// Leave gives the control back at once, so that AtStep is called. The current flow
// goes on after that.
func (w *World) Leave() {
	if f := w.current; f != nil {
		w.chosen = f
		f.leave()
	}
}

// Current returns the flow that runs; nil if none does.
func (w *World) Current() *Flow { return w.current }

// Turns returns how often a flow got the control. It may be called from anywhere:
// if the number stands still, a flow does not give it back.
func (w *World) Turns() uint64 { return w.turns.Load() }

// Steps returns how many turns and pauses there were.
func (w *World) Steps() int { return w.steps }

// Hash is a number for what happened so far: equal orders have equal numbers.
func (w *World) Hash() uint64 { return w.hash }

// Idle reports whether no flow has anything to do.
func (w *World) Idle() bool { return len(w.ready) == 0 }

// Timed reports whether a timer is set.
func (w *World) Timed() bool { return len(w.timers) > 0 }

// Living is the number of flows that have not ended.
func (w *World) Living() int { return w.living }

// Spawn implements sched.Scheduler. All flows are on one thread.
func (w *World) Spawn(f func(), _ bool) { w.start(f) }

// Parker implements sched.Scheduler.
func (w *World) Parker(bool) *park.Parker { return park.On(&bed{w: w}) }

// Yield implements sched.Scheduler.
func (w *World) Yield() {
	f := w.current
	if len(w.ready) == 0 || f == nil {
		return
	}
	w.ready = append(w.ready, f)
	w.note(Pauses, f, 0)
	f.leave()
	w.alive()
}

func (w *World) alive() {
	if w.Killed != nil {
		panic(w.Killed)
	}
}

// Carry implements sched.Carrier.
func (w *World) Carry(t *sched.Troupe) { w.current.troupe = t }

// Now implements sched.Scheduler.
func (w *World) Now() time.Duration { return w.now }

// Jitter implements sched.Scheduler.
func (w *World) Jitter(d time.Duration) time.Duration {
	return d / 4 * time.Duration(w.choices.decide(5, 0))
}

// Jump moves the clock, as if nobody had run for a while.
func (w *World) Jump(d time.Duration) { w.now += d }

// Sleep parks the current flow for d.
func (w *World) Sleep(d time.Duration) {
	f := w.current
	w.AfterFunc(d, func() { w.wake(f) })
	w.note(Sleeps, f, int64(d))
	f.leave()
	w.alive()
}

// wake makes f ready to go on.
func (w *World) wake(f *Flow) {
	w.ready = append(w.ready, f)
}

// PanicError says that a flow panicked.
type PanicError struct {
	Flow  string
	Value any
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic outside of a body, in the flow of %s: %v\n%s", e.Flow, e.Value, e.Stack)
}
