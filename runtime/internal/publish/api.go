package publish

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/steadytop/steadytop/internal/safetext"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// api returns what the socket serves.
func (s *Server) api() http.Handler {
	mux := http.NewServeMux()
	s.details(mux)
	mux.Handle("/v1/shutdown", method{
		http.MethodGet: s.shutdown, http.MethodHead: s.shutdown, http.MethodPost: s.requestShutdown,
	})
	s.shared(mux)
	return guard(mux, socketHosts())
}

// readable adds what a Reader serves: all but the request to stop.
func (s *Server) readable(mux *http.ServeMux) {
	s.details(mux)
	mux.Handle("/v1/shutdown", get(s.shutdown))
	s.shared(mux)
}

// details adds what the port does not serve.
func (s *Server) details(mux *http.ServeMux) {
	mux.Handle("/v1/topology", get(s.topology))
	mux.Handle("/v1/frames", method{http.MethodGet: s.frames})
	mux.Handle("/v1/snapshot", get(s.snapshot))
	mux.Handle("/v1/actors/{id}", get(s.actor))
}

// shared adds what the socket and the port both serve.
func (s *Server) shared(mux *http.ServeMux) {
	mux.Handle("/healthz", get(s.healthz))
	mux.Handle("/healthz/progress", get(s.progress))
	mux.Handle("/graph.dot", get(s.graph))
	mux.Handle("/metrics", MetricsHandler(s.svc))
	mux.Handle("/", handler(func(_ http.ResponseWriter, r *http.Request) error {
		return failure(http.StatusNotFound, "%.80q is not served here; docs/wire.md lists what is", r.URL.Path)
	}))
}

func (s *Server) topology(w http.ResponseWriter, _ *http.Request) error {
	top, err := s.hub.topology()
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, top.body)
}

// snapshot answers GET /v1/snapshot: one frame in JSON that needs nothing else.
func (s *Server) snapshot(w http.ResponseWriter, _ *http.Request) error {
	s.hub.look()
	if err := s.hub.fresh(); err != nil {
		return err
	}
	m, line, err := s.hub.lineOf()
	if err != nil {
		return err
	}
	if line == nil {
		return errNoFrame
	}
	body := append([]byte(`{"schema":`), strconv.Itoa(telemetry.Schema)...)
	body = append(append(body, `,"topology":`...), m.top.body...)
	body = append(append(body, `,"frame":`...), line[:len(line)-1]...)
	return reply(w, http.StatusOK, append(body, '}'))
}

func (s *Server) actor(w http.ResponseWriter, r *http.Request) error {
	text := r.PathValue("id")
	id, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return failure(http.StatusBadRequest, "%.40q is no id of an actor; GET /v1/topology lists them", text)
	}
	d, ok := s.svc.ActorDetail(uint32(id))
	if !ok {
		return failure(http.StatusNotFound, "there is no actor %d; GET /v1/topology lists them", id)
	}
	return replyShort(w, http.StatusOK, "the detail", func(limit int) *telemetry.ActorDetail { return shortDetail(&d, limit) })
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	phase := s.svc.Shutdown().Phase
	status := http.StatusOK
	if phase == telemetry.PhaseStopped {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write([]byte(phase.String() + "\n"))
	return gone(err)
}

// progress answers whether messages move, with the reasons why not.
func (s *Server) progress(w http.ResponseWriter, _ *http.Request) error {
	stalls, watched := s.svc.Stalls()
	if !watched {
		return failure(http.StatusNotFound,
			"this service does not look at its progress: StallAfter turned that off, or it has not started")
	}
	status, text := http.StatusOK, []byte("nothing stands still\n")
	if len(stalls) > 0 {
		status, text = http.StatusServiceUnavailable, nil
	}
	for i := range stalls {
		if i == maxStalls {
			text = fmt.Appendf(text, "and %d more\n", len(stalls)-maxStalls)
			break
		}
		text = fmt.Appendf(text, "%s\n", oneLine(stalls[i].Text))
		for _, e := range stalls[i].Evidence {
			text = fmt.Appendf(text, "  %s\n", oneLine(e))
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(text)
	return gone(err)
}

// maxStalls bounds what progress answers with.
const maxStalls = 8

// oneLine makes text with names of actors fit for a terminal.
func oneLine(text string) string { return safetext.Clean(text, 1000) }

func (s *Server) graph(w http.ResponseWriter, _ *http.Request) error {
	top, err := s.hub.topology()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/vnd.graphviz; charset=utf-8")
	_, err = w.Write(appendDot(nil, top.t))
	return gone(err)
}

// socketHosts are the names by which the socket may be called: it has none of
// its own, and no page in a browser may pretend that one leads to it.
func socketHosts() *hosts { return &hosts{names: []string{"steadytop", "localhost", "unix"}} }
