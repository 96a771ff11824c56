package publish

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
)

// pullTime is how long a pull waits for a newer frame.
const pullTime = time.Second

// framesQuery is what GET /v1/frames was asked for.
type framesQuery struct {
	after uint64 // frames up to this one are known
	key   uint64 // keyframe that the client has
	max   uint64 // frames to send; 0 for a stream without end
	lines bool   // NDJSON in place of records
}

func parseFramesQuery(r *http.Request) (framesQuery, error) {
	q := framesQuery{lines: accepts(r, wire.ContentNDJSON)}
	values := r.URL.Query()
	for _, p := range []struct {
		name string
		to   *uint64
	}{{"after", &q.after}, {"key", &q.key}, {"max", &q.max}} {
		text := values.Get(p.name)
		if text == "" {
			continue
		}
		v, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return q, failure(http.StatusBadRequest, "%s=%.40q is no number", p.name, text)
		}
		*p.to = v
	}
	return q, nil
}

// accepts reports whether the client names the content type.
func accepts(r *http.Request, contentType string) bool {
	return strings.Contains(r.Header.Get("Accept"), contentType)
}

// frames answers GET /v1/frames: the newest frame again and again, each as soon
// as the client has taken the one before. With max it ends after so many, or
// when none came for a second, so that the client sets its own pace.
func (s *Server) frames(w http.ResponseWriter, r *http.Request) error {
	q, err := parseFramesQuery(r)
	if err != nil {
		return err
	}
	c := connOf(r)
	c.watching.Store(true)
	wait := pullTime
	if q.max == 0 {
		wait = 0
		defer s.hub.stream()()
	}
	out := frameWriter{w: w, flush: http.NewResponseController(w).Flush, hub: s.hub, q: q}
	for sent := uint64(0); q.max == 0 || sent < q.max; sent++ {
		if !out.began { // a stream that has is silent until there is something new
			s.hub.look()
			if err := s.hub.fresh(); err != nil {
				return err
			}
		}
		m := s.hub.await(r.Context(), out.q.after, wait)
		if m == nil {
			if s.hub.stopped() { // without a last message, it must not look like an end
				panic(http.ErrAbortHandler)
			}
			break
		}
		if m, err = out.write(m); err != nil {
			if !out.began {
				return err
			}
			return nil // the client is gone or stuck; there is nobody to tell
		}
		if m.end != nil {
			s.conns.told(c)
			return nil
		}
	}
	if !out.began {
		w.WriteHeader(http.StatusNoContent)
	}
	return nil
}

// frameWriter writes moments to one client and knows what the client has.
type frameWriter struct {
	w     http.ResponseWriter
	flush func() error
	hub   *hub
	q     framesQuery
	top   *topology // sent last
	began bool
}

// write sends m, or a newer one, with what the client needs to read it, and
// flushes. It returns what it sent.
func (f *frameWriter) write(m *moment) (*moment, error) {
	var line []byte
	lines := f.q.lines
	if lines {
		var err error
		if m, line, err = f.hub.lineOf(); err != nil {
			return nil, err
		}
	}
	var parts [][]byte
	if known := f.top == nil && f.q.after > 0; m.top != nil && m.top != f.top && !known {
		parts = append(parts, pick(lines, m.top.line, m.top.record))
	}
	switch {
	case m.top == nil || m.seq == f.q.after: // nothing but the end
	case lines:
		parts = append(parts, line)
	default:
		parts = append(parts, f.records(m)...)
	}
	if m.end != nil {
		parts = append(parts, pick(lines, m.end.line, m.end.record))
	}
	if !f.began {
		f.began = true
		f.w.Header().Set("Content-Type", pick(lines, wire.ContentNDJSON, wire.ContentBinary))
	}
	for _, p := range parts {
		if _, err := f.w.Write(p); err != nil {
			return nil, err
		}
	}
	f.top, f.q.after, f.q.key = m.top, m.seq, m.keySeq
	return m, f.flush()
}

// records returns the keyframe when the client lacks it, and the delta.
func (f *frameWriter) records(m *moment) [][]byte {
	var parts [][]byte
	if f.q.key != m.keySeq || m.delta == nil {
		parts = append(parts, m.key)
	}
	if m.delta != nil {
		parts = append(parts, m.delta)
	}
	return parts
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}
