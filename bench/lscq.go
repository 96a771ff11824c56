package main

import (
	"runtime"
	"time"

	"github.com/bytedance/gopkg/collection/lscq"
)

// linked is the lock-free queue of bytedance/gopkg. It has no bound: a sender
// that is faster than the receiver fills the memory. Dequeue does not wait.
func linked(n int) (time.Duration, error) {
	q := lscq.NewUint64()
	start := time.Now()
	go func() {
		for i := range uint64(n) {
			q.Enqueue(i)
		}
	}()
	t := newTally(0)
	for got := 0; got < n; {
		if v, ok := q.Dequeue(); ok {
			t.add(v)
			got++
		} else {
			runtime.Gosched()
		}
	}
	return time.Since(start), t.check(n, 0)
}
