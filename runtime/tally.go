package steady

import "time"

// inARow is how soon after another failure one makes the pause double even if there
// was progress between the two: an actor that fails again and again must
// neither spin nor flood the log.
const inARow = time.Second

// tally counts the failures of an actor. Only its own flow uses it.
type tally struct {
	counted []time.Duration // when those that count were, within the window
	row     int             // failures since the last progress
	quick   int             // failures in a row that came soon after each other
	last    time.Duration   // when the last one was
	pause   time.Duration   // that followed it
	since   time.Time       // when the first of the row was
	moved   uint64          // what the actor had moved for good at the last one
}

// note notes a failure of an actor that has moved so many messages for good.
func (t *tally) note(now, window time.Duration, moved uint64) {
	switch {
	case t.row == 0 || moved != t.moved || now-t.last-t.pause >= window:
		t.row, t.since, t.counted = 1, time.Now(), t.counted[:0]
	default:
		t.row++
	}
	if now-t.last >= inARow {
		t.quick = 0
	}
	t.quick++
	t.last, t.pause, t.moved = now, 0, moved
}

// count has the failure that was noted count, and returns how many do within the
// window. Without a limit that is all of the row.
func (t *tally) count(window time.Duration, limited bool) int {
	if !limited {
		return t.row
	}
	keep := t.counted[:0]
	for _, at := range t.counted {
		if t.last-at < window {
			keep = append(keep, at)
		}
	}
	t.counted = append(keep, t.last)
	return len(t.counted)
}

// pace returns the number of the failure that decides about the pause after it.
func (t *tally) pace() int { return max(t.row, t.quick) }

// clear begins a new row: what made the actor fail is out of the way.
func (t *tally) clear() { t.row, t.quick, t.counted = 0, 0, t.counted[:0] }

// movedForGood is how many messages the actor has sent and taken in iterations
// that stand. What a torn iteration that failed had published is sent again, and
// does not count. It is called when nothing is open.
func (a *Actor) movedForGood() uint64 { return a.position() - a.sentTwice }

// position is where the ports stand, all together.
func (a *Actor) position() (n uint64) {
	for _, o := range a.outs {
		n += o.Next()
	}
	for _, i := range a.ins {
		n += i.Next()
	}
	return n
}
