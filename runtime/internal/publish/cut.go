package publish

import (
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// What a service sends fits into one record of what a reader accepts, whatever
// its names and errors are. Texts are cut for that, at first where nobody will
// miss the rest, and as far as it takes then.
const maxSend = 16<<20 - 64 // bytes; a record has some more

// steps are the lengths of a name or a reason that are tried in turn. Errors and
// stacks may have as many times that as errorShare says.
var steps = []int{1024, 256, 64, 16}

const errorShare = 64

// cut returns s, or the beginning of it and how long it was.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	at := limit
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at] + "… (" + strconv.Itoa(len(s)) + " bytes)"
}

// fit encodes what shorten returns for a length of names, at the first length at
// which it takes no more than most bytes. It returns what it encoded, too.
func fit[T any](most int, what string, shorten func(int) T, encode func(T) ([]byte, error)) ([]byte, T, error) {
	var v T
	for _, limit := range steps {
		v = shorten(limit)
		body, err := encode(v)
		if err != nil {
			return nil, v, err
		}
		if len(body) <= most {
			return body, v, nil
		}
	}
	return nil, v, fmt.Errorf("publish: %s takes more than the %d bytes that a viewer reads", what, most)
}

// shortTopology returns t with texts of that length at most.
func shortTopology(t *telemetry.Topology, limit int) *telemetry.Topology {
	c := *t
	c.Service, c.Version, c.Library = cut(t.Service, limit), cut(t.Version, limit), cut(t.Library, limit)
	c.Host, c.Metrics = cut(t.Host, limit), cut(t.Metrics, limit)
	c.Actors = make([]telemetry.Actor, len(t.Actors))
	for i := range t.Actors {
		c.Actors[i] = shortActor(t.Actors[i], limit)
	}
	c.Channels = make([]telemetry.Channel, len(t.Channels))
	for i, ch := range t.Channels {
		ch.Name, ch.Type, ch.Bundle = cut(ch.Name, limit), cut(ch.Type, limit), cut(ch.Bundle, limit)
		c.Channels[i] = ch
	}
	return &c
}

func shortActor(a telemetry.Actor, limit int) telemetry.Actor {
	a.Name, a.Troupe = cut(a.Name, limit), cut(a.Troupe, limit)
	notes := a.Notes
	a.Notes = nil
	for _, n := range notes[:min(len(notes), maxNotes)] {
		a.Notes = append(a.Notes, cut(n, limit))
	}
	return a
}

// What a reader accepts of lists.
const (
	maxNotes  = 64
	maxStates = 1000
)

func shortVotes(votes []telemetry.ActorVote, limit int) []telemetry.ActorVote {
	out := make([]telemetry.ActorVote, len(votes))
	for i, v := range votes {
		v.Name, v.Reason, v.Where = cut(v.Name, limit), cut(v.Reason, limit), cut(v.Where, limit)
		out[i] = v
	}
	return out
}

func shortShutdown(s *telemetry.Shutdown, limit int) *telemetry.Shutdown {
	c := *s
	c.Reason, c.Votes = cut(s.Reason, limit), shortVotes(s.Votes, limit)
	return &c
}

// shortEnd also drops votes and leftovers of very many, and says so in the error.
func shortEnd(e *telemetry.End, limit int) *telemetry.End {
	c := *e
	votes, left := e.Votes, e.Left
	c.Error, c.Reason = cut(e.Error, errorShare*limit), cut(e.Reason, limit)
	if most := errorShare * limit; len(votes) > most || len(left) > most {
		c.Error += fmt.Sprintf(" (%d actors and %d channels in all)", len(votes), len(left))
		votes, left = votes[:min(len(votes), most)], left[:min(len(left), most)]
	}
	c.Votes = shortVotes(votes, limit)
	c.Left = make([]telemetry.Leftover, len(left))
	for i, l := range left {
		l.Channel = cut(l.Channel, limit)
		c.Left[i] = l
	}
	return &c
}

func shortDetail(d *telemetry.ActorDetail, limit int) *telemetry.ActorDetail {
	c := *d
	c.Actor = shortActor(d.Actor, limit)
	c.LastFailure, c.Stack = cut(d.LastFailure, errorShare*limit), cut(d.Stack, errorShare*limit)
	c.States = nil
	for _, s := range d.States[:min(len(d.States), maxStates)] {
		s.Name, s.Type, s.File = cut(s.Name, limit), cut(s.Type, limit), cut(s.File, limit)
		s.Error = cut(s.Error, limit)
		c.States = append(c.States, s)
	}
	return &c
}

// replyShort sends what shorten returns.
func replyShort[T any](w http.ResponseWriter, status int, what string, shorten func(int) T) error {
	body, _, err := fit(maxSend, what, shorten, func(v T) ([]byte, error) { return marshal(v) })
	if err != nil {
		return err
	}
	return reply(w, status, body)
}
