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
	Reason string        // "refused: " and its veto with live values; for what or on what it waits or works; or what it was doing when it did not answer
	Silent bool          // it never answered the request
	Age    time.Duration // how long it had been refusing, or silent
	Where  string        // file:line of the vote, "" when silent
	Stack  string        // of its goroutine at the deadline

	waits bool   // for a message or for room
	works bool   // it answered, and has messages left to work on
	keeps string // how it keeps its loop from its end
}

const (
	// most is how many actors or channels an error puts into words.
	most = 8
	// longestText is how long a name or a reason in an error is, in runes.
	longestText = 100
)

// Error implements error. It names the actors with their reasons, without
// stacks, a line each: those that refused, then those that were silent or at work,
// at most eight. Those that only waited for others are counted, unless all did.
func (e *ShutdownError) Error() string {
	actors := slices.Clone(e.Actors)
	slices.SortStableFunc(actors, func(x, y Holdout) int { return cmp.Compare(x.rank(), y.rank()) })
	causes := len(actors)
	if i := slices.IndexFunc(actors, func(h Holdout) bool { return h.rank() == rankWaits }); i > 0 {
		causes = i
	}
	var lines []string
	for _, h := range actors[:min(causes, most)] {
		lines = append(lines, h.String())
	}
	if n := causes - most; n > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", n))
	}
	switch n := len(actors) - causes; {
	case n == 1:
		lines = append(lines, "and 1 other waits behind them")
	case n > 1:
		lines = append(lines, fmt.Sprintf("and %d others wait behind them", n))
	}
	switch {
	case e.Stall == "":
	case len(actors) > 0 && actors[0].rank() == rankRefuses:
		lines = append(lines, e.Stall)
	default:
		lines = slices.Insert(lines, 0, e.Stall)
	}
	between := " "
	if len(lines) > 1 {
		between = "\n  "
	}
	return fmt.Sprintf("steady: shutdown: not stopped after %v:", e.Grace) + between + strings.Join(lines, between)
}

// String puts one into words.
func (h Holdout) String() string {
	s := fmt.Sprintf("actor %q %s for %v", brief(h.Actor), brief(h.Reason)+h.keeps, h.Age.Round(time.Millisecond))
	if h.Where != "" {
		s += " (" + h.Where + ")"
	}
	return s
}

// brief cuts what would make a line too long.
func brief(s string) string {
	n := 0
	for i := range s {
		if n++; n > longestText {
			return s[:i] + "…"
		}
	}
	return s
}

// The ranks of holdouts: the cause comes first.
const (
	rankRefuses = iota
	rankWorks
	rankWaits
)

func (h *Holdout) rank() int {
	switch {
	case h.waits:
		return rankWaits
	case h.Silent || h.works:
		return rankWorks
	default:
		return rankRefuses
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

// Error implements error. It names at most eight channels. What was left in a
// channel and what a loop that had come to rest dropped are told apart.
func (e *LeftoverError) Error() string {
	var parts []string
	if s := listed(e.Channels, func(l Leftover) uint64 { return l.Count }); s != "" {
		parts = append(parts, "messages left: "+s)
	}
	if s := listed(e.Channels, func(l Leftover) uint64 { return l.Dropped }); s != "" {
		parts = append(parts, "messages dropped, sent when their loop had come to rest: "+s)
	}
	return "steady: " + strings.Join(parts, "; ")
}

// listed puts a count of some channels into words; those with none are left out.
func listed(channels []Leftover, count func(Leftover) uint64) string {
	var parts []string
	rest, more := uint64(0), 0
	for _, l := range channels {
		n := count(l)
		switch {
		case n == 0:
		case len(parts) < most:
			parts = append(parts, fmt.Sprintf("%d in %q", n, brief(l.Channel)))
		default:
			rest, more = rest+n, more+1
		}
	}
	if more > 0 {
		parts = append(parts, fmt.Sprintf("and %d in %d more channels", rest, more))
	}
	return strings.Join(parts, ", ")
}

// isEnd reports whether an actor that returned err has ended rather than failed.
func isEnd(err error) bool {
	return err == nil || errors.Is(err, ErrStopped) || errors.Is(err, ErrNoReceiver)
}
