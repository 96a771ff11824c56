package main

import (
	"context"
	"runtime"
	"time"
)

// chanPipeline is a pipeline of goroutines over Go channels as one writes it
// first: range, send, close. It cannot be stopped before its end.
func chanPipeline(stages int) work { return chanPipelineOf(capacity, stages) }

func chanPipelineOf(capacity, stages int) work {
	return func(n int) (time.Duration, error) {
		first := make(chan uint64, capacity)
		start := time.Now()
		go func() {
			for i := range uint64(n) {
				first <- i
			}
			close(first)
		}()
		c := first
		for range stages {
			in, out := c, make(chan uint64, capacity)
			go func() {
				for v := range in {
					out <- v + 1
				}
				close(out)
			}()
			c = out
		}
		t := newTally(stages)
		for v := range c {
			t.add(v)
		}
		return time.Since(start), t.check(n, stages)
	}
}

// lockedPipeline is two goroutines on threads of their own, which Go never hands
// over from one to the other: each wait is one of the system.
func lockedPipeline(n int) (time.Duration, error) {
	c := make(chan uint64, capacity)
	t := newTally(0)
	done := make(chan struct{})
	start := time.Now()
	go func() {
		runtime.LockOSThread() // and never unlock: the thread ends with its goroutine
		for i := range uint64(n) {
			c <- i
		}
		close(c)
	}()
	go func() {
		runtime.LockOSThread()
		defer close(done)
		sum := newTally(0)
		for v := range c {
			sum.add(v)
		}
		t = sum
	}()
	<-done
	return time.Since(start), t.check(n, 0)
}

// selectPipeline is the same with goroutines that can be stopped: each step
// selects between the channel and the end of a context.
func selectPipeline(stages int) work {
	return func(n int) (time.Duration, error) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		c := make(chan uint64, capacity)
		start := time.Now()
		go sendUntilDone(ctx, c, n)
		for range stages {
			next := make(chan uint64, capacity)
			go passUntilDone(ctx, c, next)
			c = next
		}
		t := newTally(stages)
		addUntilDone(ctx, c, &t)
		return time.Since(start), t.check(n, stages)
	}
}

// sendUntilDone sends 0 to n-1 and closes the channel.
func sendUntilDone(ctx context.Context, out chan<- uint64, n int) {
	defer close(out)
	for i := range uint64(n) {
		select {
		case out <- i:
		case <-ctx.Done():
			return
		}
	}
}

// passUntilDone passes on what it gets, plus one.
func passUntilDone(ctx context.Context, in <-chan uint64, out chan<- uint64) {
	defer close(out)
	for {
		var v uint64
		var ok bool
		select {
		case v, ok = <-in:
		case <-ctx.Done():
		}
		if !ok {
			return
		}
		select {
		case out <- v + 1:
		case <-ctx.Done():
			return
		}
	}
}

// addUntilDone adds up what it gets.
func addUntilDone(ctx context.Context, in <-chan uint64, t *tally) {
	sum := *t // on the stack, as everybody else's
	defer func() { *t = sum }()
	for {
		select {
		case v, ok := <-in:
			if !ok {
				return
			}
			sum.add(v)
		case <-ctx.Done():
			return
		}
	}
}
