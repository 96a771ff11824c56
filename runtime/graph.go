package steady

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/park"
	"github.com/steadytop/steadytop/runtime/internal/publish"
	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/internal/sched"
	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// DefaultGrace is how long a stop waits for the actors when Graph.Grace is 0.
const DefaultGrace = 25 * time.Second

// linger is how long the graph waits after the deadline for actors to notice it.
const linger = 40 * time.Millisecond

// Graph is a set of actors joined by channels. Its zero value is ready to use;
// the exported fields are its configuration and must not change once it runs.
// Build it from one goroutine, then call Run or Serve once.
type Graph struct {
	// Name is the name of the service: of its socket, in its metrics, on the
	// dashboard. Empty means the name of the program.
	Name string

	// Version of the service, shown on the dashboard. Empty means what the
	// build information of the program says.
	Version string

	// Grace is how long a requested stop waits for actors that refuse or do
	// not answer. 0 means DefaultGrace; negative means not at all.
	Grace time.Duration

	// Logger gets failures, restarts and stops, and is what Actor.Logger returns.
	// Nil means slog.Default: for the failures of actors and saves, refusals, and an
	// end with errors; of all else the library says nothing then.
	// It is called on a goroutine that nothing waits for: it may block or panic.
	Logger *slog.Logger

	// Metrics is the TCP address of /metrics under Run. Empty means the first
	// free port of 127.0.0.1 from 9900 to 9999; "off" means none. An address
	// that is set and taken is an error, and so is one that other machines can
	// reach (":9900" is one) without MetricsTLS or MetricsOpen.
	Metrics string

	// MetricsTLS serves /metrics over TLS: its certificates are shown to readers,
	// and with ClientAuth it says whose are asked for. Nil means in clear.
	MetricsTLS *tls.Config

	// MetricsOpen says that whoever reaches Metrics may read it in clear: all
	// names, types and rates of the graph. False means that only this machine may.
	MetricsOpen bool

	// Socket is the folder of the telemetry socket under Run. Empty means the
	// folder of the user (see the README); "off" means no socket.
	Socket string

	// Signals says who takes the signals of the process under Run. Empty means that
	// Run does; "off" leaves them, SIGPIPE too, to the program, which then asks for
	// a stop by the context of Run or by Shutdown.
	Signals string

	// StallAfter is how long an actor under Run may finish nothing while messages
	// wait for it before that is logged as a stall and told by /healthz/progress
	// and /metrics. One that was seen to take long has four times that; circles of
	// waits need 1.5 s whatever this says. 0 means DefaultStallAfter; negative
	// means that nobody looks for either.
	StallAfter time.Duration

	// Park says what waiting solo actors sleep on. The zero value is ParkAuto.
	Park ParkMode

	actors  []*Actor
	edges   []*edge
	watched []*Watched // native channels, which are shown and no more
	loops   []*loop
	troupes []*troupe
	groups  []*group
	states  []anyState
	errs    []error // wiring mistakes, returned together by Run
	journal journal
	readers []*publish.Reader // what Handler has returned

	sched     sched.Scheduler
	probe     rig.Probe    // nil unless under test
	files     statefile.FS // of states; nil means that of the system
	saver     *saver       // nil without states that are persisted
	started   atomic.Bool
	measure   bool        // take time stamps of messages
	futex     bool        // solo actors may park on a futex
	underRun  bool        // the graph may change the whole process
	signalled atomic.Bool // a signal has requested a stop
	svc       atomic.Pointer[service]
	progress  atomic.Pointer[progress] // nil unless somebody looks at it
	sampling  sync.Mutex               // one sampler at a time, whichever service it asks
	seen      []sighting               // of each actor, by the sampler
	instance  telemetry.Instance
	born      time.Time

	phase     atomic.Uint32 // a lifePhase
	stopMu    park.Mutex    // held while a stop is requested
	stopAsked bool          // guarded by stopMu
	stopping  chan struct{} // closed by the request to stop
	initOnce  sync.Once
	ended     chan struct{} // closed when Serve has its result
	ctx       context.Context
	cancel    context.CancelFunc

	mu         park.Mutex // guards what follows; never held across a wait
	reason     string
	stopAt     time.Duration // by sched.Now
	grace      sched.Timer
	reminder   sched.Timer // to tell who refuses; nil when that is not worth it
	failures   []error
	holdouts   []Holdout
	stoodStill string // what stood still at the deadline
	gaveUp     bool
	running    int // actors that have not ended
	main       *park.Parker
	drain      *park.Parker // of the flow that ends feedback loops; nil without loops
}

// ParkMode says what a waiting solo actor sleeps on.
type ParkMode uint8

// The park modes.
const (
	ParkAuto    ParkMode = iota // a futex under Run on linux, a channel elsewhere
	ParkChannel                 // a Go channel
	ParkFutex                   // a futex where the system has one; not for testing/synctest
)

// lifePhase orders what a graph has gone through.
type lifePhase uint32

const (
	building lifePhase = iota
	up
	stopRequested
	expired // Grace is over: waits return, sends fail
)

// setup makes the zero value usable; every builder calls it.
func (g *Graph) setup() {
	g.initOnce.Do(func() {
		g.stopping = make(chan struct{})
		g.ended = make(chan struct{})
		g.ctx, g.cancel = context.WithCancel(context.Background())
	})
}

// mistake notes a wiring mistake for Run to return.
func (g *Graph) mistake(format string, args ...any) {
	g.errs = append(g.errs, fmt.Errorf("steady: "+format, args...))
}

// Err returns the wiring mistakes found so far, joined; nil means that the
// graph can start. Run and Serve return the same.
func (g *Graph) Err() error {
	errs := g.errs
	if len(g.actors) == 0 {
		errs = append(errs[:len(errs):len(errs)], errors.New("steady: the graph has no actors"))
	}
	if g.Signals != "" && g.Signals != Off {
		errs = append(errs, fmt.Errorf("steady: Signals is %q: want nothing, or %q", g.Signals, Off))
	}
	names := map[string]bool{}
	for _, a := range g.actors {
		if names[a.name] {
			errs = append(errs, fmt.Errorf("steady: actor %q is declared twice", a.name))
		}
		names[a.name] = true
		if a.body == nil {
			errs = append(errs, fmt.Errorf("steady: actor %q has no body: it is nil, or Run was not called", a.name))
		}
		errs = append(errs, a.letterMistakes()...)
		if a.place.solo && a.place.shared {
			errs = append(errs, fmt.Errorf("steady: actor %q: Solo and Troupe(%q): choose one", a.name, a.place.troupe))
		}
		errs = append(errs, a.coreMistakes()...)
		if err := a.limits.mistake(); err != nil {
			errs = append(errs, fmt.Errorf("steady: actor %q: %w", a.name, err))
		}
	}
	errs = append(errs, g.channelMistakes()...)
	errs = append(errs, g.stateMistakes()...)
	return errors.Join(errs...)
}

func (g *Graph) life() lifePhase { return lifePhase(g.phase.Load()) }
