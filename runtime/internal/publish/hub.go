package publish

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// lookTime is how long frames are taken after somebody looked for one.
const lookTime = 3 * time.Second

// hub takes samples while somebody looks, and keeps the newest as bytes that
// all viewers share. There is no queue: a viewer that is late misses frames.
type hub struct {
	svc      Service
	interval time.Duration
	log      *slog.Logger
	poke     chan struct{} // wakes run; holds one
	done     chan struct{} // closed by stop
	once     sync.Once

	mu      sync.Mutex // not held over anything that waits
	encoder wire.Encoder
	frame   *telemetry.Frame // the one that latest was made from
	spare   *telemetry.Frame // the next one is taken into
	scratch []byte
	seq     uint64
	key     []byte // record of the last keyframe
	keyAt   time.Time
	latest  *moment
	next    chan struct{} // closed when latest changes
	streams int
	looked  time.Time
	problem string    // why the last sample failed, "" when it did not
	badFrom time.Time // the first one that failed since
	top     *topology
}

func newHub(svc Service, interval time.Duration, log *slog.Logger) *hub {
	return &hub{
		svc: svc, interval: interval, log: log,
		frame: new(telemetry.Frame), spare: new(telemetry.Frame),
		poke: make(chan struct{}, 1), done: make(chan struct{}), next: make(chan struct{}),
	}
}

// run takes a frame each interval while somebody looks, and sleeps without a
// timer while nobody does. It ends with stop.
func (h *hub) run() {
	timer := time.NewTimer(h.interval)
	defer timer.Stop()
	for {
		if !h.watched() {
			select {
			case <-h.poke:
				continue
			case <-h.done:
				return
			}
		}
		timer.Reset(h.interval)
		select {
		case <-timer.C:
			h.tick()
		case <-h.done:
			return
		}
	}
}

func (h *hub) stop() { h.once.Do(func() { close(h.done) }) }

func (h *hub) watched() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.over() && (h.streams > 0 || time.Since(h.looked) < lookTime)
}

// over reports whether the last frame was taken. Callers hold mu.
func (h *hub) over() bool { return h.latest != nil && h.latest.end != nil }

// tick takes a frame, unless somebody else just did.
func (h *hub) tick() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over() || h.latest != nil && time.Since(h.latest.at) < h.interval/2 {
		return
	}
	h.take(nil)
}

// look returns the newest frame, fresh enough to be called live, and keeps the
// sampler running for a while. The channel is closed when there is a newer one.
func (h *hub) look() (*moment, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looked = time.Now()
	if !h.over() && (h.latest == nil || h.looked.Sub(h.latest.at) >= 2*h.interval) {
		h.take(nil)
	}
	select {
	case h.poke <- struct{}{}:
	default:
	}
	return h.latest, h.next
}

// fresh returns an error while samples fail and the newest frame is old: it must
// not pass for what is. The last frame of all is never old.
func (h *hub) fresh() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if h.problem == "" || h.over() || h.latest != nil && now.Sub(h.latest.at) < 2*h.interval {
		return nil
	}
	text := fmt.Sprintf("the service could not be sampled for %s: %s; ", age(now.Sub(h.badFrom)), cut(h.problem, 1024))
	if h.latest == nil {
		return failure(http.StatusServiceUnavailable, "%sthere never was a frame", text)
	}
	return failure(http.StatusServiceUnavailable, "%sthe last frame is %s old", text, age(now.Sub(h.latest.at)))
}

func age(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }

// await blocks until there is a frame newer than after, or the last one, and
// returns it; nil when wait passed, ctx ended or the hub stopped. A wait of 0
// is forever. A frame that is old since samples fail is no frame: see fresh. A
// client that is ahead has the numbers of another instance.
func (h *hub) await(ctx context.Context, after uint64, wait time.Duration) *moment {
	var timeout <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		timeout = timer.C
	}
	for {
		m, next := h.look()
		if m != nil && (m.seq != after || m.end != nil) && h.fresh() == nil {
			return m
		}
		select {
		case <-next:
		case <-timeout:
			return nil
		case <-ctx.Done():
			return nil
		case <-h.done:
			return nil
		}
	}
}

// stream keeps the sampler running until the returned function is called.
func (h *hub) stream() (stop func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams++
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.streams--
		h.looked = time.Now()
	}
}

// stopped reports whether stop was called.
func (h *hub) stopped() bool {
	select {
	case <-h.done:
		return true
	default:
		return false
	}
}
