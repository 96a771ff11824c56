package tui

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

func TestLinesSayOnlyWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSession(viewtest.Empty())
		var out strings.Builder
		done := make(chan Result)
		go func() {
			r, err := Lines(t.Context(), s, &out, true)
			if err != nil {
				t.Error(err)
			}
			done <- r
		}()
		next := viewtest.Robot()
		next.Events = append(next.Events, collector.Event{At: viewtest.Now, Subject: "motor", Text: "failed"})
		for _, snap := range []*collector.Snapshot{viewtest.Robot(), viewtest.Robot(), next, viewtest.Stopping(), viewtest.Stopping(), viewtest.Drained()} {
			synctest.Wait()
			s.out <- snap
		}
		if r := <-done; !r.Last.End.Clean {
			t.Errorf("the last picture is %+v", r.Last.End)
		}
		text := out.String()
		for want, n := range map[string]int{
			"ACTOR ": 1, ": motor: failed": 0, "motor: failed": 1, "logger: veto: detect?logger: 4,096 left, sender running": 1, "lidar: ended": 1, "link: ended": 1,
		} {
			if got := strings.Count(text, want); got != n {
				t.Errorf("%q occurs %d times, want %d", want, got, n)
			}
		}
		for _, r := range text {
			if r > 0x7e {
				t.Errorf("character %q in ASCII text", r)
			}
		}
		if t.Failed() {
			t.Log(text)
		}
	})
}
