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
	got := e.Error()
	if !strings.HasPrefix(got, `steady: shutdown: not stopped after 1s: actor "arm" refused`) || !strings.HasSuffix(got, "; and 94 more") {
		t.Error(got)
	}
	if i, j := strings.Index(got, `"busy"`), strings.Index(got, `"victim0"`); i < 0 || j < i {
		t.Errorf("busy at %d, a victim at %d: %s", i, j, got)
	}
	if got := left.Error(); !strings.HasSuffix(got, `2 in "c7", and 184 in 92 more channels`) {
		t.Error(got)
	}
}
