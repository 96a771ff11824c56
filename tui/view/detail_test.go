package view

import (
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
	"github.com/steadytop/steadytop/tui/view/viewtest"
)

func TestActorDetail(t *testing.T) {
	info := &telemetry.ActorDetail{
		RestartMax: 5, Window: time.Minute, LastFailure: "panic: nil frame", FailedAt: viewtest.Now.Add(-34 * time.Second),
		Stack: "main.infer(...)\n\t/src/robot/yolo.go:88\nmain.detect(0xc000012345)\n\t/src/robot/detect.go:31 +0x1f4",
	}
	goldens(t, "actor", func(c *screen.Canvas, th *theme.Theme) {
		d := &Detail{Info: info}
		d.DrawActor(c, viewtest.Robot(), 3, th)
	})
}

func TestChannelDetail(t *testing.T) {
	goldens(t, "channel", func(c *screen.Canvas, th *theme.Theme) {
		d := &Detail{}
		d.DrawChannel(c, viewtest.Robot(), 5, th)
	})
}

func TestActorDetailSaysHowOftenItMayFail(t *testing.T) {
	for limit, want := range map[int]string{
		-1: "allowed without limit", 0: "never restarted", 5: "allowed 5 in 60 s",
	} {
		c := screen.NewCanvas(80, 24)
		d := &Detail{Info: &telemetry.ActorDetail{RestartMax: limit, Window: time.Minute}}
		d.DrawActor(c, viewtest.Robot(), 3, theme.Dark)
		if s := c.String(); !strings.Contains(s, want) {
			t.Errorf("limit %d: no %q in\n%s", limit, want, s)
		}
	}
}

func TestActorDetailSaysSinceWhenItFails(t *testing.T) {
	c := screen.NewCanvas(100, 24)
	d := &Detail{Info: &telemetry.ActorDetail{
		LastFailure: "connection refused", FailedAt: viewtest.Now, FailingSince: viewtest.Now.Add(-12 * time.Second), DeadLetters: 7,
	}}
	d.DrawActor(c, viewtest.Robot(), 3, theme.Dark)
	s := c.String()
	for _, want := range []string{"failing since " + viewtest.Now.Add(-12*time.Second).Format(time.TimeOnly), "connection refused", "set aside 7"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in\n%s", want, s)
		}
	}
}

func TestActorDetailListsItsState(t *testing.T) {
	c := screen.NewCanvas(120, 40)
	d := &Detail{Info: &telemetry.ActorDetail{States: []telemetry.StateDetail{
		{Name: "seen", Type: "int", File: "seen.state", Sync: "every 1s", Generation: 42, Saved: viewtest.Now, Unsaved: true, Error: "no space left"},
		{Name: "cache", Type: "map[string]int"},
	}}}
	d.DrawActor(c, viewtest.Robot(), 3, theme.Dark)
	text := c.String()
	for _, want := range []string{"seen int", "saved every 1s, not saved yet", "generation 42 at " + viewtest.Now.Format(time.DateTime), "seen.state", "no space left", "cache map[string]int", "in memory only"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
