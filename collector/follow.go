package collector

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Back-off between attempts to connect: it doubles from the first to the last,
// and varies by a quarter so that many viewers of one service do not come back
// at the same moment.
const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 5 * time.Second
)

// follower is the goroutine of a Session: it owns the state from which
// Snapshots are made.
type follower struct {
	s     *Session
	cur   Snapshot // all that it points to is immutable
	log   eventLog
	graph *graph    // nil before the first topology
	lost  time.Time // when the link was lost, zero while it is not
	tries int       // in a row without a frame

	announced bool // the current stop is in the log
	shown     bool // a Snapshot with an instance was published
}

func newFollower(s *Session) *follower {
	return &follower{s: s, cur: Snapshot{
		Schema: SnapshotSchema,
		Target: s.target,
		Link:   LinkConnecting,
		Local:  s.opt.Connector.Local(),
		CPU:    Unknown(), RSS: Unknown(), FrameRate: Unknown(),
		Why:    Verdict{Actor: -1},
		Actors: []Actor{}, Channels: []Channel{}, Events: []Event{},
	}}
}

// publish hands out a Snapshot of the state.
func (f *follower) publish() {
	f.cur.Version++
	f.cur.Events = f.log.view()
	snap := f.cur
	f.s.offer(&snap)
	if !f.shown && snap.Instance != 0 {
		f.shown = true
		close(f.s.known)
	}
}

// run follows the target until ctx ends. It starts with a connection, or with
// the error of the first attempt.
func (f *follower) run(ctx context.Context, src source.Source, err error) {
	defer close(f.s.done)
	defer close(f.s.out)
	for {
		if src != nil {
			f.s.use(src)
			err = f.follow(ctx, src)
			f.s.use(nil)
		}
		if ctx.Err() != nil {
			return
		}
		if src = f.reconnect(ctx, err); src == nil {
			return
		}
	}
}

// reconnect tries until it has a connection; nil when ctx ended.
func (f *follower) reconnect(ctx context.Context, err error) source.Source {
	for {
		pause := f.backoff()
		f.down(err, pause)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-f.s.hurry:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
		f.tries++
		src, cerr := f.s.opt.Connector.Connect(ctx, f.identity())
		if cerr == nil {
			return src
		}
		if ctx.Err() != nil {
			return nil
		}
		err = cerr
	}
}

// down notes that there is no connection. Of a service that said that it ended
// nothing is expected, and its last picture stays.
func (f *follower) down(err error, pause time.Duration) {
	if f.cur.Link == LinkEnded {
		return
	}
	if f.lost.IsZero() {
		f.lost = time.Now()
		if f.graph != nil {
			f.log.add(Event{At: f.lost, Severity: Full, Text: "link lost: " + problem(err)})
		}
	}
	f.cur.Link, f.cur.Problem, f.cur.FrameRate = LinkLost, problem(err), Unknown()
	f.cur.Retry = time.Now().Add(pause)
	f.publish()
}

// backoff is the pause before the next attempt.
func (f *follower) backoff() time.Duration {
	d := min(lastRetry, firstRetry<<min(f.tries, 10))
	return d - d/4 + rand.N(d/2)
}

func (f *follower) identity() source.Identity {
	return source.Identity{
		Service: f.cur.Service, PID: f.cur.PID, Instance: f.cur.Instance, Ended: f.cur.End != nil,
	}
}

// read is what the reader of a source got.
type read struct {
	rec source.Record
	err error
}

// follow takes in what src says until it fails, which it returns.
func (f *follower) follow(ctx context.Context, src source.Source) error {
	ctx, cancel := context.WithCancel(ctx)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer func() { _ = src.Close() }() // there is nothing to do about it
	defer cancel()

	reads, resume := make(chan read), make(chan struct{})
	tasks.Go(func() { readAll(ctx, src, reads, resume) })
	votes := make(chan *telemetry.Shutdown, 1)
	causes := make(chan []Event, 1)
	polling, asking := false, false
	stale := time.NewTimer(f.s.opt.StaleAfter)
	defer stale.Stop()
	for {
		select {
		case r := <-reads:
			if r.err != nil {
				return r.err
			}
			if f.record(r.rec, src) {
				stale.Reset(f.s.opt.StaleAfter)
			}
			if c, ok := src.(source.Controller); ok && r.rec.Frame != nil && !polling && f.cur.Phase == telemetry.PhaseStopping {
				polling = true
				tasks.Go(func() { votes <- poll(ctx, c) })
			}
			if d, ok := src.(source.Detailer); ok && !asking && f.graph != nil && len(f.graph.fell) > 0 {
				fell := f.graph.fell
				f.graph.fell, asking = nil, true
				tasks.Go(func() { causes <- whyFell(ctx, d, fell) })
			}
			select {
			case resume <- struct{}{}:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		case v := <-votes:
			polling = false
			f.votes(v)
		case events := <-causes:
			asking = false
			f.causes(events)
		case <-stale.C:
			f.stale()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// readAll reads records, one after another: the next is not asked for before
// the last was taken in, since a frame is overwritten by the next.
func readAll(ctx context.Context, src source.Source, reads chan<- read, resume <-chan struct{}) {
	for {
		rec, err := src.Next(ctx)
		select {
		case reads <- read{rec, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
		select {
		case <-resume:
		case <-ctx.Done():
			return
		}
	}
}

// poll asks for the votes of a stop; nil when they can not be had.
func poll(ctx context.Context, c source.Controller) *telemetry.Shutdown {
	sh, err := c.Shutdown(ctx)
	if err != nil {
		return nil
	}
	return sh
}

// stale notes that frames stopped to come although the connection stands.
func (f *follower) stale() {
	if f.cur.Link == LinkEnded {
		return
	}
	f.cur.Link, f.cur.Problem, f.cur.FrameRate = LinkStale, "no data for "+span(f.s.opt.StaleAfter), Unknown()
	f.publish()
}
