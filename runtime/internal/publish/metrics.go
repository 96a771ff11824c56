package publish

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
)

// The ports that /metrics tries when the user set none.
const (
	firstPort = 9900
	lastPort  = 9999
)

// maxScrapes bounds how many scrapes are put together at a time.
const maxScrapes = 4

// listenMetrics listens for /metrics; it returns nil for Off.
func listenMetrics(o *Options) (net.Listener, error) {
	switch o.Metrics {
	case Off:
		return nil, nil
	case "":
		return firstFree()
	}
	l, err := net.Listen("tcp", o.Metrics)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w; set another address, %q, or none for the first free port", err, Off)
	}
	if err != nil {
		return nil, err
	}
	if o.MetricsTLS == nil && !o.MetricsOpen && !onLoopback(l) {
		_ = l.Close()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		return nil, fmt.Errorf("%w: %q can be reached from other machines, in clear and by anybody: set MetricsTLS, "+
			"or MetricsOpen if that is meant, or %q for this machine alone", ErrOpen, o.Metrics, net.JoinHostPort("127.0.0.1", port))
	}
	return l, nil
}

// ErrOpen means that an address would be open to more than was said.
var ErrOpen = errors.New("open to others")

// onLoopback reports whether only this machine reaches l.
func onLoopback(l net.Listener) bool {
	at, err := netip.ParseAddrPort(l.Addr().String())
	return err == nil && at.Addr().Unmap().IsLoopback()
}

func firstFree() (net.Listener, error) {
	for port := firstPort; port <= lastPort; port++ {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
	}
	return nil, fmt.Errorf("all ports from %d to %d are taken", firstPort, lastPort)
}

// metricsAPI returns what the port serves: nothing that changes anything.
func (s *Server) metricsAPI() http.Handler {
	mux := http.NewServeMux()
	s.shared(mux)
	return guard(mux, s.metricsHosts())
}

// metricsHosts are the names by which the port may be called. A user who binds
// it to more than the loopback may call it by any address, by the name that was
// bound and by that of the machine.
func (s *Server) metricsHosts() *hosts {
	h := &hosts{names: []string{"localhost"}}
	if onLoopback(s.metrics) {
		return h
	}
	h.anyIP = true
	if name, err := os.Hostname(); err == nil {
		h.names = append(h.names, strings.ToLower(name))
	}
	if s.named != "" {
		h.names = append(h.names, strings.ToLower(s.named))
	}
	return h
}

// MetricsHandler serves the metrics of svc, as /metrics does, for people who
// have a server of their own.
func MetricsHandler(svc Service) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(NewCollector(svc))
	inner := promhttp.HandlerFor(turns{r, make(chan struct{}, maxScrapes)}, promhttp.HandlerOpts{
		ErrorHandling:     promhttp.ContinueOnError,
		EnableOpenMetrics: true,
	})
	return get(func(w http.ResponseWriter, r *http.Request) error {
		inner.ServeHTTP(w, r)
		return nil
	})
}

// turns lets a few gather at a time, and the others wait for moments. The answers
// are written after that, so that slow readers hold up nobody.
type turns struct {
	prometheus.Gatherer
	free chan struct{}
}

// Gather implements prometheus.Gatherer.
func (t turns) Gather() ([]*dto.MetricFamily, error) {
	t.free <- struct{}{}
	defer func() { <-t.free }()
	return t.Gatherer.Gather()
}
