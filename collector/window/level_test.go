package window

import (
	"math"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestLevelsHaveHysteresis(t *testing.T) {
	l := Calm
	for i, step := range []struct {
		v    float64
		want Level
	}{
		{0.59, Calm},
		{0.60, Warm},
		{0.55, Warm},
		{0.61, Warm},
		{0.49, Calm},
		{0.90, Hot},
		{0.80, Hot},
		{0.74, Warm},
		{1, Full},
		{0.86, Full},
		{math.NaN(), Full},
		{0.84, Hot},
		{0, Calm},
	} {
		if l = l.next(step.v, channelUp, channelDown); l != step.want {
			t.Errorf("step %d: level %d at %v, want %d", i, l, step.v, step.want)
		}
	}
}

func TestLevelFollowsTheMeanNotThePeak(t *testing.T) {
	wd := newWorld(2)
	w := New(wd.top)
	for i := range 40 { // full in every second frame: half full on average
		wd.pass(tick, 0, split...)
		if i%2 == 0 {
			wd.flow(100, 0)
		} else {
			wd.flow(0, 100)
		}
		add(t, w, &wd.frame)
		if l := w.Channels()[0].Level; i > 4 && l > Warm {
			t.Fatalf("frame %d: level %d", i, l)
		}
	}
}

func TestActorLevels(t *testing.T) {
	for name, tc := range map[string]struct {
		split map[telemetry.State]float64
		want  Level
	}{
		"busy":        {busy(1), Calm},
		"blocked":     {map[telemetry.State]float64{telemetry.StateBlocked: 0.1, telemetry.StateBusy: 0.9}, Warm},
		"blocked all": {map[telemetry.State]float64{telemetry.StateBlocked: 1}, Hot},
		"in back-off": {map[telemetry.State]float64{telemetry.StateBackoff: 0.2, telemetry.StateWaiting: 0.8}, Hot},
	} {
		t.Run(name, func(t *testing.T) {
			wd := newWorld(2)
			w := New(wd.top)
			add(t, w, &wd.frame)
			wd.pass(time.Second, 0, tc.split, busy(0))
			add(t, w, &wd.frame)
			if l := w.Actors()[0].Level; l != tc.want {
				t.Errorf("level %d, want %d", l, tc.want)
			}
		})
	}
}
