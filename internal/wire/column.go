package wire

import "github.com/steadytop/steadytop/runtime/telemetry"

// The columns of a frame, in the order in which they are written. A reader
// skips the ones that it does not know. A column that is missing holds zeros,
// which means "as in the keyframe".
const (
	colState    = 1
	colSince    = 2
	colVote     = 3
	colRestarts = 4
	colTorn     = 5
	colCPU      = 6
	colBody     = 7
	colTime     = 8 // colTime+s for each telemetry.State
	colTimed    = 14
	colPatience = 15
	colSent     = 32
	colLength   = 33
	colClosed   = 34
	colLatSum   = 35
	colLatency  = 36
	colAwaited  = 37
)

// colWaiting is the one state whose time can be told from the others: what is
// left of the age of the service. It is sent only when that would be wrong, and
// then as an absolute value.
const colWaiting = colTime + int(telemetry.StateWaiting)

// The forms of a column, in its first byte.
const (
	formDense  = 0 // one value per row
	formSparse = 1 // pairs: rows skipped since the last pair, value
	formRows   = 2 // histograms: see latency.go
)

// The first byte of a row of formRows holds the lowest bucket and a shift.
const (
	rowFirstBits = 5
	rowFirstMask = 1<<rowFirstBits - 1
	rowMaxShift  = 7
)
