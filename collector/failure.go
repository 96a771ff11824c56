package collector

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/steadytop/steadytop/collector/source"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Failure is the last failure of an actor. It is not part of what a service
// streams: see WithFailures.
type Failure struct {
	Error       string        `json:"error"`
	At          time.Time     `json:"at"`
	FailingFor  time.Duration `json:"failing_for_ns,omitempty"` // without progress; 0 when there was some since
	Failures    uint64        `json:"failures"`                 // so far
	DeadLetters uint64        `json:"dead_letters,omitempty"`   // messages that were set aside for that
}

// mostFailures bounds how many actors are asked about.
const mostFailures = 16

// WithFailures returns s with the last failures of its actors, which it asks the
// service for: one request for each actor that pauses after a failure or was
// restarted, 16 at most, those first that pause. It leaves out what the service does
// not tell, and blocks for all answers, or until ctx ends.
func (x *Session) WithFailures(ctx context.Context, s *Snapshot) *Snapshot {
	var ids []int
	for i := range s.Actors {
		if a := &s.Actors[i]; a.Restarts > 0 || a.State == telemetry.StateBackoff {
			ids = append(ids, i)
		}
	}
	if len(ids) == 0 {
		return s
	}
	slices.SortStableFunc(ids, func(i, k int) int {
		a, b := &s.Actors[i], &s.Actors[k]
		return cmp.Or(-cmp.Compare(paused(a), paused(b)), -cmp.Compare(a.Restarts, b.Restarts))
	})
	c := *s
	c.Actors = slices.Clone(s.Actors)
	for _, i := range ids[:min(len(ids), mostFailures)] {
		d, err := x.Detail(ctx, c.Actors[i].ID)
		if err != nil {
			break // what one request did not tell the next will not
		}
		if d.LastFailure == "" {
			continue
		}
		f := &Failure{Error: d.LastFailure, At: d.FailedAt, Failures: d.Failures, DeadLetters: d.DeadLetters}
		if !d.FailingSince.IsZero() {
			f.FailingFor = max(1, time.Since(d.FailingSince))
		}
		c.Actors[i].Failure = f
	}
	return &c
}

// whyWithin is how long a service may take to tell why its actors failed.
const whyWithin = time.Second

// whyFell asks the service why actors failed.
func whyFell(ctx context.Context, d source.Detailer, actors []uint32) (events []Event) {
	ctx, cancel := context.WithTimeout(ctx, whyWithin)
	defer cancel()
	for _, id := range actors {
		a, err := d.Detail(ctx, id)
		if err != nil {
			break
		}
		if a.LastFailure != "" {
			events = append(events, Event{At: time.Now(), Severity: Hot, Subject: a.Name, Text: "failed: " + a.LastFailure})
		}
	}
	return events
}

// causes writes down why actors failed.
func (f *follower) causes(events []Event) {
	if len(events) == 0 {
		return
	}
	for _, e := range events {
		f.log.add(e)
	}
	f.publish()
}

// paused is 1 for an actor that pauses after a failure.
func paused(a *Actor) int {
	if a.State == telemetry.StateBackoff {
		return 1
	}
	return 0
}

// failures writes the failures of actors, those first that go on.
func failures(b *bytes.Buffer, s *Snapshot) {
	for _, going := range []bool{true, false} {
		for i := range s.Actors {
			f := s.Actors[i].Failure
			if f == nil || f.FailingFor > 0 != going {
				continue
			}
			if going {
				fmt.Fprintf(b, "\nfailing: %s for %s: %s\n", s.Actors[i].Name, span(f.FailingFor), f.Error)
			} else {
				fmt.Fprintf(b, "\nlast failure: %s at %s: %s\n", s.Actors[i].Name, f.At.Format(time.TimeOnly), f.Error)
			}
			if f.DeadLetters > 0 {
				fmt.Fprintf(b, "     %d messages were set aside\n", f.DeadLetters)
			}
		}
	}
}
