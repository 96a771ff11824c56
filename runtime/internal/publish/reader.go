package publish

import (
	"log/slog"
	"net/http"
	"sync"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Reader serves all that can be read of a service, and nothing that changes it, as
// a part of a server of somebody else's: who may reach it and how long a request
// may take to arrive are matters of that server. It has no goroutine before somebody
// asks for frames, and none after End.
type Reader struct {
	s       *Server
	mux     http.Handler
	metrics http.Handler
	begin   sync.Once
}

// NewReader returns one for svc, which need not have started: until its topology is
// there, all but /metrics answers 503. A nil logger means silence.
func NewReader(svc Service, log *slog.Logger) *Reader {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Server{log: log, interval: DefaultInterval, svc: svc, conns: newConns()}
	s.hub = newHub(svc, s.interval, log)
	mux := http.NewServeMux()
	s.readable(mux)
	return &Reader{s: s, mux: guard(mux, nil), metrics: guard(MetricsHandler(svc), nil)}
}

// ServeHTTP implements http.Handler.
func (r *Reader) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	switch {
	case q.URL.Path == "/metrics":
		r.metrics.ServeHTTP(w, q)
	case r.s.svc.Topology() == nil:
		handler(func(http.ResponseWriter, *http.Request) error { return errNotStarted }).ServeHTTP(w, q)
	default:
		if q.URL.Path == "/v1/frames" {
			r.begin.Do(func() { r.s.start(r.s.hub.run) })
		}
		r.mux.ServeHTTP(w, q)
	}
}

// End publishes the last frame and e to who watches, and waits for nobody. What was
// seen last can be read after that, too.
func (r *Reader) End(e telemetry.End) {
	r.s.hub.finish(&e)
	r.s.hub.stop()
}
