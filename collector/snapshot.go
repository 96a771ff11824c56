// Package collector turns what a service publishes into what a person looks
// at: it follows one source, keeps the link up, computes rates, fills and
// shares from cumulative counters over measured time, and hands out immutable
// Snapshots. It knows nothing of terminals, and nothing of the runtime.
package collector

import (
	"math"
	"strconv"
	"time"

	"github.com/steadytop/steadytop/collector/window"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// SnapshotSchema is the version of the JSON form of Snapshot. New fields do
// not change it.
const SnapshotSchema = 1

// Num is a figure that may be unknown. Unknown is NaN in memory, null in JSON
// and "–" on the screen; it is never shown as 0.
type Num float64

// Unknown is a figure that nobody measured.
func Unknown() Num { return Num(math.NaN()) }

// Known reports whether the figure was measured.
func (n Num) Known() bool { return !math.IsNaN(float64(n)) }

// Or returns the figure, or other when it is unknown.
func (n Num) Or(other float64) float64 {
	if n.Known() {
		return float64(n)
	}
	return other
}

// MarshalJSON writes null for what is unknown.
func (n Num) MarshalJSON() ([]byte, error) {
	f := float64(n)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, f, 'g', 6, 64), nil
}

// UnmarshalJSON reads null as unknown.
func (n *Num) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Unknown()
		return nil
	}
	f, err := strconv.ParseFloat(string(b), 64)
	*n = Num(f)
	return err
}

// Link says how the collector stands to its source.
type Link string

// The states of a link.
const (
	LinkConnecting Link = "connecting" // no data yet
	LinkLive       Link = "live"       // frames arrive
	LinkStale      Link = "stale"      // connected, but no frame for longer than StaleAfter
	LinkLost       Link = "lost"       // the connection broke; the collector tries again for ever
	LinkEnded      Link = "ended"      // the service said that it ended; see Snapshot.End
)

// Snapshot is one immutable picture of a service. The JSON form is what
// `steadytop snapshot --format json` prints. Strings in it are safe to show.
type Snapshot struct {
	Schema  int    `json:"schema"`
	Version uint64 `json:"version"` // grows with each snapshot of a Session

	Target  string    `json:"target"` // as the user named it
	Link    Link      `json:"link"`
	Problem string    `json:"problem,omitempty"` // why the link is not live
	Retry   time.Time `json:"retry,omitzero"`    // when the next attempt starts, while LinkLost
	Taken   time.Time `json:"taken"`             // viewer's clock, when the newest frame arrived
	Can     Abilities `json:"can"`

	Service    string              `json:"service"`
	AppVersion string              `json:"app_version,omitempty"`
	PID        int                 `json:"pid"`
	Host       string              `json:"host"`
	Local      bool                `json:"local"` // reached through a socket of this machine
	Cores      int                 `json:"cores"`
	Instance   telemetry.Instance  `json:"instance"`
	Generation uint64              `json:"generation"`
	Metrics    string              `json:"metrics,omitempty"`
	Grace      time.Duration       `json:"grace_ns"`
	Uptime     time.Duration       `json:"uptime_ns"` // service's monotonic clock at the newest frame
	Phase      telemetry.Phase     `json:"phase"`
	Window     time.Duration       `json:"window_ns"` // measured time over which rates and shares were taken; 0 before the second frame
	CPU        Num                 `json:"cpu"`       // of the process, in cores
	RSS        Num                 `json:"rss_bytes"`
	FrameRate  Num                 `json:"frame_rate"` // frames a second as received
	Actors     []Actor             `json:"actors"`
	Channels   []Channel           `json:"channels"`
	Why        Verdict             `json:"why"`
	Findings   []Finding           `json:"findings,omitempty"` // what else deserves attention
	Events     []Event             `json:"events"`             // newest last, at most a few hundred
	Shutdown   *telemetry.Shutdown `json:"shutdown"`           // votes; null before a stop was asked for
	End        *telemetry.End      `json:"end"`                // null until the service said that it ended
}

// Abilities says what a source can do, so that a view can say "not available
// here" instead of showing nothing.
type Abilities struct {
	Control  bool `json:"control"`
	Votes    bool `json:"votes"`
	Latency  bool `json:"latency"`
	ExactCPU bool `json:"exact_cpu"`
	History  bool `json:"history"`
}

// CPUKind says how the CPU of an actor was obtained.
type CPUKind string

// The kinds of CPU figures.
const (
	CPUExact    CPUKind = "exact"    // read from the clock of the actor's own thread
	CPUEstimate CPUKind = "estimate" // busy time scaled by the CPU of the process; shown with "~"
	CPUBound    CPUKind = "bound"    // busy time, an upper bound; shown with "≤"
	CPUUnknown  CPUKind = "unknown"
)

// Actor is one node. Shares are fractions of Snapshot.Window in 0..1.
type Actor struct {
	ID       uint32             `json:"id"`
	Name     string             `json:"name"`
	Schedule telemetry.Schedule `json:"schedule"`
	Troupe   string             `json:"troupe,omitempty"`
	Cores    []int              `json:"cores,omitempty"`    // the only cores that its thread may run on
	Realtime int                `json:"realtime,omitempty"` // SCHED_FIFO priority of its thread; 0 is none
	Notes    []string           `json:"notes,omitempty"`    // warnings about where it runs
	State    telemetry.State    `json:"state"`
	For      time.Duration      `json:"for_ns"` // in State, at the newest frame
	CPU      Num                `json:"cpu"`    // fraction of one core
	CPUKind  CPUKind            `json:"cpu_kind"`
	Busy     Num                `json:"busy"`
	Blocked  Num                `json:"blocked"`
	Waiting  Num                `json:"waiting"`
	Call     Num                `json:"call"`
	Backoff  Num                `json:"backoff"`
	In       Num                `json:"in_rate"`  // messages a second taken over all inputs
	Out      Num                `json:"out_rate"` // messages a second sent over all outputs
	Restarts uint64             `json:"restarts"`
	Torn     uint64             `json:"torn"`
	Body     time.Duration      `json:"body_ns"`     // since the last boundary of an iteration, as far as it was seen; 0 while parked
	BodyMax  time.Duration      `json:"body_max_ns"` // the longest of the last 5 to 10 s, 0 when none took 10 ms
	Vote     telemetry.Vote     `json:"vote"`
	Severity Severity           `json:"severity"`
	Failure  *Failure           `json:"failure,omitempty"` // its last one; nil unless WithFailures found one
	History  []float32          `json:"-"`                 // busy share, one value a second, oldest first, at most HistoryLen
}

// Channel is one edge. Fill is Length/Capacity in 0..1 at the newest frame.
type Channel struct {
	ID       uint32        `json:"id"`
	Name     string        `json:"name"`
	Type     string        `json:"type"`
	From     int32         `json:"from"` // index in Snapshot.Actors; -1 when outside the graph
	To       int32         `json:"to"`
	Bundle   string        `json:"bundle,omitempty"`
	Lane     int           `json:"lane,omitempty"`
	Feedback bool          `json:"feedback,omitempty"`
	Native   bool          `json:"native,omitempty"` // a Go channel that is only watched: Sent, Taken and Closed are unknown, null in JSON
	Capacity uint64        `json:"capacity"`
	Length   uint64        `json:"length"`
	Fill     Num           `json:"fill"`
	Sent     uint64        `json:"sent"`
	Taken    uint64        `json:"taken"`
	SentRate Num           `json:"sent_rate"` // messages a second
	TakeRate Num           `json:"take_rate"`
	Closed   bool          `json:"closed"`
	FullFor  time.Duration `json:"full_for_ns"` // how long Fill has been at 0.95 or more
	P50      Num           `json:"p50_s"`       // seconds a message waited, over the last seconds
	P90      Num           `json:"p90_s"`
	P99      Num           `json:"p99_s"`
	Latency  []uint64      `json:"latency,omitempty"` // messages per telemetry.LatencyBound bucket over the same time
	Severity Severity      `json:"severity"`
	History  []float32     `json:"-"` // greatest fill of each second, oldest first, at most HistoryLen; NaN for a second of a gap in the data
}

// HistoryLen is how many seconds of history an actor or channel carries.
const HistoryLen = window.HistoryLen

// Severity orders what deserves attention. The collector smooths it, so that
// a view may map it straight to weight and colour without flicker.
type Severity uint8

// The severities.
const (
	OK   Severity = iota
	Warm          // a channel at 60 % or more; an actor blocked for a tenth of the time
	Hot           // 85 %; blocked for half of the time, or in back-off
	Full          // full or, for an actor, the bottleneck
)

var severityNames = [...]string{"ok", "warm", "hot", "full"}

// String returns the name used in JSON.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "unknown"
}

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; an unknown name is OK.
func (s *Severity) UnmarshalText(text []byte) error {
	*s = OK
	for i, n := range severityNames {
		if n == string(text) {
			*s = Severity(i)
		}
	}
	return nil
}

// Verdict names the bottleneck in words, with its evidence.
type Verdict struct {
	Actor    int32    `json:"actor"` // index of the bottleneck; -1 when there is none
	Headline string   `json:"headline"`
	Evidence []string `json:"evidence,omitempty"`
}

// FindingKind sorts findings.
type FindingKind string

// The kinds of findings.
const FindingHog FindingKind = "hog" // a member of a troupe keeps the thread from the others

// Finding is something that deserves attention and is not what holds the graph
// back most.
type Finding struct {
	Kind     FindingKind `json:"kind"`
	Actor    int32       `json:"actor"` // index in Snapshot.Actors
	Severity Severity    `json:"severity"`
	Text     string      `json:"text"`
	Advice   string      `json:"advice"`
}

// Event is something that happened to the service or to the link.
type Event struct {
	At       time.Time `json:"at"` // viewer's clock
	Severity Severity  `json:"severity"`
	Subject  string    `json:"subject,omitempty"` // actor or channel
	Text     string    `json:"text"`
}

// Age returns how old the newest data is by the viewer's clock.
func (s *Snapshot) Age(now time.Time) time.Duration {
	if s.Taken.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Taken))
}
