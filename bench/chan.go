package main

import (
	"context"
	"time"
)

// chanPipeline is a pipeline of goroutines over Go channels as one writes it
// first: range, send, close.
func chanPipeline(stages int) work {
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
		sum := uint64(0)
		for v := range c {
			sum += v
		}
		return time.Since(start), checkSum(sum, n, stages)
	}
}

// selectPipeline is the same with two goroutines that can be stopped: each
// step selects between the channel and the end of a context.
func selectPipeline(n int) (time.Duration, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := make(chan uint64, capacity)
	start := time.Now()
	go func() {
		defer close(c)
		for i := range uint64(n) {
			select {
			case c <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	sum := sumUntilDone(ctx, c)
	return time.Since(start), checkSum(sum, n, 0)
}

func sumUntilDone(ctx context.Context, c <-chan uint64) (sum uint64) {
	for {
		select {
		case v, ok := <-c:
			if !ok {
				return sum
			}
			sum += v
		case <-ctx.Done():
			return sum
		}
	}
}
