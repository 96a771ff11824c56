package window

// Level orders what deserves attention.
type Level uint8

// The levels. Full is for channels; that an actor is the bottleneck is for a
// verdict to say.
const (
	Calm Level = iota
	Warm
	Hot
	Full
)

// A level is reached at its first threshold and left below its second, so that
// a figure that wavers around one of them does not flicker.
var (
	channelUp   = [...]float64{0.60, 0.85, full}
	channelDown = [...]float64{0.50, 0.75, 0.85}
	actorUp     = [...]float64{0.10, 0.50, 2} // of blocked time; never Full
	actorDown   = [...]float64{0.07, 0.40, 2}
)

func (l Level) next(v float64, up, down [3]float64) Level {
	if v != v { // NaN
		return l
	}
	for l < Full && v >= up[l] {
		l++
	}
	for l > Calm && v < down[l-1] {
		l--
	}
	return l
}
