package tui

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/keymap"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

func TestStopFromQuestionToDrained(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{Reason: "S in steadytop, by ops"}, func(a *app) {
		a.press("2", "S")
		a.sees("stop this service?", "nav:4127 on arm7", "not the viewer", "gives up after 25 s", "n leave it running")
		a.wait(600 * time.Millisecond)
		a.press("y")
		if !slices.Equal(a.s.asked, []telemetry.Instance{0xfeed}) || a.s.reason != "S in steadytop, by ops" {
			t.Fatalf("asked %v to stop, because %q", a.s.asked, a.s.reason)
		}
		a.sees("─ shutdown ")
		a.misses("stop this service?")
		a.feed(viewtest.Stopping())
		a.sees("STOPPING", "6 of 9 agreed", "VETO", "detect→logger: 4,096 left", "what it waits for")
		a.feed(viewtest.Drained())
		a.sees("drained", "ended cleanly", "8.3 s after", "any key leaves")
		a.press("x")
		if a.quit {
			t.Error("a key that was on its way when the end was shown has left")
		}
		a.wait(600 * time.Millisecond)
		a.press("x")
		if !a.quit || !a.m.result().Asked || !a.m.result().Last.End.Clean {
			t.Errorf("quit %v, result %+v", a.quit, a.m.result())
		}
	})
}

func TestUncleanEndSaysWhoDidNotStop(t *testing.T) {
	run(t, 80, 24, viewtest.Stopping(), Options{}, func(a *app) {
		a.sees("─ shutdown ")
		a.feed(viewtest.Unclean())
		a.sees("not clean", "did not end cleanly", "logger", "detect→logger: 4,096 left", "left behind", "64 in camera→detect")
	})
}

// TestHowNotToStopAService is every way in which a key must not count.
func TestHowNotToStopAService(t *testing.T) {
	later := func(a *app) { a.wait(600 * time.Millisecond) }
	for name, try := range map[string]func(a *app){
		"at once":   func(a *app) { a.press("S", "y") },
		"too early": func(a *app) { a.press("S"); a.wait(480 * time.Millisecond); a.press("y") },
		"before it was on the screen": func(a *app) {
			a.d.stuck = true
			a.press("S")
			a.wait(10 * time.Second)
			a.press("y")
		},
		"with others in one read": func(a *app) { a.press("S"); later(a); a.d.read = 2; a.press("y") },
		"pasted":                  func(a *app) { a.press("S"); later(a); a.m.paste("y") },
		"another letter":          func(a *app) { a.press("S"); later(a); a.press("Y", "S", "space", "j", "tab", "ctrl+y") },
		"denied":                  func(a *app) { a.press("S"); later(a); a.press("n", "y") },
		"denied by enter":         func(a *app) { a.press("S"); later(a); a.press("enter", "y") },
		"escaped":                 func(a *app) { a.press("S"); later(a); a.press("esc", "y") },
		"typed as a search":       func(a *app) { a.press("2", "/", "S"); later(a); a.press("y", "enter") },
		"of a service that was replaced": func(a *app) {
			a.press("S")
			later(a)
			other := viewtest.Robot()
			other.Instance = 7
			a.feed(other)
			a.press("y")
		},
		"of a service that is lost": func(a *app) {
			a.press("S")
			later(a)
			lost := viewtest.Robot()
			lost.Link = collector.LinkLost
			a.feed(lost)
			a.press("y")
		},
		"that cannot be asked": func(a *app) {
			s := viewtest.Robot()
			s.Can.Control = false
			a.feed(s)
			a.press("S")
			later(a)
			a.press("y")
			a.press("S")
			a.sees("cannot be stopped from here")
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
				try(a)
				if len(a.s.asked) > 0 {
					t.Errorf("the service was asked to stop:\n%s", a.screen())
				}
			})
		})
	}
}

func TestKeyCountsAfterItWasRefused(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.press("S", "y")
		a.sees("too soon")
		a.wait(time.Second)
		a.d.read = 5
		a.press("y")
		a.sees("pressed alone")
		a.d.read = 1
		a.s.refuse = errors.New("collector: request shutdown: refused")
		a.press("y")
		a.sees("it was not stopped: request shutdown: refused", "n leave it running")
		a.s.refuse = nil
		a.press("y")
		if len(a.s.asked) != 2 || a.m.view != keymap.Shutdown {
			t.Errorf("asked %d times", len(a.s.asked))
		}
	})
}

func TestRemoteServiceWantsItsName(t *testing.T) {
	s := viewtest.Robot()
	s.Local = false
	run(t, 80, 24, s, Options{}, func(a *app) {
		a.press("S")
		a.sees("ANOTHER machine", "type its name")
		a.wait(time.Second)
		a.press("y", "enter")
		a.sees("that is not its name")
		a.press("backspace", "n", "a", "v")
		a.sees("type its name: nav")
		a.m.paste("nav")
		a.d.read = 20
		a.press("x")
		a.sees("type its name: nav", "pasted")
		a.d.read = 1
		if len(a.s.asked) > 0 {
			t.Fatal("asked too early")
		}
		a.press("enter")
		if len(a.s.asked) != 1 {
			t.Errorf("the name was typed, and the service was asked %d times", len(a.s.asked))
		}
	})
}

func TestStopByAnotherOpensTheVotes(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.press("2", "space", "?")
		a.feed(viewtest.Stopping())
		a.sees("─ shutdown ", "gives up in", "S in steadytop, by ops")
		a.misses("keys: ", "PAUSED")
		a.press("S")
		a.sees("it is stopping already")
		a.press("1")
		a.feed(viewtest.Stopping())
		a.sees("─ why ")
	})
}

func TestServiceThatComesBackTakesTheEndAway(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.feed(viewtest.Drained())
		a.sees("ended cleanly")
		s := viewtest.Robot()
		s.Instance, s.PID = 7, 5001
		a.feed(s)
		a.sees("nav:5001", "LIVE")
		a.misses("ended cleanly")
	})
}
