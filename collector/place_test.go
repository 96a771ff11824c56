package collector

import (
	"testing"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestRunsOn(t *testing.T) {
	for want, a := range map[string]Actor{
		"pooled":              {Schedule: telemetry.SchedulePooled},
		"io":                  {Schedule: telemetry.ScheduleTroupe, Troupe: "io"},
		"troupe@0":            {Schedule: telemetry.ScheduleTroupe, Cores: []int{0}},
		"io@3":                {Schedule: telemetry.ScheduleTroupe, Troupe: "io", Cores: []int{3}},
		"solo@0-1,3,5-7 rt40": {Schedule: telemetry.ScheduleSolo, Cores: []int{0, 1, 3, 5, 6, 7}, Realtime: 40},
		"solo rt1":            {Schedule: telemetry.ScheduleSolo, Realtime: 1},
		"":                    {},
	} {
		if got := a.RunsOn(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
