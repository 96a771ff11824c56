package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Deadlines. A client that is slower holds up nobody, and is dropped.
const (
	readTime  = 2 * time.Second  // for a whole request to arrive, from its first byte or the connection on
	writeTime = 2 * time.Second  // for each piece that is written
	idleTime  = 30 * time.Second // between two requests on a connection
)

// piece is how much is written under one deadline, so that a slow link has
// time for a large answer as long as it moves at all.
const piece = 16 << 10

// httpError is an answer that says what to do.
type httpError struct {
	status int
	text   string
}

// Error implements error.
func (e *httpError) Error() string { return e.text }

func failure(status int, format string, args ...any) error {
	return &httpError{status, fmt.Sprintf(format, args...)}
}

var (
	errNotStarted = failure(http.StatusServiceUnavailable, "the graph has not started yet; try again")
	errFull       = failure(http.StatusServiceUnavailable, "all places are taken by streams of frames; what is left is for asking the service to stop")
	errBody       = failure(http.StatusBadRequest, "only POST /v1/shutdown has a body")
	errNoFrame    = failure(http.StatusServiceUnavailable, "the service could not be sampled; its log says why")
)

// errGone marks an answer that could not be delivered: nobody is left to tell.
var errGone = errors.New("publish: client is gone")

func gone(err error) error {
	if err != nil {
		return errGone
	}
	return nil
}

// handler answers a request or returns the error to answer with.
type handler func(http.ResponseWriter, *http.Request) error

// ServeHTTP implements http.Handler.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := h(w, r)
	if err == nil || errors.Is(err, errGone) {
		return
	}
	status := http.StatusInternalServerError
	if e, ok := errors.AsType[*httpError](err); ok {
		status = e.status
	}
	_ = replyJSON(w, status, map[string]string{"error": err.Error()})
}

// method picks a handler by the method of the request.
type method map[string]handler

// get serves GET and HEAD.
func get(h handler) method { return method{http.MethodGet: h, http.MethodHead: h} }

// ServeHTTP implements http.Handler.
func (m method) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h, ok := m[r.Method]; ok {
		h.ServeHTTP(w, r)
		return
	}
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	allowed := strings.Join(names, ", ")
	w.Header().Set("Allow", allowed)
	handler(func(http.ResponseWriter, *http.Request) error {
		return failure(http.StatusMethodNotAllowed, "%s accepts %s", r.URL.Path, allowed)
	}).ServeHTTP(w, r)
}

func marshal(v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return body, nil
}

func replyJSON(w http.ResponseWriter, status int, v any) error {
	body, err := marshal(v)
	if err != nil {
		return err
	}
	return reply(w, status, body)
}

// reply sends a whole answer, which is on its way when reply returns.
func reply(w http.ResponseWriter, status int, body []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	if _, err := w.Write(append(body[:len(body):len(body)], '\n')); err != nil {
		return errGone
	}
	return gone(http.NewResponseController(w).Flush())
}

// pacedWriter writes in pieces, each with its own deadline.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
}

func newPacedWriter(w http.ResponseWriter) *pacedWriter {
	p := &pacedWriter{w, http.NewResponseController(w)}
	p.extend()
	return p
}

func (p *pacedWriter) extend() { _ = p.control.SetWriteDeadline(time.Now().Add(writeTime)) }

// Write implements http.ResponseWriter.
func (p *pacedWriter) Write(b []byte) (int, error) {
	total := 0
	for {
		p.extend()
		n, err := p.ResponseWriter.Write(b[:min(len(b), piece)])
		total += n
		if b = b[n:]; err != nil || len(b) == 0 {
			return total, err
		}
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (p *pacedWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }
