package view

import (
	"strings"
	"testing"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// withNative adds Go channels to a picture: one into its first actor, and one
// that has nothing to do with any.
func withNative(s *collector.Snapshot) *collector.Snapshot {
	u := collector.Unknown()
	for _, k := range []collector.Channel{
		{Name: "jobs", Type: "Job", From: -1, To: 0, Capacity: 32, Length: 24, Fill: 0.75},
		{Name: "rendezvous", Type: "int", From: -1, To: -1, Fill: u},
	} {
		k.ID, k.Native = uint32(len(s.Channels)), true
		k.SentRate, k.TakeRate, k.P50, k.P90, k.P99 = u, u, u, u, u
		s.Channels = append(s.Channels, k)
	}
	return s
}

// A Go channel without an actor at either end is a part of the picture, and can
// be reached by keys.
func TestANativeChannelMayStandAlone(t *testing.T) {
	s := withNative(graphRobot())
	p := PlanGraph(s, GraphState{}, 160, 50, nil)
	seen := map[Selection]bool{}
	for todo := []Selection{p.First()}; len(todo) > 0; todo = todo[1:] {
		if seen[todo[0]] {
			continue
		}
		seen[todo[0]] = true
		for _, k := range []Way{WayLeft, WayRight, WayUp, WayDown} {
			todo = append(todo, p.Move(s, todo[0], k))
		}
	}
	for k := range s.Channels {
		if !seen[Selection{SelectChannel, k}] {
			t.Errorf("keys do not reach %s", s.Channels[k].Name)
		}
	}
}

// What is unknown is a dash in the list and in the details, never 0.
func TestUnknownOfANativeChannel(t *testing.T) {
	s := withNative(viewtest.Robot())
	for i := len(s.Channels) - 2; i < len(s.Channels); i++ {
		c := screen.NewCanvas(100, 24)
		(&Detail{}).DrawChannel(c, s, i, theme.Dark)
		text := c.String()
		for _, want := range []string{"Go channel", "p50 –", "p99 –", "a Go channel does not tell"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
		for _, line := range strings.Split(text, "\n") {
			if at := strings.TrimSpace(line); strings.HasPrefix(at, "sent") || strings.HasPrefix(at, "taken") {
				if strings.ContainsAny(at, "0123456789") || !strings.HasSuffix(at, "–") {
					t.Errorf("%q", at)
				}
			}
		}
	}
}

// Who waits for a Go channel is in a call, so one that is open or full is not
// what a waiting or blocked actor waits for.
func TestTheChainLeadsOverNoNativeChannel(t *testing.T) {
	s := &collector.Snapshot{
		Actors: []collector.Actor{{Name: "a", State: telemetry.StateBlocked}, {Name: "b", State: telemetry.StateWaiting}},
		Channels: []collector.Channel{
			{Name: "go", From: 0, To: 1, Fill: 1, Native: true},
			{Name: "work", From: 0, To: 1, Fill: 0.9},
		},
	}
	for actor, kind := range []wants{room, theEnd} {
		if l := waitsFor(s, int32(actor)); l.kind != kind || l.via != 1 {
			t.Errorf("%s waits over channel %d (%v)", s.Actors[actor].Name, l.via, l.kind)
		}
	}
}
