package main

import (
	"context"
	"time"

	"github.com/thejerf/suture/v4"
)

// supervised makes a function a service of thejerf/suture.
type supervised func(ctx context.Context) error

func (s supervised) Serve(ctx context.Context) error { return s(ctx) }

// suturePipeline is two supervised goroutines joined by a channel: the library
// restarts what fails, but does not give back the message that was under way.
// A service ends by its context, so each step selects.
func suturePipeline(n int) (time.Duration, error) {
	ctx, cancel := context.WithCancel(context.Background())
	c := make(chan uint64, capacity)
	t := newTally(0)
	done := make(chan struct{})
	start := time.Now()
	s := suture.NewSimple("bench")
	s.Add(supervised(func(ctx context.Context) error {
		sendUntilDone(ctx, c, n)
		return suture.ErrDoNotRestart
	}))
	s.Add(supervised(func(ctx context.Context) error {
		addUntilDone(ctx, c, &t)
		close(done)
		return suture.ErrDoNotRestart
	}))
	ended := s.ServeBackground(ctx)
	<-done
	took := time.Since(start)
	cancel()
	<-ended
	return took, t.check(n, 0)
}
