package steady

import (
	"cmp"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/origin"
)

// ErrStopped is returned by calls that wait when the graph has given up
// waiting for its actors. An actor that returns it ends; it does not fail.
var ErrStopped = errors.New("steady: the graph has stopped")

// ErrNoReceiver is returned by Send when the receiver of the channel is done
// for good. An actor that returns it ends; it does not fail.
var ErrNoReceiver = errors.New("steady: the receiver is done")

// ErrRestart is returned by Send when the actor is to start again with the rest
// of its [Group]. Whatever the actor returns then, it is started again.
var ErrRestart = errors.New("steady: the group restarts")

// ErrOutage, wrapped by what an actor returns, says that something outside of the
// process was away, and the failure no bug:
//
//	return fmt.Errorf("%w: orders: %w", steady.ErrOutage, err)
//
// Such failures do not count for Restart.Max: the actor is started again for as
// long as the graph runs, after pauses up to Restart.Ceiling, and no message is set
// aside for them. See also Restart.Outside.
var ErrOutage = errors.New("outage")

// ErrStarted is returned by Run and Serve of a graph that was started before.
var ErrStarted = errors.New("steady: the graph was started before")

// errNoContext is returned by Run and Serve of a nil context.
var errNoContext = errors.New("steady: the context is nil: pass context.Background()")

// PanicError is the failure of an actor that panicked or ended its goroutine
// with runtime.Goexit.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // of the panicking goroutine
	Where string // the innermost place in the code of the user, as ship/actors.go:107; "" when it is not known

	text string
}

// newPanicError makes the error of a panic with v. It is called by the deferred
// function that recovered it, while the stack is still that of the panic. The text
// is made here, too: what v points to may change.
func newPanicError(v any) *PanicError {
	e := &PanicError{Value: v, Stack: debug.Stack(), Where: origin.Here()}
	e.text = e.Error()
	return e
}

// Error implements error. It ends in the place of the panic.
func (e *PanicError) Error() string {
	switch {
	case e.text != "":
		return e.text
	case e.Where == "":
		return fmt.Sprintf("panic: %v", e.Value)
	default:
		return fmt.Sprintf("panic: %v (%s)", e.Value, e.Where)
	}
}

// Unwrap returns the value of the panic if it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// ActorError says that an actor failed more often than its Restart allows,
// which stopped the graph.
type ActorError struct {
	Actor    string
	Failures int   // that count, within the window of its Restart
	Err      error // the last failure

	tired bool // it might have been started once more
}

// Error implements error.
func (e *ActorError) Error() string {
	advice := ""
	if e.tired {
		advice = " (to go on through outages: Restart.Outside or ErrOutage, else Restart.Max)"
	}
	return fmt.Sprintf("steady: actor %q: failed %d times: %v%s", e.Actor, e.Failures, e.Err, advice)
}

// Unwrap returns the last failure.
func (e *ActorError) Unwrap() error { return e.Err }

// GroupError says that members of a [Group] did not return when they were to
// start again, which stopped the graph.
type GroupError struct {
	Group  string
	Failed string   // the member whose failure made the others start again
	Actors []string // who did not return
}

// Error implements error.
func (e *GroupError) Error() string {
	return fmt.Sprintf("steady: group %q: %q failed, and after %v these had not returned to start again: %s",
		e.Group, e.Failed, recallTime, strings.Join(e.Actors, ", "))
}

// DeadlockError says that both sides of a channel waited for more than its
// capacity can give them, which stopped the graph.
type DeadlockError struct {
	Channel  string
	Capacity int
	Receiver string // actor that waits for Avail messages
	Avail    int
	Held     int    // messages that its open iteration keeps
	Sender   string // actor that waits for Vacant slots
	Vacant   int
	Bytes    int // that a ByteChan has, 0 for others; Vacant are the messages that it has too few for
}

// Error implements error.
func (e *DeadlockError) Error() string {
	if e.Bytes > 0 {
		return fmt.Sprintf("steady: channel %q: deadlock: %q waits for %d messages (and holds %d) while %q waits for room in %d bytes: lower the threshold or raise the bytes",
			e.Channel, e.Receiver, e.Avail, e.Held, e.Sender, e.Bytes)
	}
	return fmt.Sprintf("steady: channel %q: deadlock: %q waits for %d messages (and holds %d) while %q waits for %d free slots of %d: lower the thresholds or raise the capacity to %d",
		e.Channel, e.Receiver, e.Avail, e.Held, e.Sender, e.Vacant, e.Capacity, e.Avail+e.Held+e.Vacant-1)
}

// ShutdownError lists the actors that had not ended when the Grace of the
// graph was over.
type ShutdownError struct {
	Grace  time.Duration
	Actors []Holdout
	Stall  string // what stood still then, in words; "" if nothing, or if nobody looked: see Graph.StallAfter
}

// Holdout is an actor that did not end in time.
type Holdout struct {
	Actor  string
	Reason string        // its veto with live values, or what it was doing when it did not answer
	Silent bool          // it never answered the request: it was in its own code the whole time
	Age    time.Duration // how long it had been refusing, or silent
	Where  string        // file:line of the vote, "" when silent
	Stack  string        // of its goroutine at the deadline

	waits bool // for a message or for room
}

// most is how many actors or channels an error puts into words.
const most = 8

// Error implements error. It names the actors with their reasons, without
// stacks: at most eight, those first that refused or were at work, since others
// often only wait for them.
func (e *ShutdownError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "steady: shutdown: not stopped after %v:", e.Grace)
	actors := slices.Clone(e.Actors)
	slices.SortStableFunc(actors, func(x, y Holdout) int { return cmp.Compare(x.rank(), y.rank()) })
	for i, h := range actors {
		if i == most {
			fmt.Fprintf(&b, "; and %d more", len(actors)-most)
			break
		}
		if i > 0 {
			b.WriteByte(';')
		}
		fmt.Fprintf(&b, " actor %q %s for %v", h.Actor, h.Reason, h.Age.Round(time.Millisecond))
		if h.Where != "" {
			fmt.Fprintf(&b, " (%s)", h.Where)
		}
	}
	if e.Stall != "" {
		fmt.Fprintf(&b, "; %s", e.Stall)
	}
	return b.String()
}

// rank orders holdouts: who refused, who did something, who waited.
func (h *Holdout) rank() int {
	switch {
	case !h.Silent:
		return 0
	case !h.waits:
		return 1
	default:
		return 2
	}
}

// LeftoverError lists what was still in channels when the graph had ended.
type LeftoverError struct{ Channels []Leftover }

// Leftover is one channel with messages that nobody took.
type Leftover struct {
	Channel string
	Count   uint64 // messages in the channel
	Dropped uint64 // messages sent into a feedback loop after it had come to rest
}

// Error implements error. It names at most eight channels.
func (e *LeftoverError) Error() string {
	var b strings.Builder
	b.WriteString("steady: messages left:")
	for i, l := range e.Channels {
		if i == most {
			rest := uint64(0)
			for _, l := range e.Channels[most:] {
				rest += l.Count + l.Dropped
			}
			fmt.Fprintf(&b, ", and %d in %d more channels", rest, len(e.Channels)-most)
			break
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %d in %q", l.Count+l.Dropped, l.Channel)
	}
	return b.String()
}

// isEnd reports whether an actor that returned err has ended rather than failed.
func isEnd(err error) bool {
	return err == nil || errors.Is(err, ErrStopped) || errors.Is(err, ErrNoReceiver)
}
