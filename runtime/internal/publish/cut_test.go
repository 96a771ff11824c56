package publish

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// TestLongTextsAreCut gives a service names of a megabyte and errors of twenty:
// its viewers read all that it sends, the last message included.
func TestLongTextsAreCut(t *testing.T) {
	long := strings.Repeat("é", 1<<19)
	svc := longService{newFake(40), long}
	for i := range svc.top.Actors {
		svc.top.Actors[i].Name, svc.top.Actors[i].Notes = long, []string{long}
	}
	for i := range svc.top.Channels {
		svc.top.Channels[i].Name, svc.top.Channels[i].Type = long, long
	}
	s := serve(t, svc)
	for _, path := range []string{"/v1/topology", "/v1/snapshot", "/v1/shutdown", "/v1/actors/0"} {
		resp, body := do(t, client(t, s), request(t, "GET", "http://steadytop"+path, ""))
		if resp.StatusCode != 200 || len(body) > 4<<20 || !json.Valid([]byte(body)) ||
			!strings.Contains(body, "éé… (1048576 bytes)") {
			t.Errorf("%s: %d, %d bytes: %.100s", path, resp.StatusCode, len(body), body)
		}
	}
	resp, err := client(t, s).Get("http://steadytop/v1/frames")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	s.End(telemetry.End{
		Error: strings.Repeat(long, 20),
		Votes: []telemetry.ActorVote{{Name: long, Reason: long}}, Left: []telemetry.Leftover{{Channel: long, Count: 3}},
	})
	var v viewer
	r := wire.NewReader(resp.Body, wire.Limits{})
	for {
		rec, err := v.next(t, r)
		if err != nil {
			t.Fatal(err)
		}
		if e := rec.end; e != nil {
			if len(e.Error) > 1<<17 || !strings.HasSuffix(e.Error, fmt.Sprintf("… (%d bytes)", 20<<20)) || len(e.Votes) != 1 || e.Left[0].Count != 3 {
				t.Errorf("end: %d bytes, %.100s", len(e.Error), e.Error)
			}
			break
		}
	}
}

type longService struct {
	*fakeService
	long string
}

func (s longService) Shutdown() telemetry.Shutdown {
	return telemetry.Shutdown{Reason: s.long, Votes: []telemetry.ActorVote{{Name: s.long, Reason: s.long, Where: s.long}}}
}

func (s longService) ActorDetail(uint32) (telemetry.ActorDetail, bool) {
	d := telemetry.ActorDetail{LastFailure: strings.Repeat(s.long, 20), Stack: strings.Repeat(s.long, 20)}
	d.Name = s.long
	for range 5000 {
		d.States = append(d.States, telemetry.StateDetail{Name: s.long, Error: s.long})
		d.Notes = append(d.Notes, s.long)
	}
	return d, true
}

// TestAnythingFitsOrIsRefused: a graph of very many shortens its names further.
func TestAnythingFitsOrIsRefused(t *testing.T) {
	const most, many = 1 << 20, 1 << 15
	name := strings.Repeat("<", 2000) // six bytes each in JSON
	for _, c := range []struct {
		actors, longest int
	}{{10, 1024}, {500, 256}, {3000, 16}} {
		top := &telemetry.Topology{Actors: make([]telemetry.Actor, c.actors)}
		for i := range top.Actors {
			top.Actors[i].Name = name
		}
		body, short, err := fit(most, "the topology",
			func(limit int) *telemetry.Topology { return shortTopology(top, limit) },
			func(t *telemetry.Topology) ([]byte, error) { return marshal(t) })
		if err != nil || len(body) > most || !strings.HasPrefix(short.Actors[0].Name, name[:c.longest]+"…") {
			t.Errorf("%d actors: %d bytes, error %v", c.actors, len(body), err)
		}
		if len(top.Actors[0].Name) != 2000 {
			t.Fatal("the graph itself was changed")
		}
	}
	_, _, err := fit(most, "the topology", func(limit int) *telemetry.Topology {
		return shortTopology(&telemetry.Topology{Actors: make([]telemetry.Actor, many)}, limit)
	}, func(t *telemetry.Topology) ([]byte, error) { return marshal(t) })
	if err == nil || !strings.Contains(err.Error(), "takes more than") {
		t.Errorf("too many actors: %v", err)
	}
	votes := make([]telemetry.ActorVote, many)
	left := make([]telemetry.Leftover, many)
	end := &telemetry.End{Error: "broken", Votes: votes, Left: left}
	body, short, err := fit(most, "the end", func(limit int) *telemetry.End { return shortEnd(end, limit) },
		func(e *telemetry.End) ([]byte, error) { return wire.AppendEnd(nil, e) })
	if err != nil || len(body) > most || short.Error != "broken (32768 actors and 32768 channels in all)" {
		t.Errorf("too many votes: %d bytes, %.80s, %v", len(body), short.Error, err)
	}
}

func TestCutKeepsWholeLetters(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "1234567": "1234567", "12345678": "1234567… (8 bytes)", "123456é": "123456… (8 bytes)", "\x80\x80\x80\x80\x80\x80\x80\x80": "… (8 bytes)",
	} {
		if got := cut(in, 7); got != want || !utf8.ValidString(got) && in != "" {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
