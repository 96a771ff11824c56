package telemetry

import "time"

// State says what an actor is doing.
type State uint8

// The states of an actor. At each moment an actor is in exactly one, so that
// its times in all of them add up to the age of the service.
const (
	StateWaiting State = iota // parked for input, a timer or a stop; also before its first run
	StateBusy                 // running its body
	StateBlocked              // parked for room in an output
	StateCall                 // inside Blocking
	StateBackoff              // failed, and not yet started again
	StateDone                 // ended for good
	NumStates    = int(iota)
)

var stateNames = [NumStates]string{"waiting", "busy", "blocked", "call", "backoff", "done"}

// String returns the name used in JSON and in the label of the metric.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}

// MarshalText implements encoding.TextMarshaler.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; a name it does not know is StateWaiting's neighbour
// NumStates, which String renders as "unknown".
func (s *State) UnmarshalText(text []byte) error {
	*s = State(NumStates)
	for i, n := range stateNames {
		if n == string(text) {
			*s = State(i)
		}
	}
	return nil
}

// Phase says where a service is in its life.
type Phase uint8

// The phases, in their order.
const (
	PhaseRunning  Phase = iota
	PhaseStopping       // a stop was requested; actors vote and drain
	PhaseStopped        // every actor ended
	NumPhases     = int(iota)
)

var phaseNames = [NumPhases]string{"running", "stopping", "stopped"}

// String returns the name used in JSON.
func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return "unknown"
}

// MarshalText implements encoding.TextMarshaler.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; an unknown name is NumPhases.
func (p *Phase) UnmarshalText(text []byte) error {
	*p = Phase(NumPhases)
	for i, n := range phaseNames {
		if n == string(text) {
			*p = Phase(i)
		}
	}
	return nil
}

// Vote is what an actor last answered to a stop request.
type Vote uint8

// The votes.
const (
	VoteNone Vote = iota // not asked, or has not answered yet
	VoteYes              // agreed, or ended
	VoteVeto             // refused for now; Shutdown carries the reason
	NumVotes = int(iota)
)

var voteNames = [NumVotes]string{"none", "yes", "veto"}

// String returns the name used in JSON.
func (v Vote) String() string {
	if int(v) < len(voteNames) {
		return voteNames[v]
	}
	return "unknown"
}

// MarshalText implements encoding.TextMarshaler.
func (v Vote) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; an unknown name is NumVotes.
func (v *Vote) UnmarshalText(text []byte) error {
	*v = Vote(NumVotes)
	for i, n := range voteNames {
		if n == string(text) {
			*v = Vote(i)
		}
	}
	return nil
}

// LatencyBuckets is the number of buckets of a latency histogram. Bucket i
// counts messages that waited in a channel for less than LatencyBound(i); the
// last one is open.
const LatencyBuckets = 28

// LatencyBound returns the exclusive upper bound of bucket i: 1 µs doubled i
// times, up to 67 s. The last bucket has no bound; it returns a negative value.
func LatencyBound(i int) time.Duration {
	if i >= LatencyBuckets-1 {
		return -1
	}
	return time.Microsecond << i
}

// Frame is one sample of all counters of a service, taken at one moment. The
// columns are indexed by the ids of the Topology of the same Generation.
type Frame struct {
	Instance   Instance
	Generation uint64
	Seq        uint64        // 1 for the first frame of an instance
	Mono       time.Duration // since the start of the service, by the monotonic clock
	Wall       int64         // Unix nanoseconds, for display only
	Phase      Phase

	CPU        time.Duration // of the whole process, cumulative; user and system
	RSS        uint64        // bytes resident; 0 when the system does not tell
	Goroutines uint64

	Actors   ActorColumns
	Channels ChannelColumns
}

// ActorColumns holds one entry per actor in each column.
type ActorColumns struct {
	State    []State
	Since    []time.Duration            // Frame.Mono at which State began
	Time     [NumStates][]time.Duration // Time[s][id]: cumulative time in state s, the open interval included
	CPU      []time.Duration            // of the actor's thread where Actor.ExactCPU; 0 elsewhere
	Restarts []uint64
	Torn     []uint64 // iterations that had to publish before they were complete
	Vote     []Vote

	// Body is how long an actor has been running without reaching a boundary of
	// an iteration, as the sampler sees it: 0 when it reached one since the last
	// sample, and while it is parked. Of a member of a troupe also the longest
	// body that ended within the last half second, if that took 10 ms or more.
	Body []time.Duration

	// Timed says of an actor that is waiting or blocked that a timer of its own
	// ends the wait, if nothing does before.
	Timed []bool

	// Patience is how long an actor may finish nothing before that counts as a
	// stall, as the service sees it: longer for one that was seen to take long.
	// 0 of a service that does not look.
	Patience []time.Duration
}

// Awaited says who is parked until something happens in a channel.
type Awaited uint8

// The bits of Awaited.
const (
	AwaitsMessage Awaited = 1 << iota // the receiver, for more messages than are there
	AwaitsRoom                        // the sender, for more room than there is
	awaitedEnd
)

// NumAwaited is one more than the highest value of Awaited.
const NumAwaited = int(awaitedEnd)

// ChannelColumns holds one entry per channel in each column. Of a Channel that
// is Native only the length is known: Sent holds it, which then is no counter
// and goes back; all else is zero and has no meaning.
type ChannelColumns struct {
	Sent   []uint64 // messages published by the sender; >= Taken
	Taken  []uint64 // messages released by the receiver
	Closed []bool   // the sender is done for good

	// Awaited holds what the ends of a channel wait for. An actor that waits for
	// one of several things at once has a bit in each of these channels. One that
	// waits for all of several has a bit in one that is missing.
	Awaited []Awaited

	// Latency[b][id] estimates how many messages waited in the channel for a
	// time within bucket b, from stamps on a sample of them, each of which
	// counts for all messages since the last. LatencySum is their total time.
	Latency    [LatencyBuckets][]uint64
	LatencySum []time.Duration
}

// Resize gives every column the given length and keeps what fits. Columns only
// grow their storage, so a Frame that is filled again and again allocates once.
func (f *Frame) Resize(actors, channels int) {
	a, c := &f.Actors, &f.Channels
	a.State = resize(a.State, actors)
	a.Since = resize(a.Since, actors)
	for s := range a.Time {
		a.Time[s] = resize(a.Time[s], actors)
	}
	a.CPU = resize(a.CPU, actors)
	a.Restarts = resize(a.Restarts, actors)
	a.Torn = resize(a.Torn, actors)
	a.Vote = resize(a.Vote, actors)
	a.Body = resize(a.Body, actors)
	a.Timed = resize(a.Timed, actors)
	a.Patience = resize(a.Patience, actors)
	c.Sent = resize(c.Sent, channels)
	c.Taken = resize(c.Taken, channels)
	c.Closed = resize(c.Closed, channels)
	c.Awaited = resize(c.Awaited, channels)
	for b := range c.Latency {
		c.Latency[b] = resize(c.Latency[b], channels)
	}
	c.LatencySum = resize(c.LatencySum, channels)
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		t := make([]T, n)
		copy(t, s)
		return t
	}
	return s[:n]
}

// CopyFrom makes f an independent copy of src, reusing the storage of f.
func (f *Frame) CopyFrom(src *Frame) {
	a, c := f.Actors, f.Channels
	*f = *src
	sa, sc := &src.Actors, &src.Channels
	f.Actors.State = append(a.State[:0], sa.State...)
	f.Actors.Since = append(a.Since[:0], sa.Since...)
	for s := range a.Time {
		f.Actors.Time[s] = append(a.Time[s][:0], sa.Time[s]...)
	}
	f.Actors.CPU = append(a.CPU[:0], sa.CPU...)
	f.Actors.Restarts = append(a.Restarts[:0], sa.Restarts...)
	f.Actors.Torn = append(a.Torn[:0], sa.Torn...)
	f.Actors.Vote = append(a.Vote[:0], sa.Vote...)
	f.Actors.Body = append(a.Body[:0], sa.Body...)
	f.Actors.Timed = append(a.Timed[:0], sa.Timed...)
	f.Actors.Patience = append(a.Patience[:0], sa.Patience...)
	f.Channels.Sent = append(c.Sent[:0], sc.Sent...)
	f.Channels.Taken = append(c.Taken[:0], sc.Taken...)
	f.Channels.Closed = append(c.Closed[:0], sc.Closed...)
	f.Channels.Awaited = append(c.Awaited[:0], sc.Awaited...)
	for b := range c.Latency {
		f.Channels.Latency[b] = append(c.Latency[b][:0], sc.Latency[b]...)
	}
	f.Channels.LatencySum = append(c.LatencySum[:0], sc.LatencySum...)
}
