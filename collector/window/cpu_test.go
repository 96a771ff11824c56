package window

import (
	"math"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

func busy(share float64) map[telemetry.State]float64 {
	return map[telemetry.State]float64{telemetry.StateBusy: share, telemetry.StateWaiting: 1 - share}
}

func TestCPU(t *testing.T) {
	type figure struct {
		cpu  float64
		kind CPUKind
	}
	for name, tc := range map[string]struct {
		cores   int
		process float64
		thread  float64 // of actor 0, when exact
		exact   bool
		busy    []float64
		want    []figure
	}{
		"no core to spare: wall time is scaled down": {
			cores: 2, process: 2, busy: []float64{1, 1, 1, 1},
			want: []figure{{0.5, CPUEstimate}, {0.5, CPUEstimate}, {0.5, CPUEstimate}, {0.5, CPUEstimate}},
		},
		"all busy time is accounted for": {
			cores: 2, process: 0.9, busy: []float64{0.5, 0.25},
			want: []figure{{0.5, CPUEstimate}, {0.25, CPUEstimate}},
		},
		"a core was idle and a body slept: nobody is charged for it": {
			cores: 2, process: 1, busy: []float64{1, 0.75},
			want: []figure{{1, CPUBound}, {0.75, CPUBound}},
		},
		"no actor used more than the process": {
			cores: 2, process: 0.25, busy: []float64{1, 0.125},
			want: []figure{{0.25, CPUBound}, {0.125, CPUBound}},
		},
		"an exact actor's share is not the pool's": {
			cores: 2, process: 2, thread: 1, exact: true, busy: []float64{1, 1, 1},
			want: []figure{{1, CPUExact}, {0.5, CPUEstimate}, {0.5, CPUEstimate}},
		},
		"the process does not tell": {
			cores: 2, process: 0, busy: []float64{1, 0.5},
			want: []figure{{1, CPUBound}, {0.5, CPUBound}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			exact := make([]bool, len(tc.busy))
			exact[0] = tc.exact
			wd := newWorld(tc.cores, exact...)
			w := New(wd.top)
			add(t, w, &wd.frame)
			var splits []map[telemetry.State]float64
			for _, b := range tc.busy {
				splits = append(splits, busy(b))
			}
			wd.pass(time.Second, tc.process, splits...)
			wd.frame.Actors.CPU[0] += time.Duration(tc.thread * float64(time.Second))
			add(t, w, &wd.frame)
			for i, want := range tc.want {
				a := w.Actors()[i]
				near(t, "CPU", a.CPU, want.cpu)
				if a.CPUKind != want.kind {
					t.Errorf("actor %d: kind %d, want %d", i, a.CPUKind, want.kind)
				}
			}
			if got := w.Process().CPU; math.IsNaN(got) != (tc.process == 0) {
				t.Errorf("process CPU is %v", got)
			}
		})
	}
}
