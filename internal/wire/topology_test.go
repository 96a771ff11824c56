package wire

import (
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// small is a topology with something in every field.
func small() *telemetry.Topology {
	return &telemetry.Topology{
		Schema: 1, Service: "furnace", Version: "v1.0.0", Library: "v0.1.0", PID: 42, Host: "lab", Cores: 2,
		Instance: 0x0123456789abcdef, Generation: 1, Start: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		Metrics: "127.0.0.1:9900", Control: true, Grace: 25 * time.Second,
		Actors: []telemetry.Actor{
			{ID: 0, Name: "sensor", Schedule: telemetry.ScheduleSolo, ExactCPU: true, Cores: []int{2, 3}, Realtime: 40},
			{ID: 1, Name: "pager", Schedule: telemetry.ScheduleTroupe, Troupe: "io", Notes: []string{"no real-time priority: not permitted"}},
		},
		Channels: []telemetry.Channel{
			{ID: 0, Name: "temps", Type: "float64", Capacity: 1024, From: 0, To: 1, Bundle: "b", Lane: 3, Feedback: true},
			{ID: 1, Name: "outside", Type: "int", Capacity: 1, From: -1, To: -1},
		},
	}
}

func TestTopologyRoundTrip(t *testing.T) {
	want := small()
	rec, err := AppendTopology(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	p, kind := payload(t, rec)
	if kind != KindTopology {
		t.Errorf("kind %s", kind)
	}
	got, err := DecodeTopology(p, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEndAndShutdownRoundTrip(t *testing.T) {
	votes := []telemetry.ActorVote{{ID: 1, Name: "arm", State: telemetry.StateBusy, Vote: telemetry.VoteVeto, Reason: "moving", Age: 3}}
	end := &telemetry.End{Instance: 7, Error: "unclean", Elapsed: 9, Votes: votes, Left: []telemetry.Leftover{{Channel: "temps", Count: 3}}}
	rec, err := AppendEnd(nil, end)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := payload(t, rec)
	got, err := DecodeEnd(p, Limits{})
	if diff := cmp.Diff(end, got); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	down := &telemetry.Shutdown{Instance: 7, Phase: telemetry.PhaseStopping, Reason: "SIGTERM", Elapsed: 1, Remaining: 2, Votes: votes}
	body, err := json.Marshal(down)
	if err != nil {
		t.Fatal(err)
	}
	gotDown, err := DecodeShutdown(body, Limits{})
	if diff := cmp.Diff(down, gotDown); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
}

func TestTopologyIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":               `{`,
		"another type":          `[]`,
		"actors are no array":   `{"actors":{"id":0}}`,
		"id is not a position":  `{"actors":[{"id":1}]}`,
		"ids twice":             `{"actors":[{"id":0},{"id":0}]}`,
		"channel of no actor":   `{"actors":[{"id":0}],"channels":[{"id":0,"from":0,"to":1}]}`,
		"channel far outside":   `{"actors":[{"id":0}],"channels":[{"id":0,"from":-2,"to":0}]}`,
		"channel id":            `{"channels":[{"id":7,"from":-1,"to":-1}]}`,
		"instance of nonsense":  `{"instance":"xyz"}`,
		"negative capacity":     `{"channels":[{"id":0,"capacity":-1,"from":-1,"to":-1}]}`,
		"an actor is no object": `{"actors":[7]}`,
	} {
		if got, err := DecodeTopology([]byte(text), Limits{}); err == nil {
			t.Errorf("%s: accepted %+v", name, got)
		}
	}
	if got, err := DecodeTopology([]byte(`{"actors":null,"new_field":1}`), Limits{}); err != nil || len(got.Actors) != 0 {
		t.Errorf("an empty one: %+v, %v", got, err)
	}
}

// TestCountsAreRefusedBeforeTheyCost: three bytes of JSON may stand for an
// element of a hundred.
func TestCountsAreRefusedBeforeTheyCost(t *testing.T) {
	many := "[" + strings.Repeat("{},", 3_000_000) + "{}]"
	var limit *LimitError
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := DecodeTopology([]byte(`{"actors":`+many+`}`), Limits{})
	runtime.ReadMemStats(&after)
	if !errors.As(err, &limit) || limit.What != "actors" || limit.Max != 100_000 {
		t.Errorf("actors: %v", err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 128<<20 {
		t.Errorf("refusing took %d MB", used>>20)
	}
	_, err = DecodeTopology([]byte(`{"channels":`+many+`}`), Limits{})
	if !errors.As(err, &limit) || limit.What != "channels" || limit.Max != 1_000_000 {
		t.Errorf("channels: %v", err)
	}
	_, err = DecodeEnd([]byte(`{"votes":`+many+`}`), Limits{Actors: 5})
	if !errors.As(err, &limit) || limit.What != "votes" || limit.Max != 5 {
		t.Errorf("votes: %v", err)
	}
	for what, text := range map[string]string{
		"cores of an actor": `{"actors":[{"cores":[0` + strings.Repeat(",1", 5000) + `]}]}`,
		"notes on an actor": `{"actors":[{"notes":[""` + strings.Repeat(`,""`, 100) + `]}]}`,
	} {
		if _, err = DecodeTopology([]byte(text), Limits{}); !errors.As(err, &limit) || limit.What != what {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = DecodeTopology(make([]byte, 11), Limits{Record: 10})
	if !errors.As(err, &limit) || limit.Got != 11 {
		t.Errorf("bytes: %v", err)
	}
}
