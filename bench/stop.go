package main

import (
	"context"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// queued is how many messages wait when the end is asked for.
const queued = 1 << 20

func stopFamily() family {
	millis := func(w work) func() (float64, error) {
		return func() (float64, error) {
			d, err := w(queued)
			return float64(d) / float64(time.Millisecond), err
		}
	}
	return family{name: "stop", title: "A stop with much to drain", figures: []figure{
		{
			name: "from the request of a stop to the end, 1 Mi u64 queued", unit: "ms", bound: atMost(6, 4),
			measure: millis(stopQueued),
		},
		{
			name: "from the close of a chan to the end, 1 Mi u64 queued", unit: "ms",
			measure: millis(chanStopQueued),
		},
	}}
}

// stopQueued asks for a stop when n messages are queued, and returns the time
// until all of them are handled and the graph has ended.
func stopQueued(n int) (time.Duration, error) {
	g := &steady.Graph{Name: "bench"}
	c := steady.NewChan[uint64](g, "c", n)
	begin := make(chan time.Time, 1)
	asked := make(chan struct{})
	steady.Source(g, "source", c, func(a *steady.Actor, out *steady.Tx[uint64]) error {
		for i := range uint64(n) {
			if err := out.Send(i); err != nil {
				return err
			}
		}
		a.Commit()
		begin <- time.Now()
		a.RequestShutdown("all is queued")
		close(asked)
		return nil
	})
	t := newTally(0)
	steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[uint64]) error {
		<-asked
		sum := newTally(0)
		for v := range in.All() {
			sum.add(v)
		}
		t = sum
		return nil
	})
	err := g.Serve(context.Background())
	took := time.Since(<-begin)
	if err != nil {
		return 0, err
	}
	return took, t.check(n, 0)
}

// chanStopQueued is the same with a goroutine and a channel.
func chanStopQueued(n int) (time.Duration, error) {
	c := make(chan uint64, n)
	for i := range uint64(n) {
		c <- i
	}
	t := newTally(0)
	start := time.Now()
	close(c)
	for v := range c {
		t.add(v)
	}
	return time.Since(start), t.check(n, 0)
}
