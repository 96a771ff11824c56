// Package sourcetest holds a small service to test sources and their users
// against, and the checks that every Source has to pass.
package sourcetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Service is a service that publishes what a test tells it to. Its methods may
// be called from any goroutine.
type Service struct {
	mu       sync.Mutex
	top      *telemetry.Topology
	frame    *telemetry.Frame
	end      *telemetry.End
	encoder  wire.Encoder
	key      []byte        // record of the last keyframe
	changed  chan struct{} // closed when there is something new
	shutdown telemetry.Shutdown
	details  map[uint32]telemetry.ActorDetail
	status   int // with which a request to stop is answered
	asked    []string
}

// NewService returns a Service with a topology and no frame.
func NewService(top *telemetry.Topology) *Service {
	return &Service{
		top: top, changed: make(chan struct{}), status: http.StatusAccepted,
		details: map[uint32]telemetry.ActorDetail{},
	}
}

// Set changes the topology. Frames that follow must fit it.
func (s *Service) Set(top *telemetry.Topology) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.top, s.frame = top, nil
}

// Publish makes a copy of f the newest frame.
func (s *Service) Publish(f *telemetry.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frame = &telemetry.Frame{}
	s.frame.CopyFrom(f)
	s.notify()
}

// Rekey makes the next frame a keyframe, which makes readers that hold the
// last one ask anew.
func (s *Service) Rekey() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.encoder = wire.Encoder{}
}

// End publishes the last message.
func (s *Service) End(e telemetry.End) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end = &e
	s.notify()
}

// SetShutdown changes what is told of the stop.
func (s *Service) SetShutdown(sh telemetry.Shutdown) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shutdown = sh
}

// SetDetail changes what is told of an actor.
func (s *Service) SetDetail(d telemetry.ActorDetail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.details[d.ID] = d
}

// AnswerStops sets the status with which requests to stop are answered.
func (s *Service) AnswerStops(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// Asked returns the reasons of the requests to stop so far.
func (s *Service) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

func (s *Service) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Handler returns the endpoints that a Source uses.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/topology", s.serveTopology)
	mux.HandleFunc("GET /v1/frames", s.serveFrames)
	mux.HandleFunc("GET /v1/shutdown", s.serveShutdown)
	mux.HandleFunc("POST /v1/shutdown", s.serveRequest)
	mux.HandleFunc("GET /v1/actors/{id}", s.serveActor)
	return mux
}

func (s *Service) serveTopology(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(s.top) // a client that went away
}

func (s *Service) serveFrames(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.ParseUint(r.FormValue("after"), 10, 64)
	key, _ := strconv.ParseUint(r.FormValue("key"), 10, 64)
	timeout := time.NewTimer(time.Second)
	defer timeout.Stop()
	for {
		s.mu.Lock()
		body, changed := s.records(after, key), s.changed
		s.mu.Unlock()
		if body != nil {
			w.Header().Set("Content-Type", wire.ContentBinary)
			_, _ = w.Write(body) // a client that went away
			return
		}
		select {
		case <-changed:
		case <-timeout.C:
			w.WriteHeader(http.StatusNoContent)
			return
		case <-r.Context().Done():
			return
		}
	}
}

// records returns what a reader needs that has seen the frame after and holds
// the keyframe key; nil when there is nothing new. Callers hold mu.
func (s *Service) records(after, key uint64) []byte {
	if s.end == nil && (s.frame == nil || s.frame.Seq <= after) {
		return nil
	}
	var body []byte
	if key == 0 {
		body = must(wire.AppendTopology(nil, s.top))
	}
	if s.frame != nil {
		delta, ok := s.encoder.Delta(nil, s.frame)
		if !ok || s.frame.Seq == s.encoder.KeySeq() {
			s.key, delta = s.encoder.Key(nil, s.frame), nil
		}
		if key != s.encoder.KeySeq() {
			body = append(body, s.key...)
		}
		body = append(body, delta...)
	}
	if s.end != nil {
		body = append(body, must(wire.AppendEnd(nil, s.end))...)
	}
	return body
}

func (s *Service) serveShutdown(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(s.shutdown) // a client that went away
}

func (s *Service) serveRequest(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Instance telemetry.Instance `json:"instance"`
		Reason   string             `json:"reason"`
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if req.Instance != s.top.Instance {
		http.Error(w, "this is another instance", http.StatusConflict)
		return
	}
	s.asked = append(s.asked, req.Reason)
	if s.status/100 != 2 {
		http.Error(w, "not you", s.status)
		return
	}
	w.WriteHeader(s.status)
}

func (s *Service) serveActor(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 32)
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.details[uint32(id)]
	if err != nil || !ok {
		http.Error(w, "no such actor", http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(d) // a client that went away
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(fmt.Sprintf("sourcetest: %v", err)) // the test made something that has no JSON
	}
	return b
}
