package view

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

// names returns the actors in the order of the list.
func (l *ActorList) names() []string {
	var out []string
	for _, i := range l.order {
		out = append(out, l.rows.s.Actors[i].Name)
	}
	return out
}

func TestOrderIsFrozenWhileTheCursorMoves(t *testing.T) {
	at := viewtest.Now
	l := NewActorList()
	l.Update(viewtest.Robot(), at)
	if got := l.names()[:2]; !cmp.Equal(got, []string{"logger", "motor"}) {
		t.Fatalf("sorted by CPU the list begins with %v", got)
	}
	l.Move(1, at.Add(3*time.Second))
	s := viewtest.Robot()
	s.Actors[0].CPU = 1.2 // lidar takes over
	l.Update(s, at.Add(4*time.Second))
	if got := l.names()[0]; got != "logger" {
		t.Errorf("one second after the cursor moved, %s is at the top", got)
	}
	l.Update(s, at.Add(5*time.Second))
	if got := l.names()[0]; got != "lidar" {
		t.Errorf("two seconds after the cursor moved, %s is at the top", got)
	}
	if got := s.Actors[l.Selected()].Name; got != "motor" {
		t.Errorf("the cursor went with the place, to %s", got)
	}
	s = viewtest.Robot()
	l.Update(s, at.Add(6*time.Second))
	if got := l.names()[0]; got != "lidar" {
		t.Errorf("the list was sorted twice within a second, %s is at the top", got)
	}
	l.SortChosen()
	l.Update(s, at.Add(6*time.Second))
	if got := l.names()[0]; got != "logger" {
		t.Errorf("asked to sort, %s is at the top", got)
	}
}

func TestUnknownSortsLast(t *testing.T) {
	s := viewtest.Robot()
	s.Actors[8].CPU = collector.Unknown()
	l := NewActorList()
	for range 2 {
		l.Update(s, viewtest.Now)
		if got := l.names()[8]; got != "logger" {
			t.Errorf("the row whose CPU is not known is not the last; %s is", got)
		}
		l.Invert()
	}
}

func TestColumnsAreChosenAmongThoseShown(t *testing.T) {
	l := NewActorList()
	l.Update(viewtest.Robot(), viewtest.Now)
	l.Draw(screen.NewCanvas(40, 10), theme.Dark)
	var chosen []int
	for range 4 {
		l.ChooseColumn(1)
		chosen = append(chosen, l.chosen)
	}
	if diff := cmp.Diff([]int{actorInbox, actorName, actorCPU, actorInbox}, chosen); diff != "" {
		t.Errorf("columns in a narrow list (-want +got):\n%s", diff)
	}
	l.ChooseColumn(1)
	l.SortChosen()
	l.Update(viewtest.Robot(), viewtest.Now)
	if got := l.names()[:2]; !cmp.Equal(got, []string{"camera", "detect"}) {
		t.Errorf("sorted by name the list begins with %v", got)
	}
}

func TestCursorFollowsItsRowToAnotherInstance(t *testing.T) {
	l := NewActorList()
	l.Update(viewtest.Robot(), viewtest.Now)
	l.Select(3, viewtest.Now)
	s := viewtest.Robot()
	s.Instance++
	s.Actors = append([]collector.Actor{s.Actors[3], s.Actors[7]}, s.Actors[:3]...)
	l.Update(s, viewtest.Now)
	if i := l.Selected(); i != 0 || s.Actors[i].Name != "detect" {
		t.Errorf("the cursor is on actor %d", i)
	}
	s = viewtest.Robot()
	s.Instance, s.Actors = 7, s.Actors[:1]
	l.Update(s, viewtest.Now)
	if i := l.Selected(); i != 0 {
		t.Errorf("the row is gone and the cursor on actor %d", i)
	}
	s.Instance, s.Actors = 8, nil
	l.Update(s, viewtest.Now)
	if i := l.Selected(); i != -1 {
		t.Errorf("the list is empty and the cursor on actor %d", i)
	}
}

func TestSearchKeepsWhatContainsIt(t *testing.T) {
	s := viewtest.Robot()
	c := NewChannelList()
	c.SetQuery("DETECT")
	c.Update(s, viewtest.Now)
	if found, total := c.Rows(); found != 3 || total != 10 {
		t.Errorf("found %d of %d channels", found, total)
	}
	for _, tt := range []struct {
		name, query string
		from, to    int
	}{
		{"Détection", "détec", 0, 6},
		{"ÉTAT", "état", 0, 5},
		{"abab", "bab", 1, 4},
		{"控制台", "制", 3, 6},
		{"x", "xy", -1, -1},
		{"x", "", -1, -1},
	} {
		if from, to := foldIndex(tt.name, tt.query); from != tt.from || to != tt.to {
			t.Errorf("%q is found in %q at %d to %d", tt.query, tt.name, from, to)
		}
	}
}

func TestEventCursorStaysOnItsEvent(t *testing.T) {
	var l EventList
	s := viewtest.Robot()
	l.Update(s)
	if got := l.Subject(); got != "detect" {
		t.Errorf("the newest event is about %q", got)
	}
	l.Move(1)
	was := l.Subject()
	s = viewtest.Robot()
	s.Events = append(s.Events, collector.Event{At: viewtest.Now, Subject: "new"})
	l.Update(s)
	if got := l.Subject(); got != was {
		t.Errorf("a new event moved the cursor from %q to %q", was, got)
	}
	l.Move(-5)
	if got := l.Subject(); got != "new" {
		t.Errorf("at the top the cursor is on %q", got)
	}
}

func TestBlockingChain(t *testing.T) {
	s := viewtest.Stopping()
	inbox := fullestInputs(nil, s)
	want := "detect waits for room in detect→logger; logger has 4,096 messages left in detect→logger, about 2 s more"
	if got := blockingChain(s, inbox); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for i := range s.Actors {
		s.Actors[i].State = 5
	}
	if got := blockingChain(s, inbox); got != "" {
		t.Errorf("everything ended, and yet: %s", got)
	}
	circle := viewtest.Robot()
	circle.Actors = circle.Actors[6:8]
	circle.Channels = circle.Channels[8:]
	circle.Channels[0].From, circle.Channels[0].To = 0, 1
	circle.Channels[1].From, circle.Channels[1].To = 1, 0
	for i := range circle.Actors {
		circle.Actors[i].State = 2
	}
	want = "planner waits for room in planner→motor; motor waits for room in motor→planner; planner is where the circle closes"
	if got := blockingChain(circle, fullestInputs(nil, circle)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.01: "<0.1", 0.44: "0.4", 0.96: "1", 9.94: "9.9", 9.96: "10", 30: "30", 999.4: "999", 999.6: "1.0k", 2130: "2.1k", 9960: "10k",
		210e3: "210k", 999.6e3: "1.0M", 1.9e6: "1.9M", 3e15: "3000T", -1: "0",
	} {
		if got := string(appendRate(nil, v)); got != want {
			t.Errorf("rate %v is %q, want %q", v, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0 s", 400: "0.4 µs", 12 * time.Microsecond: "12 µs", 999600 * time.Nanosecond: "1.0 ms", 340 * time.Millisecond: "340 ms",
		6200 * time.Millisecond: "6.2 s", 41 * time.Second: "41 s", 125 * time.Second: "2m05s", 76 * time.Hour: "3d04h", 3 * time.Hour: "3h00m",
		-5: "0 s", 1 << 62: "53375d",
	} {
		if got := string(appendWait(nil, d, false)); got != want {
			t.Errorf("wait %d is %q, want %q", d, got, want)
		}
	}
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 12804: "12,804", 1 << 63: "9,223,372,036,854,775,808"} {
		if got := string(appendCount(nil, n)); got != want {
			t.Errorf("count %d is %q, want %q", n, got, want)
		}
	}
	for f, want := range map[float64]string{0: "0", 0.001: "<1", 0.495: "50", 1: "100", 3.64: "364", -1: "0"} {
		if got := string(appendPercent(nil, f)); got != want {
			t.Errorf("percent %v is %q, want %q", f, got, want)
		}
	}
}

func TestCursorStaysAtTheTopUntilItIsMoved(t *testing.T) {
	l := NewChannelList()
	l.Update(viewtest.First(), viewtest.Now)
	s := viewtest.Robot()
	l.Update(s, viewtest.Now.Add(3*time.Second))
	if got := s.Channels[l.Selected()].Name; got != "camera→detect" {
		t.Errorf("the cursor is on %s", got)
	}
}
