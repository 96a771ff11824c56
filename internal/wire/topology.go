package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// AppendTopology appends a record with t to dst.
func AppendTopology(dst []byte, t *telemetry.Topology) ([]byte, error) {
	return appendJSON(dst, KindTopology, t)
}

// AppendEnd appends a record with e to dst.
func AppendEnd(dst []byte, e *telemetry.End) ([]byte, error) {
	return appendJSON(dst, KindEnd, e)
}

func appendJSON(dst []byte, kind Kind, v any) ([]byte, error) {
	payload, err := json.Marshal(v)
	if err != nil {
		return dst, fmt.Errorf("wire: %s: %w", kind, err)
	}
	return AppendRecord(dst, kind, payload), nil
}

// DecodeTopology reads the payload of a topology, which is also the body of
// GET /v1/topology. Beside the limits it checks what its users index by: ids
// are positions, and both ends of a channel exist. Its strings are as they
// came; make them safe before they are shown.
func DecodeTopology(payload []byte, limits Limits) (*telemetry.Topology, error) {
	limits = limits.orDefault()
	if len(payload) > limits.Record {
		return nil, &LimitError{What: "topology bytes", Got: uint64(len(payload)), Max: uint64(limits.Record)}
	}
	type plain telemetry.Topology
	v := struct {
		*plain
		Actors   bounded[actor]             `json:"actors"`
		Channels bounded[telemetry.Channel] `json:"channels"`
	}{plain: &plain{}}
	v.Actors.what, v.Actors.max = "actors", limits.Actors
	v.Channels.what, v.Channels.max = "channels", limits.Channels
	if err := json.Unmarshal(payload, &v); err != nil {
		return nil, asMalformed("topology", err)
	}
	t := telemetry.Topology(*v.plain)
	t.Channels = v.Channels.items
	t.Actors = slices.Grow(t.Actors, len(v.Actors.items))
	for i := range v.Actors.items {
		t.Actors = append(t.Actors, v.Actors.items[i].Actor)
	}
	if err := checkTopology(&t); err != nil {
		return nil, err
	}
	return &t, nil
}

// actor is a telemetry.Actor whose lists are read up to what a machine can have.
type actor struct{ telemetry.Actor }

// The most cores and notes of one actor.
const (
	maxCores = 4096
	maxNotes = 64
)

// UnmarshalJSON implements json.Unmarshaler.
func (a *actor) UnmarshalJSON(text []byte) error {
	type plain telemetry.Actor
	v := struct {
		*plain
		Cores bounded[int]    `json:"cores"`
		Notes bounded[string] `json:"notes"`
	}{plain: (*plain)(&a.Actor)}
	v.Cores.what, v.Cores.max = "cores of an actor", maxCores
	v.Notes.what, v.Notes.max = "notes on an actor", maxNotes
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	a.Cores, a.Notes = v.Cores.items, v.Notes.items
	return nil
}

func checkTopology(t *telemetry.Topology) error {
	for i := range t.Actors {
		if t.Actors[i].ID != uint32(i) {
			return malformed("topology: actor %d has id %d", i, t.Actors[i].ID)
		}
	}
	for i := range t.Channels {
		c := &t.Channels[i]
		if c.ID != uint32(i) {
			return malformed("topology: channel %d has id %d", i, c.ID)
		}
		if n := len(t.Actors); c.From < -1 || c.To < -1 || int(c.From) >= n || int(c.To) >= n {
			return malformed("topology: channel %d joins actors %d and %d of %d", i, c.From, c.To, n)
		}
	}
	return nil
}

// DecodeEnd reads the payload of the message that ends a stream.
func DecodeEnd(payload []byte, limits Limits) (*telemetry.End, error) {
	limits = limits.orDefault()
	type plain telemetry.End
	v := struct {
		*plain
		Votes bounded[telemetry.ActorVote] `json:"votes"`
		Left  bounded[telemetry.Leftover]  `json:"left"`
	}{plain: &plain{}}
	v.Votes.what, v.Votes.max = "votes", limits.Actors
	v.Left.what, v.Left.max = "channels with messages left", limits.Channels
	if err := json.Unmarshal(payload, &v); err != nil {
		return nil, asMalformed("end", err)
	}
	e := telemetry.End(*v.plain)
	e.Votes, e.Left = v.Votes.items, v.Left.items
	return &e, nil
}

// DecodeShutdown reads the body of GET /v1/shutdown.
func DecodeShutdown(body []byte, limits Limits) (*telemetry.Shutdown, error) {
	type plain telemetry.Shutdown
	v := struct {
		*plain
		Votes bounded[telemetry.ActorVote] `json:"votes"`
	}{plain: &plain{}}
	v.Votes.what, v.Votes.max = "votes", limits.orDefault().Actors
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, asMalformed("shutdown", err)
	}
	s := telemetry.Shutdown(*v.plain)
	s.Votes = v.Votes.items
	return &s, nil
}

// bounded is an array that stops being read at its limit, since a few bytes of
// JSON may stand for a large element.
type bounded[T any] struct {
	items []T
	what  string
	max   int
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *bounded[T]) UnmarshalJSON(text []byte) error {
	b.items = nil
	d := json.NewDecoder(bytes.NewReader(text))
	tok, err := d.Token()
	if err != nil || tok == nil {
		return err
	}
	if tok != json.Delim('[') {
		return malformed("%s are no array", b.what)
	}
	for d.More() {
		if len(b.items) == b.max {
			return &LimitError{What: b.what, Got: uint64(b.max) + 1, Max: uint64(b.max)}
		}
		var item T
		if err := d.Decode(&item); err != nil {
			return err
		}
		b.items = append(b.items, item)
	}
	return nil
}

// asMalformed keeps the errors of this package and makes others ErrMalformed.
func asMalformed(what string, err error) error {
	switch err.(type) {
	case *json.SyntaxError, *json.UnmarshalTypeError:
		return malformed("%s: %v", what, err)
	}
	return fmt.Errorf("wire: %s: %w", what, err)
}
