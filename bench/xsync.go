package main

import (
	"runtime"
	"time"

	"github.com/puzpuzpuz/xsync/v4"
)

// xsyncSPSC is the bounded queue for one sender and one receiver of
// puzpuzpuz/xsync. It only tries: who finds it full or empty has to wait by
// himself, here by letting others run, which keeps an idle core busy. It has
// no end either: the receiver has to know how many there are.
func xsyncSPSC(n int) (time.Duration, error) {
	q := xsync.NewSPSCQueue[uint64](capacity)
	start := time.Now()
	go func() {
		for i := range uint64(n) {
			for !q.TryEnqueue(i) {
				runtime.Gosched()
			}
		}
	}()
	t := newTally(0)
	for got := 0; got < n; {
		if v, ok := q.TryDequeue(); ok {
			t.add(v)
			got++
		} else {
			runtime.Gosched()
		}
	}
	return time.Since(start), t.check(n, 0)
}

// xsyncMPMC is the bounded queue of the same library for many of both.
func xsyncMPMC(n int) (time.Duration, error) {
	q := xsync.NewMPMCQueue[uint64](capacity)
	start := time.Now()
	go func() {
		for i := range uint64(n) {
			for !q.TryEnqueue(i) {
				runtime.Gosched()
			}
		}
	}()
	t := newTally(0)
	for got := 0; got < n; {
		if v, ok := q.TryDequeue(); ok {
			t.add(v)
			got++
		} else {
			runtime.Gosched()
		}
	}
	return time.Since(start), t.check(n, 0)
}
