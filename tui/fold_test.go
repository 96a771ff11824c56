package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// TestALargeService: 500 actors in ten troupes are looked at as a whole, opened
// part by part, and unfolded.
func TestALargeService(t *testing.T) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"80x24", 80, 24}, {"160x50", 160, 50}} {
		run(t, size.w, size.h, viewtest.Overload(), Options{}, func(a *app) {
			a.press("b")
			a.golden("overload." + size.name)
		})
	}
	run(t, 160, 50, viewtest.Overload(), Options{}, func(a *app) {
		a.press("b")
		a.sees("match x67")
		a.press("enter") // the members of match
		a.sees("actors of match x67", "67 of 500", "match.in")
		a.misses("gateway")
		a.press("/")
		a.press("1", "7", "enter")
		a.sees("1 of 500", "match[17]")
		a.press("enter") // one of them
		a.sees("match.work[17]")
		a.press("esc", "esc")
		a.sees("actors of match x67", "67 of 500")
		a.press("esc")
		a.sees("feed-eu", "match x67")
		a.press("left", "enter") // the lanes of a bundle
		a.sees("channels of ", "8 of 1,037", "book to match[7]")
		a.press("2")
		a.sees("500 · by CPU")
		a.misses("actors of")
		a.press("3")
		a.misses("channels of")

		a.press("1", "b", "c") // match on its own
		a.sees("match.in", "match.out", "match.stats", "×64", "feed-eu")
		a.press("c")
		a.sees("match.in is the bottleneck")
		a.press("C")
		a.sees("every actor on its own")
		a.press("C")
		a.sees("siblings are folded")
		a.press("C")
		a.sees("siblings and troupes are folded", "×67")
		a.press("C")
		a.sees("folded until it fits")
	})
}

// TestRealActorsVote: what is folded in the graph is not folded where it counts.
func TestRealActorsVote(t *testing.T) {
	s := viewtest.Overload()
	s.Phase = telemetry.PhaseStopping
	s.Shutdown = &telemetry.Shutdown{Instance: s.Instance, Phase: s.Phase, Remaining: 9 * time.Second}
	for i := range s.Actors {
		v := telemetry.ActorVote{ID: uint32(i), Name: s.Actors[i].Name, Vote: telemetry.VoteYes, State: telemetry.StateDone}
		if strings.HasPrefix(v.Name, "match[") {
			v.Vote, v.State, v.Reason = telemetry.VoteVeto, telemetry.StateBusy, "3 left"
		}
		s.Shutdown.Votes = append(s.Shutdown.Votes, v)
	}
	run(t, 80, 24, s, Options{}, func(a *app) {
		a.press("5")
		if n := strings.Count(a.screen(), "match["); n < 8 {
			t.Errorf("%d of match are shown:\n%s", n, a.screen())
		}
	})
}
