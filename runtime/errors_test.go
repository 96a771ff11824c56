package steady

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Errors of large services name those that matter first, and not hundreds.
func TestErrorsOfManyActorsAreShort(t *testing.T) {
	e := &ShutdownError{Grace: time.Second}
	left := &LeftoverError{}
	for i := range 100 {
		e.Actors = append(e.Actors, Holdout{Actor: fmt.Sprint("victim", i), Reason: "did not answer: waiting", Silent: true, waits: true})
		left.Channels = append(left.Channels, Leftover{Channel: fmt.Sprint("c", i), Count: 2})
	}
	e.Actors = append(e.Actors,
		Holdout{Actor: "busy", Reason: "did not answer: in its own code", Silent: true},
		Holdout{Actor: "arm", Reason: "refused: not yet: arm parked"})
	if got, want := e.Error(), `steady: shutdown: not stopped after 1s:
  actor "arm" refused: not yet: arm parked for 0s
  actor "busy" did not answer: in its own code for 0s
  and 100 others wait behind them`; got != want {
		t.Error(got)
	}
	e.Actors = e.Actors[:100] // everybody waits for somebody
	if got := e.Error(); !strings.HasSuffix(got, `actor "victim7" did not answer: waiting for 0s`+"\n  and 92 more") {
		t.Error(got)
	}
	e.Actors = []Holdout{{Actor: strings.Repeat("n", 1<<20), Reason: strings.Repeat("ä", 1<<20)}}
	if got := e.Error(); len(got) > 500 {
		t.Errorf("an error of %d bytes", len(got))
	}
	if got := left.Error(); !strings.HasSuffix(got, `2 in "c7", and 184 in 92 more channels`) {
		t.Error(got)
	}
	left.Channels = []Leftover{{Channel: "a", Count: 3}, {Channel: "back", Count: 4, Dropped: 6}, {Channel: "b", Dropped: 1}}
	want := `steady: messages left: 3 in "a", 4 in "back"; messages dropped, sent when their loop had come to rest: 6 in "back", 1 in "b"`
	if got := left.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
