package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func parkFamily() family {
	return family{name: "park", title: "Every message parks both", contests: []contest{
		{
			name: "ping and pong, capacity 1", unit: "round trip",
			ours:   variant{"pooled", pingPong(false)},
			rivals: []rival{{variant{"two chans", chanPingPong(false)}, atMost(1.5, 1.1)}},
		},
		{
			name: "the same, measured", unit: "round trip",
			ours:   variant{"pooled, telemetry on", pingPong(true)},
			rivals: []rival{{variant{"two chans", chanPingPong(false)}, atMost(1.5, 1.1)}},
		},
		{
			name: "ping and pong in a troupe, on one thread", unit: "round trip",
			ours: variant{"troupe", pingPong(false, steady.Troupe("bench"))},
			rivals: []rival{
				{variant{"two chans", chanPingPong(false)}, atMost(1.5, 1.1)},
				{variant{"two chans, locked threads", chanPingPong(true)}, atMost(0.2, 0.02)},
			},
		},
		{
			name: "ping and pong on threads of their own", unit: "round trip",
			ours: variant{"solo, futex", pingPong(false, steady.Solo())},
			rivals: []rival{
				{variant{"two chans", chanPingPong(false)}, bound{}}, // what one would choose unless the threads are needed
				{variant{"two chans, locked threads", chanPingPong(true)}, atMost(0.2, 0.07)},
			},
		},
	}}
}

// pingPong sends n messages to and fro, so that both actors wait for each of
// them. Solo actors park as they do in a service. measured turns on what Run
// turns on: times of actors and latencies of channels, with nobody looking.
func pingPong(measured bool, opts ...steady.Option) work {
	return func(n int) (time.Duration, error) {
		g := &steady.Graph{Name: "bench", Park: steady.ParkFutex}
		if measured {
			g.Collector()
		}
		ping, pong := steady.NewChan[int](g, "ping", 1), steady.NewChan[int](g, "pong", 1)
		last := 0
		server := g.Actor("server", opts...)
		serve, answers := ping.Tx(server), pong.Rx(server)
		server.Run(func(a *steady.Actor) error {
			if err := serve.Send(0); err != nil {
				return err
			}
			a.Commit()
			for last = range answers.All() {
				if last == n {
					break
				}
				if err := serve.Send(last); err != nil {
					return err
				}
			}
			return nil
		})
		steady.Stage(g, "returner", ping, pong, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
			for v := range in.All() {
				if err := out.Send(v + 1); err != nil {
					return err
				}
			}
			return nil
		}, opts...)
		start := time.Now()
		err := g.Serve(context.Background())
		took := time.Since(start)
		if err == nil && last != n {
			err = fmt.Errorf("the last of %d answers is %d", n, last)
		}
		return took, err
	}
}

func chanPingPong(locked bool) work {
	return func(n int) (time.Duration, error) {
		ping, pong := make(chan int, 1), make(chan int, 1)
		lock := func() {
			if locked {
				runtime.LockOSThread() // and never unlock: the thread ends with its goroutine
			}
		}
		go func() {
			lock()
			for v := range ping {
				pong <- v + 1
			}
			close(pong)
		}()
		last := 0
		done := make(chan struct{})
		start := time.Now()
		go func() {
			defer close(done)
			defer close(ping)
			lock()
			ping <- 0
			for last = range pong {
				if last == n {
					return
				}
				ping <- last
			}
		}()
		<-done
		took := time.Since(start)
		if last != n {
			return 0, fmt.Errorf("the last of %d answers is %d", n, last)
		}
		return took, nil
	}
}
