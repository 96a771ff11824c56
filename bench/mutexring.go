package main

import (
	"sync"
	"time"
)

// mutexRing is what one page of plain Go gives: a slice under a mutex. The
// receiver takes all that is there at once and hands back an empty slice, so
// that the lock is taken once for many messages on its side.
type mutexRing struct {
	mu       sync.Mutex
	notEmpty sync.Cond
	notFull  sync.Cond
	items    []uint64
	closed   bool
}

func newMutexRing() *mutexRing {
	r := &mutexRing{items: make([]uint64, 0, capacity)}
	r.notEmpty.L, r.notFull.L = &r.mu, &r.mu
	return r
}

func (r *mutexRing) send(v uint64) {
	r.mu.Lock()
	for len(r.items) == capacity {
		r.notFull.Wait()
	}
	r.items = append(r.items, v)
	if len(r.items) == 1 {
		r.notEmpty.Signal()
	}
	r.mu.Unlock()
}

func (r *mutexRing) close() {
	r.mu.Lock()
	r.closed = true
	r.notEmpty.Signal()
	r.mu.Unlock()
}

// takeAll waits for messages and gives the empty slice for them; none means
// that the ring is closed.
func (r *mutexRing) takeAll(empty []uint64) []uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.items) == 0 && !r.closed {
		r.notEmpty.Wait()
	}
	all := r.items
	r.items = empty
	r.notFull.Signal()
	return all
}

func mutexPipeline(n int) (time.Duration, error) {
	r := newMutexRing()
	start := time.Now()
	go func() {
		for i := range uint64(n) {
			r.send(i)
		}
		r.close()
	}()
	t := newTally(0)
	for all := r.takeAll(make([]uint64, 0, capacity)); len(all) > 0; all = r.takeAll(all[:0]) {
		for _, v := range all {
			t.add(v)
		}
	}
	return time.Since(start), t.check(n, 0)
}
