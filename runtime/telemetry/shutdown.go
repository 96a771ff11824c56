package telemetry

import "time"

// Shutdown is the live state of a stop: who was asked, what each answered and why.
type Shutdown struct {
	Instance  Instance      `json:"instance"`
	Phase     Phase         `json:"phase"`
	Reason    string        `json:"reason,omitempty"` // who or what asked for the stop
	Elapsed   time.Duration `json:"elapsed_ns"`       // since the request; 0 before it
	Remaining time.Duration `json:"remaining_ns"`     // until the deadline; 0 before the request and after the deadline
	Votes     []ActorVote   `json:"votes"`            // one per actor, in the order of ids
}

// ActorVote is the last answer of one actor to a stop request.
type ActorVote struct {
	ID     uint32        `json:"id"`
	Name   string        `json:"name"`
	State  State         `json:"state"`
	Vote   Vote          `json:"vote"`
	Reason string        `json:"reason,omitempty"` // of a veto, with live values: "temps: 37 left, sender running"
	Where  string        `json:"where,omitempty"`  // file:line of the vote
	Age    time.Duration `json:"age_ns"`           // how long it has been voting so
}

// End is the last message of a stream. A stream that closes without one was
// lost; its service was not seen to stop.
type End struct {
	Instance Instance      `json:"instance"`
	Clean    bool          `json:"clean"`
	Error    string        `json:"error,omitempty"`  // what Run returned
	Reason   string        `json:"reason,omitempty"` // who or what asked for the stop, as in Shutdown; "" when nobody did
	Elapsed  time.Duration `json:"elapsed_ns"`       // from the stop request to the end; 0 when none was made
	Votes    []ActorVote   `json:"votes,omitempty"`  // of the actors that did not end
	Left     []Leftover    `json:"left,omitempty"`   // messages that nobody took
}

// Leftover counts messages that stayed in a channel when the graph ended.
type Leftover struct {
	Channel string `json:"channel"`
	Count   uint64 `json:"count"`
	Dropped uint64 `json:"dropped,omitempty"` // sent when its feedback loop had come to rest; not in Count
}

// ActorDetail is what a frame has no room for: the configuration and the last
// failure of one actor.
type ActorDetail struct {
	Actor
	State        State         `json:"state"`
	Regeneration uint64        `json:"regeneration"` // restarts so far
	RestartMax   int           `json:"restart_max"`  // within Window; 0 means never restarted, negative without limit
	Window       time.Duration `json:"restart_window_ns"`
	Failures     uint64        `json:"failures"`               // so far, those that ended in setting aside included
	DeadLetters  uint64        `json:"dead_letters"`           // messages that were set aside because the actor failed on them
	FailingSince time.Time     `json:"failing_since,omitzero"` // the first of the failures without progress since; zero when there was some
	LastFailure  string        `json:"last_failure,omitempty"`
	FailedAt     time.Time     `json:"failed_at,omitzero"`
	Stack        string        `json:"stack,omitempty"` // of the last panic
	States       []StateDetail `json:"states,omitempty"`
}

// StateDetail is one State of an actor.
type StateDetail struct {
	Name       string    `json:"name"`
	Type       string    `json:"type"`                 // Go type of the value
	File       string    `json:"file,omitempty"`       // "" when it lives in memory only; so do all that follow then
	Sync       string    `json:"sync,omitempty"`       // when it is saved: "every 1s", "always", "on stop"
	Generation uint64    `json:"generation,omitempty"` // of the newest save; 0 when there is none
	Saved      time.Time `json:"saved,omitzero"`       // when that was, by this process or one before
	Unsaved    bool      `json:"unsaved,omitempty"`    // the value has changed since
	Error      string    `json:"error,omitempty"`      // of the last save, or what was wrong with the file at the start
}

// Stall is one reason why messages do not move.
type Stall struct {
	Actors   []uint32      `json:"actors"`   // of a circle of waits, or a chain of them, the one that hangs last
	Since    time.Duration `json:"since_ns"` // Frame.Mono from which on nothing moved
	Text     string        `json:"text"`     // one sentence
	Evidence []string      `json:"evidence,omitempty"`
}
