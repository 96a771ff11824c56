package screen

import "time"

const (
	// window is how many bytes may be on their way to the terminal before
	// the next frame waits. The buffers of ssh and of the network hold
	// megabytes: without a limit, the picture on a slow link is minutes old.
	window = 4096
	// maxFlight bounds the frames on their way; they are small on a link
	// that is quick but far.
	maxFlight = 32
	// stall is how long a frame waits at most, so that a lost answer does not
	// hold up painting, and forgetAfter is when an answer is given up.
	stall       = 2 * time.Second
	forgetAfter = 5 * time.Second
)

// link keeps account of the frames that were written and of those that the
// terminal is known to have worked through. Terminals that answer a status
// request are asked after each frame; of the others, what was written counts
// as shown.
type link struct {
	answers bool
	flight  []flight
	bytes   int // of all frames in flight
	sent    time.Time
	rtt     time.Duration // of the newest answer

	marks [64]mark // a ring of what was shown when
	next  int
}

// flight is a frame that was written and not confirmed.
type flight struct {
	seq   uint64
	bytes int
	at    time.Time
}

// mark says that frame seq and all before it were shown at a time.
type mark struct {
	seq uint64
	at  time.Time
}

// mayWrite reports whether the next frame may be written now; if not, after
// which time at the latest.
func (l *link) mayWrite(now time.Time) (ok bool, wait time.Duration) {
	if len(l.flight) > 0 && now.Sub(l.flight[0].at) > forgetAfter {
		l.forget()
	}
	if l.bytes < window && len(l.flight) < maxFlight {
		return true, 0
	}
	wait = stall - now.Sub(l.sent)
	return wait <= 0, wait
}

// writing notes that n bytes, which end in a status request, are about to bring
// frame seq to the terminal. The answer may come before the write returns.
func (l *link) writing(seq uint64, n int, now time.Time) {
	l.flight = append(l.flight, flight{seq, n, now})
	l.bytes += n
	l.sent = now
}

// written notes that frame seq was written without a status request, or looks
// like the frame before it.
func (l *link) written(seq uint64, now time.Time) {
	if n := len(l.flight); n > 0 {
		l.flight[n-1].seq = seq
		return
	}
	l.mark(seq, now)
}

// confirm notes an answer: the oldest frame in flight is on the screen.
func (l *link) confirm(now time.Time) {
	if len(l.flight) == 0 {
		return
	}
	f := l.flight[0]
	l.flight = l.flight[:copy(l.flight, l.flight[1:])]
	l.bytes -= f.bytes
	l.rtt = now.Sub(f.at)
	l.mark(f.seq, now)
}

// forget gives up all answers that are still due.
func (l *link) forget() { l.flight, l.bytes = l.flight[:0], 0 }

func (l *link) mark(seq uint64, at time.Time) {
	l.marks[l.next%len(l.marks)] = mark{seq, at}
	l.next++
}

// shownAt returns when frame seq, or one after it, was first known to be on
// the screen. For a frame of long ago that is later than the truth.
func (l *link) shownAt(seq uint64) (time.Time, bool) {
	for i := max(0, l.next-len(l.marks)); i < l.next; i++ {
		if m := l.marks[i%len(l.marks)]; m.seq >= seq {
			return m.at, true
		}
	}
	return time.Time{}, false
}
