package publish

import (
	"bytes"
	"fmt"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// keyEvery is the time between two keyframes.
const keyEvery = 5 * time.Second

// moment is the newest frame as it is sent. It is immutable once published,
// but for the line, which hub.mu guards.
type moment struct {
	seq    uint64
	keySeq uint64
	at     time.Time
	key    []byte // record of the keyframe
	delta  []byte // record; nil when the frame is the keyframe
	line   []byte // of NDJSON, made when first asked for
	top    *topology
	end    *ending // set in the last one
}

// ending is the last message in both forms.
type ending struct{ record, line []byte }

// topology is one generation in all its forms.
type topology struct {
	of                 *telemetry.Topology // what the service returned
	t                  *telemetry.Topology // what is sent of it
	body, record, line []byte
}

// take samples the service and publishes what it got. Callers hold mu. A panic
// of the service is its own failure, not ours: the last frame stays, and fresh
// tells that it is old.
func (h *hub) take(end *ending) {
	problem := ""
	defer func() {
		if r := recover(); r != nil {
			problem = fmt.Sprint(r)
		}
		if problem != "" && h.problem == "" {
			h.badFrom = time.Now()
			h.log.Error("publish: sampling failed", "reason", problem)
		}
		h.problem = problem
	}()
	f := h.spare
	h.svc.Sample(f)
	f.Seq = h.seq + 1
	top, err := h.topologyLocked()
	if err != nil {
		problem = err.Error()
		return
	}
	if top.t.Generation != f.Generation {
		return // between two generations; the next sample will be of one
	}
	m := &moment{seq: f.Seq, at: time.Now(), top: top, end: end}
	ok := false
	if m.at.Sub(h.keyAt) < keyEvery {
		h.scratch, ok = h.encoder.Delta(h.scratch[:0], f)
	}
	if ok {
		m.delta = bytes.Clone(h.scratch)
	} else {
		h.scratch = h.encoder.Key(h.scratch[:0], f)
		h.key, h.keyAt = bytes.Clone(h.scratch), m.at
	}
	m.key, m.keySeq = h.key, h.encoder.KeySeq()
	h.seq, h.frame, h.spare = m.seq, f, h.frame
	h.publish(m)
}

// publish makes m the latest. Callers hold mu.
func (h *hub) publish(m *moment) {
	h.latest = m
	close(h.next)
	h.next = make(chan struct{})
}

// finish publishes the last frame with e. Later calls do nothing.
func (h *hub) finish(e *telemetry.End) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over() {
		return
	}
	end := &ending{}
	var err, lineErr error
	end.record, e, err = fit(maxSend, "the end",
		func(limit int) *telemetry.End { return shortEnd(e, limit) },
		func(e *telemetry.End) ([]byte, error) { return wire.AppendEnd(nil, e) })
	end.line, lineErr = wire.AppendEndLine(nil, e)
	if err != nil || lineErr != nil { // never: plain data
		h.log.Error("publish: end", "error", err, "line", lineErr)
	}
	h.take(end)
	if !h.over() { // the sample failed; the message goes out with the last frame
		m := &moment{at: time.Now(), end: end}
		if h.latest != nil {
			copied := *h.latest
			copied.end = end
			m = &copied
		}
		h.publish(m)
	}
}

// lineOf returns the newest frame as a line of NDJSON, which is made once for
// all who want it.
func (h *hub) lineOf() (*moment, []byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.latest
	if m == nil {
		return nil, nil, errNoFrame
	}
	if m.line == nil && m.top != nil {
		m.line = wire.AppendFrameLine(nil, m.top.t, h.frame)
	}
	return m, m.line, nil
}

// topology returns the current generation in all its forms.
func (h *hub) topology() (*topology, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.topologyLocked()
}

func (h *hub) topologyLocked() (*topology, error) {
	t := h.svc.Topology()
	if t == nil {
		return nil, errNotStarted
	}
	if h.top != nil && h.top.of == t {
		return h.top, nil
	}
	top := &topology{of: t}
	var err error
	top.body, top.t, err = fit(maxSend, "the topology",
		func(limit int) *telemetry.Topology { return shortTopology(t, limit) },
		func(t *telemetry.Topology) ([]byte, error) { return marshal(t) })
	if err != nil {
		return nil, err
	}
	if top.record, err = wire.AppendTopology(nil, top.t); err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	if top.line, err = wire.AppendTopologyLine(nil, top.t); err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	h.top = top
	return top, nil
}
