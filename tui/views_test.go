package tui

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/view"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares the screen with a file.
func (a *app) golden(name string) {
	a.t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got := a.screen()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			a.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			a.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatalf("%v (go test ./tui -update writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		a.t.Errorf("%s changed (-want +got):\n%s", path, diff)
	}
}

func TestMainScreen(t *testing.T) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"40x10", 40, 10}, {"80x24", 80, 24}, {"100x30", 100, 30}, {"160x50", 160, 50}} {
		run(t, size.w, size.h, viewtest.Robot(), Options{}, func(a *app) {
			a.press("b")
			a.golden("main." + size.name)
			a.press("left")
			lost := viewtest.Robot()
			lost.Link, lost.Problem = collector.LinkLost, "connection refused"
			a.feed(lost)
			a.golden("lost." + size.name)
		})
	}
}

func TestNothingIsPaintedWhilePaused(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.press("space")
		a.sees("PAUSED at ")
		frames := a.d.frames
		for range 20 {
			s := viewtest.Robot()
			s.Actors[0].CPU = 0.99
			a.feed(s)
			a.wait(time.Second)
		}
		if n := a.d.frames - frames; n != 0 {
			t.Errorf("%d frames were painted while the picture was held", n)
		}
		a.press("2")
		a.sees("~17%")
		a.press("space")
		a.sees("LIVE", "~99%")
	})
}

func TestPaintsOnlyWhenThereIsSomethingNew(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.feed(viewtest.Robot())
		frames := a.d.frames
		a.m.wake = time.Now().Add(time.Hour) // no timer
		a.press("x", "€")
		if n := a.d.frames - frames; n != 0 {
			t.Errorf("%d frames for keys that do nothing", n)
		}
		a.press("j")
		if n := a.d.frames - frames; n != 1 {
			t.Errorf("%d frames for one key", n)
		}
	})
}

func TestAgeIsCountedWhenFramesStopToCome(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		frames := a.d.frames
		a.wait(1900 * time.Millisecond)
		a.misses(" old")
		a.wait(1200 * time.Millisecond)
		a.sees("3 s old")
		a.wait(60 * time.Second)
		a.sees("63 s old")
		if n := a.d.frames - frames; n > 64 {
			t.Errorf("%d frames in 63 seconds", n)
		}
	})
}

func TestLostServiceIsABannerThatCountsDown(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		lost := viewtest.Robot()
		lost.Link, lost.Problem, lost.Retry = collector.LinkLost, "connection refused", time.Now().Add(5*time.Second)
		a.feed(lost)
		a.sees("connection lost", "next try in 5 s", "connection refused", "lidar")
		a.wait(1100 * time.Millisecond)
		a.sees("next try in 4 s", "1 s old")
		a.wait(4 * time.Second)
		a.sees("trying")
		a.press("r", "S")
		if a.s.hurry != 1 {
			t.Error("r does not connect now")
		}
		a.sees("not connected: the service cannot be asked")
		a.feed(viewtest.Robot())
		a.sees("LIVE")
		a.misses("connection lost")
	})
}

func TestSelectionIsSharedByAllViews(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.press("2", "down", "down")
		name := viewtest.Robot().Actors[a.m.actors.Selected()].Name
		a.press("1")
		a.sees("─ " + name + " ─")
		a.press("b", "2")
		if got := viewtest.Robot().Actors[a.m.actors.Selected()].Name; got != "logger" {
			t.Errorf("the cursor of the list is on %s, the graph has logger", got)
		}
		other := viewtest.Robot()
		other.Instance, other.PID = 7, 5000
		other.Actors = other.Actors[7:]
		other.Channels = nil
		a.feed(other)
		if got := other.Actors[a.m.graph.Selected.Index].Name; got != "logger" {
			t.Errorf("after a restart %s is selected", got)
		}
	})
}

func TestSearch(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.press("2", "/", "M")
		a.sees("/M", "4 of 9")
		a.m.paste("ot\nignored")
		a.press("x", "backspace")
		a.sees("/Mot", "1 of 9")
		a.press("enter")
		a.sees("1 of 9", "motor")
		a.misses("logger")
		a.press("esc")
		a.sees("logger")
		a.press("/", "z", "q", "S")
		a.sees("/zqS", "nothing contains zqS")
		a.press("esc")
		a.sees("logger")
		a.press("1", "/", "p", "l", "a", "enter")
		a.sees("─ map→planner ─")
		a.press("n")
		a.misses("─ map→planner ─")
		a.press("N")
		a.sees("─ map→planner ─")
		if a.quit {
			t.Error("a letter that was typed quit")
		}
	})
}

func TestListsSort(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.press("2", "h", "s")
		a.sees("by ACTOR")
		first := strings.Split(a.screen(), "\n")[3]
		a.press("i")
		if again := strings.Split(a.screen(), "\n")[3]; again == first || !strings.Contains(again, "planner") {
			t.Errorf("inverted, the list begins with %q", again)
		}
	})
}

func TestGraphKeys(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		whole := a.screen()
		a.press("b", "f")
		a.misses("lidar")
		a.press("f", "+", "+", "+")
		a.press("0", "z", "-", "L", "H", "J", "K", "R", "G", "g", "ctrl+d", "ctrl+u")
		a.press("0")
		a.m.graph.Selected = view.Selection{}
		a.feed(viewtest.Robot())
		if got := a.screen(); got != whole {
			t.Errorf("back at the fitting zoom the graph differs (-before +after):\n%s", cmp.Diff(strings.Split(whole, "\n"), strings.Split(got, "\n")))
		}
	})
}

func TestTooSmallStillQuits(t *testing.T) {
	run(t, 39, 10, viewtest.Robot(), Options{}, func(a *app) {
		a.sees("too small", "40x10", "39x10")
		a.press("S", "y", "2")
		if a.m.stopOpen() {
			t.Error("a question was opened that nobody can see")
		}
		a.d.w = 80
		a.d.changes <- struct{}{}
		a.wait(100 * time.Millisecond)
		a.sees("nav:4127")
		a.d.h = 3
		a.d.changes <- struct{}{}
		a.wait(100 * time.Millisecond)
		a.press("q")
		if !a.quit {
			t.Error("q does not leave")
		}
	})
}

func TestResizeIsPaintedOnce(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		frames := a.d.frames
		for i := range 100 {
			a.d.w = 81 + i
			a.d.changes <- struct{}{}
			a.wait(10 * time.Millisecond)
		}
		a.wait(100 * time.Millisecond)
		if n := a.d.frames - frames; n != 1 {
			t.Errorf("%d frames while the terminal was dragged", n)
		}
	})
}

func TestSuspendAndRedraw(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.d.suspend = screen.ErrNoShell
		a.press("ctrl+z")
		a.sees("no shell to come back from")
		a.wait(5 * time.Second)
		a.misses("no shell to come back from")
		a.press("ctrl+l")
		if a.d.redraws != 1 {
			t.Error("ctrl-l does not redraw")
		}
	})
}

func TestDetailIsLoadedAndRefreshed(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.press("2", "/", "d", "e", "t", "enter", "enter")
		a.sees("─ detect ", "not available")
		a.s.info = &telemetry.ActorDetail{RestartMax: 5, Window: time.Minute, LastFailure: "panic: nil frame", Stack: "main.infer()"}
		s := viewtest.Robot()
		s.Actors[3].Restarts = 2
		a.feed(s)
		a.sees("panic: nil frame", "main.infer()", "allowed 5 in 60 s")
	})
}

func TestEmptyAndHostileServices(t *testing.T) {
	for _, s := range []func() *collector.Snapshot{viewtest.Empty, viewtest.First, viewtest.Hostile, viewtest.Stopping, viewtest.Drained} {
		for _, size := range [][2]int{{0, 0}, {40, 10}, {80, 24}, {160, 50}} {
			run(t, size[0], size[1], s(), Options{}, func(a *app) {
				for _, k := range []string{"b", "h", "l", "j", "k", "enter", "esc", "+", "-", "f", "z", "R", "2", "s", "i", ">", "G", "enter", "j", "esc", "3", "n", "N", "/", "a", "enter", "4", "5", "?", "j", "esc", "S", "n", "space"} {
					a.press(k)
					a.feed(s())
				}
			})
		}
	}
}

func TestPicker(t *testing.T) {
	services := []view.Service{{Name: "ingest", PID: 991, Socket: "/a"}, {Name: "nav", PID: 4127, Socket: "/b"}}
	opened := newSession(nil)
	var to view.Service
	lists := 0
	o := Options{
		List: func(context.Context) ([]view.Service, []view.Skipped, error) {
			lists++
			return services, []view.Skipped{{Socket: "/c", Reason: "nobody listens there any more"}}, nil
		},
		Attach: func(_ context.Context, s view.Service) (Session, error) {
			to = s
			if s.Name == "ingest" {
				return nil, errors.New("source: gone meanwhile")
			}
			opened.out, opened.latest, opened.closed = make(chan *collector.Snapshot, 1), at(viewtest.Robot()), false
			return opened, nil
		},
	}
	run(t, 80, 24, nil, o, func(a *app) {
		a.sees("running services", "ingest", "nav", "skipped", "nobody listens")
		a.press("enter")
		a.sees("gone meanwhile")
		a.press("down", "enter")
		a.s = opened
		a.sees("nav:4127", "LIVE", "lidar")
		if to.Socket != "/b" {
			t.Errorf("attached to %v", to)
		}
		a.press("esc")
		a.sees("running services")
		if !opened.closed {
			t.Error("the session was left open")
		}
		was := lists
		a.wait(5 * time.Second)
		if n := lists - was; n < 2 || n > 3 {
			t.Errorf("looked %d times for services in 5 s", n)
		}
		a.press("/", "i", "n", "g")
		a.misses("4127")
		a.press("enter", "q")
		if !a.quit {
			t.Error("q does not leave")
		}
	})
}

func TestPickerSaysWhatToDoWhenNothingRuns(t *testing.T) {
	o := Options{List: func(context.Context) ([]view.Service, []view.Skipped, error) { return nil, nil, nil }}
	run(t, 40, 10, nil, o, func(a *app) { a.sees("no service is running", "steadytop demo") })
}

func TestOtherMessagesDoNothing(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		frames := a.d.frames
		for _, msg := range []tea.Msg{tea.WindowSizeMsg{}, tea.FocusMsg{}, tea.KeyReleaseMsg{Code: 'q'}, nil, 7} {
			a.send(msg)
		}
		if a.d.frames != frames || a.quit {
			t.Error("a message that means nothing did something")
		}
	})
}

func BenchmarkKeyToFrame(b *testing.B) {
	s := newSession(viewtest.Many(500))
	d := &display{w: 160, h: 50, shown: map[uint64]time.Time{}, changes: make(chan struct{}, 1)}
	m := newModel(b.Context(), d, Options{Session: s})
	m.Init()
	for _, view := range []string{"1", "2", "3"} {
		b.Run("view "+view, func(b *testing.B) {
			m.Update(tea.KeyPressMsg{Code: rune(view[0]), Text: view})
			keys := []tea.KeyPressMsg{{Code: 'j', Text: "j"}, {Code: 'k', Text: "k"}}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				m.Update(keys[i%2])
			}
		})
	}
}

func TestOthersAreReachableWhileTheServiceIsLost(t *testing.T) {
	o := Options{List: func(context.Context) ([]view.Service, []view.Skipped, error) {
		return []view.Service{{Name: "ingest", PID: 991}}, nil, nil
	}}
	run(t, 80, 24, viewtest.Robot(), o, func(a *app) {
		a.press("esc")
		a.sees("nav:4127")
		lost := viewtest.Robot()
		lost.Link = collector.LinkLost
		a.feed(lost)
		a.sees("esc others")
		a.press("esc")
		a.wait(3 * time.Second)
		a.sees("running services", "ingest")
	})
}

func TestDetailFollowsItsActorThroughARestart(t *testing.T) {
	run(t, 80, 24, viewtest.Robot(), Options{}, func(a *app) {
		a.press("b", "enter")
		a.sees("─ logger ")
		s := viewtest.Robot()
		s.Instance, s.Actors, s.Channels = 7, s.Actors[7:], nil
		a.feed(s)
		a.sees("─ logger ")
		s = viewtest.Robot()
		s.Instance, s.Actors, s.Channels = 8, s.Actors[:3], nil
		a.feed(s)
		a.sees("this actor is gone")
		a.feed(viewtest.Robot())
		a.sees("this actor is gone")
	})
}

func TestFooterLeavesOutWhatDoesNothing(t *testing.T) {
	s := viewtest.Robot()
	s.Can.Control = false
	run(t, 80, 24, s, Options{}, func(a *app) {
		a.misses("S stop")
		a.feed(viewtest.Robot())
		a.sees("S stop")
	})
}
