//go:build unix

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var robotActors = []string{"lidar", "imu", "camera", "detect", "fuse", "map", "planner", "motor", "logger"}

// heads counts the arrow heads on the screen: each drawn edge has one, behind
// its fill bar.
func heads(screen string) int { return strings.Count(screen, "▶") + strings.Count(screen, "◀") }

// confirm answers the dialog. It counts keys only a moment after it was
// painted, so the key is typed until it does.
func (w *terminal) confirm(gone string) {
	w.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for strings.Contains(w.screen(), gone) {
		w.press("y")
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("the dialog does not take the answer:\n%s", w.screen())
		}
	}
}

// leave presses a key until the viewer ends: like every answer, it counts only
// a moment after the question was painted.
func (w *terminal) leave() {
	w.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		_, _ = w.tty.WriteString("x") // fails once it has ended
		select {
		case <-w.done:
			return
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("no key leaves:\n%s", w.screen())
		}
	}
}

// stopFromViewer presses S, confirms, and follows the service to its end.
func stopFromViewer(t *testing.T, w *terminal, service *process) {
	t.Helper()
	w.press("S")
	w.shows("stop this service?", "y stop it")
	w.confirm("y stop it")
	w.shows("drained")
	if code := service.ended(t); code != 0 {
		t.Errorf("the service ended with %d\n%s", code, service.out.String())
	}
	w.leave()
	if code := w.exits(); code != 0 {
		t.Errorf("steadytop ended with %d", code)
	}
	if err := w.restored(); err != nil {
		t.Error(err)
	}
}

func TestGraphKeysAndStopOnLargeScreens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := newStage(t)
			service := s.service("robot")
			w := s.steadytop(size[0], size[1])
			w.shows(append([]string{"robot:", "LIVE"}, robotActors...)...)
			w.until("ten edges with a bar each", func(s string) bool { return heads(s) >= 10 })

			w.press("b") // the bottleneck: the logger, once its input is full
			w.shows("logger is the bottleneck")
			w.press("\t")
			w.shows("ACTOR", "INBOX", "planner")
			w.press("/")
			w.press("mot")
			w.press("\r")
			w.until("only the motor", func(s string) bool { return strings.Contains(s, "motor") && !strings.Contains(s, "planner") })
			w.press("\x1b")
			w.shows("planner")
			w.press("\t")
			w.shows("CHANNEL", "poses.plan")
			w.press("i") // sorts the other way round
			w.until("the emptiest first", func(s string) bool {
				return strings.Index(s, "pages") > strings.Index(s, "tiles")
			})
			w.press("?")
			w.shows("keys: channels", "Views")
			w.press("\x1b")
			w.until("the keys no more", func(s string) bool { return !strings.Contains(s, "keys: channels") })
			w.press("1")
			w.shows(robotActors...)
			w.press("+", "+") // nearer: larger cards
			w.shows("logger")
			w.press("0")
			w.until("the whole graph again", func(s string) bool { return heads(s) >= 10 })
			stopFromViewer(t, w, service)
		})
	}
}

func TestSmallScreenReachesEveryActor(t *testing.T) {
	s := newStage(t)
	service := s.service("robot")
	w := s.steadytop(40, 10, "attach", "robot")
	w.shows("LIVE", "lidar")
	seen := map[string]bool{}
	look := func(screen string) {
		for _, a := range robotActors {
			if strings.Contains(screen, a) {
				seen[a] = true
			}
		}
	}
	look(w.screen())
	// Up to the lidar, along the graph to its end, and back along another way.
	for _, key := range strings.Split("l k k k l l l l l l l l l l h h j h h h h h h h", " ") {
		before := w.screen()
		w.press(key)
		look(w.settled(before))
	}
	for _, a := range robotActors {
		if !seen[a] {
			t.Errorf("%s was never on the screen", a)
		}
	}
	stopFromViewer(t, w, service)
}

// settled waits for the next paint after a key, at most a moment: not every
// key changes the screen.
func (w *terminal) settled(before string) string {
	deadline := time.After(300 * time.Millisecond)
	for {
		w.mu.Lock()
		s, changed := w.vt.String(), w.changed
		w.mu.Unlock()
		if s != before {
			return s
		}
		select {
		case <-changed:
		case <-deadline:
			return s
		}
	}
}

func TestServiceKilledAndBack(t *testing.T) {
	s := newStage(t)
	first := s.service("robot")
	w := s.steadytop(80, 24)
	w.shows("LIVE", "logger")
	signal(t, first.Process, syscall.SIGKILL)
	first.ended(t)
	lost := w.shows("connection lost")
	for _, a := range []string{"fuse", "planner", "detect", "logger"} { // the banner covers the first row
		if !strings.Contains(lost, a) {
			t.Errorf("the last screen is gone: no %s in\n%s", a, lost)
		}
	}
	second := s.service("robot")
	w.shows(fmt.Sprintf("robot:%d", second.Process.Pid), "LIVE")
	w.press("q")
	if code := w.exits(); code != 0 {
		t.Errorf("steadytop ended with %d", code)
	}
	if err := w.restored(); err != nil {
		t.Error(err)
	}
	signal(t, second.Process, syscall.SIGTERM)
	if code := second.ended(t); code != 0 {
		t.Errorf("the service ended with %d\n%s", code, second.out.String())
	}
}

func TestViewerKilled(t *testing.T) {
	s := newStage(t)
	service := s.service("standard")
	for range 3 {
		w := s.steadytop(80, 24)
		w.shows("LIVE")
		signal(t, w.cmd.Process, syscall.SIGKILL)
		w.exits()
	}
	signal(t, service.Process, syscall.SIGTERM)
	if code := service.ended(t); code != 0 {
		t.Errorf("the service ended with %d\n%s", code, service.out.String())
	}
	var sent, received int
	if _, err := fmt.Sscanf(service.out.String(), "sent=%d received=%d", &sent, &received); err != nil || sent != received {
		t.Errorf("sent %d, received %d (%v)", sent, received, err)
	}
}

func TestViewerGivesTheTerminalBack(t *testing.T) {
	s := newStage(t)
	s.service("standard")
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGINT} {
		w := s.steadytop(80, 24)
		w.shows("LIVE")
		signal(t, w.cmd.Process, sig)
		w.exits()
		if err := w.restored(); err != nil {
			t.Errorf("after %v: %v", sig, err)
		}
	}
}

var controls = regexp.MustCompile(`[\x00-\x09\x0b-\x1f\x7f\x{80}-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]`)

func TestHostileNamesHarmNothing(t *testing.T) {
	s := newStage(t)
	service := s.service("hostile")
	w := s.steadytop(80, 24)
	w.shows("LIVE", "plain")
	for range 3 { // through the graph, the lists, a detail
		w.press("\t")
		w.settled(w.screen())
	}
	w.press("\r")
	w.settled(w.screen())
	w.press("1")
	w.shows("plain")
	w.mu.Lock()
	raw := w.raw.String()
	w.mu.Unlock()
	for _, bad := range []string{"\x1b]52", "\x1b[6n\r\n", "\u202e", "\u2066", "\x07"} {
		if strings.Contains(raw[len(raw)/4:], bad) { // past the questions asked at the start
			t.Errorf("%q reached the terminal", bad)
		}
	}
	if c := controls.FindString(w.screen()); c != "" {
		t.Errorf("control character %q on the screen", c)
	}
	stopFromViewer(t, w, service)
}
