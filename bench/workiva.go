package main

import (
	"fmt"
	"time"

	"github.com/Workiva/go-datastructures/queue"
)

// workiva is the ring of Workiva/go-datastructures, on which bounded mailboxes
// of actor libraries are built. It takes values of any type, so a number is
// allocated, and its Put and Get wait by spinning.
func workiva(n int) (time.Duration, error) {
	q := queue.NewRingBuffer(capacity)
	defer q.Dispose()
	start := time.Now()
	go func() {
		for i := range uint64(n) {
			if q.Put(i) != nil {
				return // disposed of
			}
		}
	}()
	t := newTally(0)
	for range n {
		v, err := q.Get()
		if err != nil {
			return 0, fmt.Errorf("workiva: %w", err)
		}
		t.add(v.(uint64))
	}
	return time.Since(start), t.check(n, 0)
}
