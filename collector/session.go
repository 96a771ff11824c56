package collector

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// DefaultStaleAfter is how long a link may be without a frame before it counts
// as stale. A service sends one each 250 ms, also when nothing changed.
const DefaultStaleAfter = 1500 * time.Millisecond

// Options configure a Session. The zero value attaches to a service of this
// machine that runs now.
type Options struct {
	// Connector reaches the service; nil means source.Unix with the target.
	Connector source.Connector
	// Wait makes Open succeed although the target is not there yet: the session
	// then looks for it as it would after a loss.
	Wait bool
	// StaleAfter is the age of the newest frame, by the viewer's clock, from
	// which a link is stale; 0 means DefaultStaleAfter.
	StaleAfter time.Duration
}

// Session follows one service for as long as one wants to look at it: through
// lost connections and restarts, until Close. Its methods may be called from
// any goroutine.
type Session struct {
	opt    Options
	target string
	cancel context.CancelFunc
	done   chan struct{} // closed when run returned
	known  chan struct{} // closed when the first instance was shown
	out    chan *Snapshot
	latest atomic.Pointer[Snapshot]
	hurry  chan struct{} // holds one: the next attempt to connect is to be made now

	mu  sync.Mutex
	src source.Source // the current one, nil while there is none
}

// Open connects to a target and follows it until Close, or until ctx ends. It
// blocks until the connection is made. Errors are those of
// source.ParseTarget and of the Connector: a *source.NoTargetError says what
// runs instead, a *source.AmbiguousError what fits.
func Open(ctx context.Context, target string, opt Options) (*Session, error) {
	if opt.Connector == nil {
		t, err := source.ParseTarget(target)
		if err != nil {
			return nil, fmt.Errorf("collector: open: %w", err)
		}
		opt.Connector = source.Unix{Target: t}
		target = t.String()
	}
	if opt.StaleAfter <= 0 {
		opt.StaleAfter = DefaultStaleAfter
	}
	src, err := opt.Connector.Connect(ctx, source.Identity{})
	if err != nil && !opt.Wait {
		return nil, fmt.Errorf("collector: open: %w", err)
	}
	s := &Session{
		opt: opt, target: target,
		done: make(chan struct{}), known: make(chan struct{}), out: make(chan *Snapshot, 1), hurry: make(chan struct{}, 1),
	}
	ctx, s.cancel = context.WithCancel(ctx)
	f := newFollower(s)
	f.publish() // so that Latest has an answer from the start
	go f.run(ctx, src, err)
	return s, nil
}

// Snapshots returns a channel that holds the newest Snapshot which nobody took
// yet. A reader that is late misses those in between and never holds up the
// session. Several readers share what comes. It is closed by Close.
func (s *Session) Snapshots() <-chan *Snapshot { return s.out }

// Latest returns the newest Snapshot; it is never nil, and does not block.
func (s *Session) Latest() *Snapshot { return s.latest.Load() }

// Close ends the session and waits until nothing of it runs any more. It does
// nothing to the service. Further calls do nothing.
func (s *Session) Close() {
	s.cancel()
	<-s.done
}

// Hurry makes a lost session try to connect at once instead of at
// Snapshot.Retry. It does not block, and does nothing while the link stands.
func (s *Session) Hurry() {
	if s.Latest().Link != LinkLost {
		return
	}
	select {
	case s.hurry <- struct{}{}:
	default:
	}
}

// RequestShutdown asks the instance that a Snapshot showed to stop, and no
// other; 0 means the current one. Errors are source.ErrInstance when another
// one runs by now, source.ErrRefused when this user may not stop it,
// source.ErrUnavailable when it can not be stopped from here or the link is
// down, and those of the connection. Nil means that it is stopping. It blocks
// until the answer is there, ctx ends or the session is closed; before the
// first frame it waits for that.
func (s *Session) RequestShutdown(ctx context.Context, instance telemetry.Instance, reason string) error {
	if err := s.await(ctx); err != nil {
		return fmt.Errorf("collector: request shutdown: %w", err)
	}
	now := s.Latest()
	if instance == 0 {
		instance = now.Instance
	}
	if instance != now.Instance {
		return fmt.Errorf("collector: request shutdown: %w", source.ErrInstance)
	}
	c, ok := s.current().(source.Controller)
	switch {
	case s.current() == nil:
		return fmt.Errorf("collector: request shutdown: %w: the link is down", source.ErrUnavailable)
	case !ok || !now.Can.Control:
		return fmt.Errorf("collector: request shutdown: %w: the service can not be stopped from here", source.ErrUnavailable)
	}
	if err := c.RequestShutdown(ctx, instance, reason); err != nil {
		return fmt.Errorf("collector: request shutdown: %w", err)
	}
	return nil
}

// Detail returns the configuration and the last failure of an actor of the
// current instance. Errors are source.ErrUnavailable when the source does not
// tell or the link is down, and those of the connection. It blocks as
// RequestShutdown does.
func (s *Session) Detail(ctx context.Context, actor uint32) (*telemetry.ActorDetail, error) {
	if err := s.await(ctx); err != nil {
		return nil, fmt.Errorf("collector: detail: %w", err)
	}
	d, ok := s.current().(source.Detailer)
	if !ok {
		return nil, fmt.Errorf("collector: detail: %w", source.ErrUnavailable)
	}
	detail, err := d.Detail(ctx, actor)
	if err != nil {
		return nil, fmt.Errorf("collector: detail: %w", err)
	}
	return detail, nil
}

// await blocks until an instance is known.
func (s *Session) await(ctx context.Context) error {
	select {
	case <-s.known:
		return nil
	case <-s.done:
		return fmt.Errorf("%w: the session is closed", source.ErrUnavailable)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *Session) current() source.Source {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.src
}

func (s *Session) use(src source.Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.src = src
}

// offer replaces what the channel holds. Only the follower calls it, so that
// there is room after the old value was taken out.
func (s *Session) offer(snap *Snapshot) {
	s.latest.Store(snap)
	select {
	case s.out <- snap:
		return
	default:
	}
	select {
	case <-s.out:
	default:
	}
	s.out <- snap
}
