package sim

import (
	"time"

	"github.com/steadytop/steadytop/runtime/internal/sched"
)

// timer is one AfterFunc.
type timer struct {
	w   *World
	at  time.Duration
	seq uint64 // of two at the same time, the one that was set first
	f   func()
	i   int // in the heap; -1 when it is not set
}

// AfterFunc implements sched.Scheduler.
func (w *World) AfterFunc(d time.Duration, f func()) sched.Timer {
	t := &timer{w: w, f: f, i: -1}
	t.Reset(d)
	return t
}

// Reset implements sched.Timer.
func (t *timer) Reset(d time.Duration) bool {
	was := t.Stop()
	t.at = t.w.now + max(d, 0)
	if t.at < t.w.now {
		t.at = 1<<63 - 1 // later than any
	}
	t.w.seq++
	t.seq = t.w.seq
	t.w.timers.push(t)
	return was
}

// Stop implements sched.Timer.
func (t *timer) Stop() bool {
	if t.i < 0 {
		return false
	}
	t.w.timers.remove(t.i)
	return true
}

// timers is a binary heap, the earliest first.
type timers []*timer

func (h timers) less(i, j int) bool {
	if h[i].at != h[j].at {
		return h[i].at < h[j].at
	}
	return h[i].seq < h[j].seq
}

func (h timers) swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].i, h[j].i = i, j
}

func (h *timers) push(t *timer) {
	t.i = len(*h)
	*h = append(*h, t)
	h.up(t.i)
}

func (h *timers) pop() *timer { return h.remove(0) }

func (h *timers) remove(i int) *timer {
	t, last := (*h)[i], len(*h)-1
	h.swap(i, last)
	*h = (*h)[:last]
	if i < last {
		h.down(i)
		h.up(i)
	}
	t.i = -1
	return t
}

func (h timers) up(i int) {
	for i > 0 && h.less(i, (i-1)/2) {
		h.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

func (h timers) down(i int) {
	for {
		least := i
		for k := 2*i + 1; k <= 2*i+2 && k < len(h); k++ {
			if h.less(k, least) {
				least = k
			}
		}
		if least == i {
			return
		}
		h.swap(i, least)
		i = least
	}
}
