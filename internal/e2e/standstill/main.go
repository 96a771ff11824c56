// Standstill is a service that comes to stand still, in the way that is named:
// embrace, diamond, lock or join. "slow" only looks as if it did.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	g := &steady.Graph{Name: os.Args[1], Grace: time.Second, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	map[string]func(*steady.Graph){
		"embrace": embrace, "diamond": diamond, "lock": lock, "join": join, "slow": slow,
	}[os.Args[1]](g)
	if err := g.Run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// count sends numbers as fast as they are taken.
func count(a *steady.Actor, out *steady.Tx[int]) error {
	for n := 0; a.Running(); n++ {
		if err := out.Send(n); err != nil {
			return err
		}
	}
	return nil
}

// threefold sends each number three times.
func threefold(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
	for v := range in.All() {
		for range 3 {
			if err := out.Send(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// embrace: two actors fill each other's inbox.
func embrace(g *steady.Graph) {
	jobs := steady.NewChan[int](g, "jobs", 8)
	ask, reply := steady.NewChan[int](g, "ask", 4), steady.NewChan[int](g, "reply", 4)
	steady.Source(g, "clients", jobs, count)
	r := g.Actor("round")
	in, back, to := jobs.Rx(r), reply.Rx(r), ask.Tx(r)
	r.Run(func(a *steady.Actor) error {
		for a.Running(in.Drained()) {
			switch a.WaitAny(back.Avail(1), in.Avail(1)) {
			case 0:
				back.TryTake()
			case 1:
				v, _ := in.TryTake()
				for range 3 {
					if err := to.Send(v); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	steady.Stage(g, "timeouts", ask, reply, threefold)
}

// pair takes one of each, for ever.
func pair(g *steady.Graph, name string, left, right *steady.Chan[int]) {
	z := g.Actor(name)
	l, r := left.Rx(z), right.Rx(z)
	z.Run(func(a *steady.Actor) error {
		for a.Running(l.Drained(), r.Drained()) {
			if a.Wait(l.Avail(1), r.Avail(1)) {
				l.TryTake()
				r.TryTake()
			}
		}
		return nil
	})
}

// diamond: a copy to two branches, one of which swallows the first five.
func diamond(g *steady.Graph) {
	numbers, left := steady.NewChan[int](g, "numbers", 4), steady.NewChan[int](g, "left", 4)
	raw, right := steady.NewChan[int](g, "raw", 4), steady.NewChan[int](g, "right", 4)
	steady.Source(g, "count", numbers, count)
	c := g.Actor("copy")
	in, one, two := numbers.Rx(c), left.Tx(c), raw.Tx(c)
	c.Run(func(*steady.Actor) error {
		for v := range in.All() {
			if err := one.Send(v); err != nil {
				return err
			}
			if err := two.Send(v); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Stage(g, "filter", raw, right, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		n := 0
		for v := range in.All() {
			if n++; n <= 5 {
				continue
			}
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	})
	pair(g, "zip", left, right)
}

// lock: an actor fails between Lock and Unlock, and waits for itself after.
func lock(g *steady.Graph) {
	var mu sync.Mutex
	rows := steady.NewChan[int](g, "rows", 16)
	steady.Source(g, "reader", rows, ticks)
	steady.Sink(g, "db", rows, func(_ *steady.Actor, in *steady.Rx[int]) error {
		for v := range in.All() {
			mu.Lock()
			if v == 20 {
				panic("bug")
			}
			mu.Unlock()
		}
		return nil
	})
}

// ticks sends a number every 10 ms.
func ticks(a *steady.Actor, out *steady.Tx[int]) error {
	for n := 0; a.Running(); {
		if !a.Wait(a.Every(10 * time.Millisecond)) {
			continue
		}
		n++
		if err := out.Send(n); err != nil {
			return err
		}
	}
	return nil
}

// join: one of two sensors hangs in a call, after it had been regular.
func join(g *steady.Graph) {
	turns, scan := steady.NewChan[int](g, "turns", 4), steady.NewChan[int](g, "scan", 4)
	steady.Source(g, "imu", turns, ticks)
	steady.Source(g, "lidar", scan, func(a *steady.Actor, out *steady.Tx[int]) error {
		for n := range 700 {
			a.Blocking(func(ctx context.Context) {
				t := time.NewTimer(10 * time.Millisecond)
				defer t.Stop()
				select {
				case <-ctx.Done():
				case <-t.C:
				}
			})
			if err := out.Send(n); err != nil {
				return err
			}
		}
		a.Blocking(func(ctx context.Context) { <-ctx.Done() })
		return nil
	})
	pair(g, "sync", turns, scan)
}

// slow: a sink that takes its time over each message, and a source that waits
// for the outside for ever.
func slow(g *steady.Graph) {
	rows, outside := steady.NewChan[int](g, "rows", 4), steady.NewChan[int](g, "outside", 4)
	steady.Source(g, "reader", rows, count)
	steady.Sink(g, "db", rows, func(a *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
			a.Blocking(func(ctx context.Context) {
				select {
				case <-ctx.Done():
				case <-time.After(2 * time.Second):
				}
			})
		}
		return nil
	})
	steady.Source(g, "net", outside, func(a *steady.Actor, _ *steady.Tx[int]) error {
		a.Blocking(func(ctx context.Context) {
			select {
			case <-ctx.Done():
			case <-a.Stopping():
			}
		})
		return nil
	})
	steady.Sink(g, "idle", outside, func(_ *steady.Actor, in *steady.Rx[int]) error {
		for range in.All() {
		}
		return nil
	})
}
