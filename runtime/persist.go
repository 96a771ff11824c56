package steady

import (
	"errors"
	"fmt"
	"time"
)

// Persist makes a State survive the process: it is saved to the file and loaded
// from there when the graph starts. The folder must exist. Beside the file there
// are file.1, the generation before, and file.lock, which keeps a second process
// away; see docs/state.md.
//
// A value is saved by its MarshalBinary and UnmarshalBinary if it has both, else
// as JSON. What JSON would leave out (a field that is not exported, say) is a
// wiring mistake. The methods are called from another goroutine than the body.
//
// A file that is damaged, or that cannot be read, is an error of Run that says
// what to do. The graph does not start then, and the file is not changed: a
// state is never reset silently.
//
// Of two options of the same kind the mistake is returned by Run.
func Persist(file string, opts ...PersistOption) StateOption {
	return &persistence{file: file, opts: opts}
}

// PersistOption says how a State is persisted: when it is saved, by SyncEvery,
// SyncAlways or SyncOnStop, and what happens to damage, by OrPrevious.
type PersistOption interface{ applyPersist(*persistence) }

// Sync says when a State is saved. Its zero value is SyncEvery(DefaultSync).
type Sync int64

// DefaultSync is how often a State is saved at most if nothing else was said.
const DefaultSync = time.Second

const (
	// SyncAlways saves at the end of each iteration that called Set, before
	// anyone can see what that iteration sent. The actor waits for the disk each
	// time, some milliseconds; while it does, the dashboard shows it as "in a
	// call". When a save fails, the iteration fails with a *StateError: it is
	// rolled back and the actor is started again as after any failure; a body that
	// recovers from the panic goes on with the iteration, which is saved at its next
	// end. No message is blamed: see Poison. A send
	// that waits for room in the middle of an iteration (a torn iteration) is
	// seen before.
	SyncAlways Sync = -1
	// SyncOnStop saves when the actor has ended. A process that is killed loses
	// what was set since the start.
	SyncOnStop Sync = -2

	syncBad Sync = -3
)

// SyncEvery saves a change at once, but at most once in each interval, and when
// the actor has ended. So a crash loses the changes of the last interval at
// most, and those of the body that ran when it was over. While nothing changes, nothing is saved. A save that fails is logged,
// shown on the dashboard, and tried again.
func SyncEvery(interval time.Duration) Sync {
	if interval <= 0 {
		return syncBad
	}
	return Sync(interval)
}

// String puts it into words, as the dashboard shows it.
func (s Sync) String() string {
	switch {
	case s == SyncAlways:
		return "always"
	case s == SyncOnStop:
		return "on stop"
	case s < 0:
		return "unknown"
	default:
		return "every " + s.interval().String()
	}
}

// interval is the time between two saves; for SyncEvery only.
func (s Sync) interval() time.Duration {
	if s == 0 {
		return DefaultSync
	}
	return time.Duration(s)
}

func (s Sync) applyPersist(p *persistence) {
	if p.set {
		p.wrong = append(p.wrong, errors.New("Persist says twice when to save"))
	}
	if s < SyncOnStop {
		p.wrong = append(p.wrong, errors.New("SyncEvery: want an interval above 0, or SyncAlways"))
	}
	p.sync, p.set = s, true
}

// OrPrevious makes the graph start with the generation before when the newest
// one is damaged or missing. That is logged as an error, and the damaged file is
// kept as file.damaged. Without it such a graph does not start. It is for
// devices that nobody looks after and for which a value of a little earlier is
// better than none.
func OrPrevious() PersistOption { return orPrevious{} }

type orPrevious struct{}

func (orPrevious) applyPersist(p *persistence) { p.orPrevious = true }

// persistence is what Persist was told.
type persistence struct {
	file       string
	opts       []PersistOption
	sync       Sync
	set        bool
	orPrevious bool
	wrong      []error
}

func (p *persistence) applyState(i *stateInfo) {
	if i.persist != nil {
		i.wrong = append(i.wrong, errors.New("Persist is given twice"))
		return
	}
	q := *p // one option may be given to several states
	i.persist = &q
	for _, o := range q.opts {
		o.applyPersist(&q)
	}
	i.wrong = append(i.wrong, q.wrong...)
}

// StateError says that a State could not be loaded or saved.
type StateError struct {
	Name string // of the state
	File string // absolute
	Op   string // "load" or "save"
	Err  error
}

// Error implements error.
func (e *StateError) Error() string {
	return fmt.Sprintf("steady: state %q: %s %s: %v", e.Name, e.Op, e.File, e.Err)
}

// Unwrap returns the cause.
func (e *StateError) Unwrap() error { return e.Err }

// notSaved is what an actor panics with to fail with a *StateError.
type notSaved struct{ err error }

// Error implements error, for bodies that recover it themselves.
func (n *notSaved) Error() string { return n.err.Error() }

// Unwrap returns the *StateError.
func (n *notSaved) Unwrap() error { return n.err }
