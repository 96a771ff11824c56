package collector

import (
	"context"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/collector/source/sourcetest"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// link is a source that hands over what a test puts in.
type link struct {
	reads  chan read
	closed chan struct{}
	once   sync.Once

	mu     sync.Mutex
	votes  telemetry.Shutdown
	polls  int
	asked  []string
	refuse error
	fault  string // the last failure of each actor
}

func newLink() *link { return &link{reads: make(chan read), closed: make(chan struct{})} }

func (l *link) Next(ctx context.Context) (source.Record, error) {
	select {
	case r := <-l.reads:
		return r.rec, r.err
	case <-l.closed:
		return source.Record{}, io.ErrClosedPipe
	case <-ctx.Done():
		return source.Record{}, ctx.Err()
	}
}

func (l *link) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *link) Shutdown(context.Context) (*telemetry.Shutdown, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.polls++
	v := l.votes
	return &v, nil
}

func (l *link) RequestShutdown(_ context.Context, _ telemetry.Instance, reason string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, reason)
	return l.refuse
}

func (l *link) Detail(_ context.Context, actor uint32) (*telemetry.ActorDetail, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &telemetry.ActorDetail{Actor: telemetry.Actor{ID: actor, Name: "camera"}, LastFailure: l.fault}, nil
}

// bare is a link that can do nothing but read.
type bare struct{ source.Source }

// dialer is a Connector whose answers a test decides. Each attempt is noted.
type dialer struct {
	mu     sync.Mutex
	answer func(n int) (source.Source, error) // of attempt n, from 0
	at     []time.Time
	last   []source.Identity
}

func (d *dialer) Local() bool { return true }

func (d *dialer) Connect(_ context.Context, last source.Identity) (source.Source, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = append(d.at, time.Now())
	d.last = append(d.last, last)
	return d.answer(len(d.at) - 1)
}

// bench runs one session in a bubble.
type bench struct {
	*testing.T
	s     *Session
	d     *dialer
	top   *telemetry.Topology
	links []*link // one per attempt that succeeds
	seq   uint64
}

// play runs f in a bubble with a session that is connected.
func play(t *testing.T, f func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{T: t, d: &dialer{}, top: sourcetest.Topology(7, 1)}
		b.connects()
		s, err := Open(t.Context(), "nav", Options{Connector: b.d})
		if err != nil {
			t.Fatal(err)
		}
		b.s = s
		defer s.Close()
		f(b)
	})
}

// connects makes attempts succeed.
func (b *bench) connects() {
	b.d.mu.Lock()
	defer b.d.mu.Unlock()
	b.d.answer = func(int) (source.Source, error) {
		l := newLink()
		b.links = append(b.links, l)
		return l, nil
	}
}

func (b *bench) fails(err error) {
	b.d.mu.Lock()
	defer b.d.mu.Unlock()
	b.d.answer = func(int) (source.Source, error) { return nil, err }
}

func (b *bench) link() *link { return b.links[len(b.links)-1] }

func (b *bench) put(r read) {
	b.link().reads <- r
	synctest.Wait()
}

func (b *bench) topology() { b.put(read{rec: source.Record{Topology: b.top}}) }

// frame lets 250 ms pass and sends the next frame, changed by f.
func (b *bench) frame(f ...func(*telemetry.Frame)) *Snapshot {
	b.pass(250 * time.Millisecond)
	b.seq++
	fr := sourcetest.Frame(b.top, b.seq)
	for _, change := range f {
		change(fr)
	}
	b.put(read{rec: source.Record{Frame: fr}})
	return b.s.Latest()
}

func (b *bench) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (b *bench) start() *Snapshot {
	b.topology()
	b.frame()
	return b.frame()
}

func (b *bench) texts() []string {
	var out []string
	for _, e := range b.s.Latest().Events {
		text := e.Text
		if e.Subject != "" {
			text = e.Subject + ": " + text
		}
		out = append(out, text)
	}
	return out
}
