package window

import "math"

// CPUKind says how the CPU of an actor was obtained.
type CPUKind uint8

// The kinds of CPU figures.
const (
	CPUUnknown  CPUKind = iota
	CPUExact            // from the clock of the actor's own thread
	CPUEstimate         // busy time scaled by the CPU of the process
	CPUBound            // busy time: an upper bound
)

const (
	// idleBelow is the share of all cores below which the process is said to
	// have had a core to spare.
	idleBelow = 0.9
	// covered is the share of the busy time that the process's CPU must reach
	// for the two to agree.
	covered = 0.9
)

// measureCPU gives each actor its share of the process's CPU.
//
// Busy time is wall time. When all cores are taken it holds the time in which
// the actor was runnable and not running, and scaling it by what the process
// really used is a good estimate (-25 to +35 % with eight actors on two cores).
// When a core was idle nobody waited for one: busy time without CPU is then
// time that bodies spent in system calls or asleep, and scaling would charge
// one actor for the naps of another. So the busy time is given as it is, as an
// upper bound, unless the CPU of the process accounts for it anyway.
func (w *Window) measureCPU(base *sample) {
	dt := (w.now.mono - base.mono).Seconds()
	w.process.CPU, w.process.Idle = math.NaN(), false
	if w.now.cpu > 0 {
		w.process.CPU = (w.now.cpu - base.cpu).Seconds() / dt
		w.process.Idle = w.process.CPU < idleBelow*float64(max(1, w.top.Cores))
	}
	var exact, busy float64
	for i := range w.actors {
		a := &w.actors[i]
		if w.top.Actors[i].ExactCPU {
			a.CPU = min(1, (w.now.actor[i]-base.actor[i]).Seconds()/dt)
			a.CPUKind = CPUExact
			exact += a.CPU
		} else if !math.IsNaN(a.Busy) {
			busy += a.Busy
		}
	}
	left := max(0, w.process.CPU-exact) // what the pool can have used; NaN when unknown
	scale, kind := pool(left, busy, w.process.Idle)
	for i := range w.actors {
		a := &w.actors[i]
		if w.top.Actors[i].ExactCPU {
			continue
		}
		a.CPU, a.CPUKind = a.Busy*scale, kind
		switch {
		case math.IsNaN(a.Busy):
			a.CPUKind = CPUUnknown
		case kind == CPUBound && a.CPU > left:
			a.CPU = left
		}
	}
}

// pool decides how busy time becomes CPU.
func pool(left, busy float64, idle bool) (scale float64, kind CPUKind) {
	switch {
	case math.IsNaN(left):
		return 1, CPUBound
	case busy <= left:
		return 1, CPUEstimate
	case idle && left < covered*busy:
		return 1, CPUBound
	}
	return left / busy, CPUEstimate
}
