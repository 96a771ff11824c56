// Package publish is what a running service serves: a unix socket on which
// viewers of the same user read the graph and may ask it to stop, and /metrics
// on a local port, read-only. Whoever looks pays: a service that nobody looks
// at is not even sampled, and a viewer that reads slowly or not at all costs
// it nothing but a connection.
package publish

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/steadytop/steadytop/internal/safesocket"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Service is what is published. Its methods are called from many goroutines.
type Service interface {
	// Topology returns the graph. It is immutable; a new generation is a new
	// pointer. It may be nil before the service started, for a Collector.
	Topology() *telemetry.Topology

	// Sample fills f with all counters of this moment: it resizes it and sets
	// every column and the whole header except Seq.
	Sample(f *telemetry.Frame)

	// RequestShutdown asks the service to stop. It returns at once.
	RequestShutdown(reason string)

	// Shutdown returns the state of the stop with live votes.
	Shutdown() telemetry.Shutdown

	// ActorDetail returns what a frame has no room for; false for an id that
	// does not exist.
	ActorDetail(id uint32) (telemetry.ActorDetail, bool)

	// Stalls returns what stands still, the oldest first; false when the service
	// does not look for it.
	Stalls() ([]telemetry.Stall, bool)
}

// Off as Options.Dir or Options.Metrics turns the socket or /metrics off.
const Off = "off"

// Options say where to publish. The zero value publishes under the name
// "service" in the user's folder, with /metrics on the first free port of
// 127.0.0.1 from 9900 to 9999.
type Options struct {
	Name string // of the service; becomes part of the name of the socket

	// Dir is the folder of the socket, or Off; empty means safesocket.Dir.
	Dir string

	// Metrics is the address of /metrics, or Off. When it is set and
	// taken, Listen fails; when it is empty and all default ports are taken,
	// there is no /metrics.
	Metrics string

	// MetricsTLS, if set, serves /metrics over TLS. Without it, MetricsOpen has to
	// say that an address beyond the loopback is meant; else it is ErrOpen.
	MetricsTLS  *tls.Config
	MetricsOpen bool

	Interval time.Duration // between frames; 0 means 250 ms
	Logger   *slog.Logger  // nil means silence
}

// DefaultInterval is the time between two frames.
const DefaultInterval = 250 * time.Millisecond

// endTime is how long End waits for viewers to take the last message.
const endTime = 100 * time.Millisecond

// closeTime is how long Close waits for requests that are being answered.
const closeTime = time.Second

// Server publishes one service. Listen binds the socket and the port, so that
// their addresses are known before the topology is made; Serve answers.
type Server struct {
	log      *slog.Logger
	interval time.Duration
	socket   *safesocket.Listener // nil without a socket
	noSocket string               // why there is none, as it was told
	metrics  net.Listener         // nil without /metrics
	named    string               // host part of Options.Metrics
	tls      *tls.Config          // of /metrics; nil means plain
	patience time.Duration        // of End
	rules    rules                // of the socket
	renewal  time.Duration        // between two looks whether the socket is still there

	conns *conns
	svc   Service
	hub   *hub
	http  []*http.Server
	tasks sync.WaitGroup
	once  sync.Once
	err   error
}

// Listen binds what the options say. What the user did not ask for and can not
// be had (a folder for the socket, a free port) is logged and left out; what
// the user set and can not be had is an error.
func Listen(o Options) (*Server, error) {
	s := &Server{log: o.Logger, interval: o.Interval, patience: endTime, renewal: renewTime, rules: socketRules(), tls: o.MetricsTLS, conns: newConns()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.interval <= 0 {
		s.interval = DefaultInterval
	}
	var err error
	if s.socket, err = s.listenSocket(&o); err != nil {
		return nil, fmt.Errorf("publish: socket: %w", err)
	}
	if s.metrics, err = listenMetrics(&o); err != nil {
		if o.Metrics != "" {
			return nil, errors.Join(fmt.Errorf("publish: metrics: %w", err), s.Close())
		}
		s.log.Info("no /metrics", "error", err)
	}
	if host, _, err := net.SplitHostPort(o.Metrics); err == nil {
		s.named = host
	}
	return s, nil
}

// MetricsAddr returns host:port of /metrics, "" when it is off.
func (s *Server) MetricsAddr() string {
	if s.metrics == nil {
		return ""
	}
	return s.metrics.Addr().String()
}

// Control reports whether a viewer can ask for a stop: there is to be a socket,
// and the system tells who is at its other end.
func (s *Server) Control() bool { return s.socket != nil && safesocket.CanIdentify() }

// Serve starts to answer. It does not block, and is called once.
func (s *Server) Serve(svc Service) {
	s.svc = svc
	s.hub = newHub(svc, s.interval, s.log)
	s.start(s.hub.run)
	if s.socket != nil {
		s.serve(s.socket, s.api(), s.rules, nil)
		s.start(s.keepSocket)
	}
	if s.metrics != nil {
		s.serve(s.metrics, s.metricsAPI(), metricsRules, s.tls)
	}
}

// start runs f on a goroutine of the server, which a panic does not leave.
func (s *Server) start(f func()) {
	s.tasks.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				s.log.Error("publish: panic", "panic", r)
			}
		}()
		f()
	})
}

func (s *Server) serve(l net.Listener, h http.Handler, r rules, secure *tls.Config) {
	srv := &http.Server{
		Handler:        s.conns.count(h),
		ReadTimeout:    readTime,
		IdleTimeout:    idleTime,
		MaxHeaderBytes: 8 << 10,
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		ConnContext:    s.conns.remember,
		ConnState:      s.conns.track,
	}
	s.http = append(s.http, srv)
	var door net.Listener = newDoor(l, r, s.conns.peerOf)
	if secure != nil {
		door = tls.NewListener(door, secure)
	}
	s.start(func() {
		if err := srv.Serve(door); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("publish: stopped answering", "address", l.Addr().String(), "error", err)
		}
	})
}

// End publishes the last frame and e to everybody who watches, and blocks until
// all of them have taken it, 100 ms at most. Nothing is sampled after that.
// The server goes on to answer until Close.
func (s *Server) End(e telemetry.End) {
	if s.hub == nil {
		return
	}
	s.hub.finish(&e)
	s.conns.wait(s.patience, (*conns).untold)
}

// Close stops to answer, drops all connections and removes the socket. It
// blocks until nothing of the server runs any more; a call into the service
// that does not return holds it up for a second at most.
func (s *Server) Close() error {
	s.once.Do(func() {
		if s.hub != nil {
			s.hub.stop()
		}
		var errs []error
		for _, srv := range s.http {
			errs = append(errs, srv.Close())
		}
		// Listeners that were never served are still open; closing those that
		// were once more changes nothing.
		if s.socket != nil {
			errs = append(errs, s.socket.Close())
		}
		if s.metrics != nil {
			if err := s.metrics.Close(); !errors.Is(err, net.ErrClosed) {
				errs = append(errs, err)
			}
		}
		s.conns.wait(closeTime, (*conns).open)
		s.tasks.Wait()
		s.err = errors.Join(errs...)
	})
	return s.err
}
