package steady

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steadytop/steadytop/internal/stall"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// zipped is a source that is copied to two branches, one of which swallows all,
// and an actor that wants one of each.
func zipped(g *Graph) {
	numbers, left := NewChan[int](g, "numbers", 4), NewChan[int](g, "left", 4)
	raw, right := NewChan[int](g, "raw", 4), NewChan[int](g, "right", 4)
	Source(g, "count", numbers, func(a *Actor, out *Tx[int]) error {
		for n := 0; a.Running(); n++ {
			if err := out.Send(n); err != nil {
				return err
			}
		}
		return nil
	})
	c := g.Actor("copy")
	in, one, two := numbers.Rx(c), left.Tx(c), raw.Tx(c)
	c.Run(func(*Actor) error {
		for v := range in.All() {
			if err := errors.Join(one.Send(v), two.Send(v)); err != nil {
				return err
			}
		}
		return nil
	})
	Stage(g, "filter", raw, right, func(_ *Actor, in *Rx[int], _ *Tx[int]) error {
		for range in.All() {
		}
		return nil
	})
	z := g.Actor("zip")
	l, r := left.Rx(z), right.Rx(z)
	z.Run(func(a *Actor) error {
		for a.Running(l.Drained(), r.Drained()) {
			if a.Wait(l.Avail(1), r.Avail(1)) {
				l.TryTake()
				r.TryTake()
			}
		}
		return nil
	})
}

// What stands still is found from the registrations of the waits, and stands in
// the error of the stop, during which those waits go round.
func TestAStandstillIsTheCauseOfAnUncleanStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{Grace: time.Second, measure: true}
		zipped(g)
		ended := make(chan error, 1)
		go func() { ended <- g.Serve(context.Background()) }()
		synctest.Wait()
		p := newProgress(g, g.svc.Load())
		look := func() (begun, over []stall.Stall) {
			<-time.After(time.Second)
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.news(p.look())
		}
		look()
		begun, _ := look()
		const want = `deadlock: copy, zip and filter wait for each other: "left" is full, "right" and "raw" are empty`
		if len(begun) != 1 || begun[0].Headline != want {
			t.Fatalf("begun: %+v", begun)
		}
		if begun, over := look(); len(begun)+len(over) != 0 {
			t.Errorf("told twice: %+v %+v", begun, over)
		}
		stalls, watched := g.svc.Load().Stalls()
		if !watched || len(stalls) != 1 || stalls[0].Text != want || len(stalls[0].Actors) != 3 {
			t.Errorf("stalls %+v", stalls)
		}
		g.requestStop("test")
		err := <-ended
		late, ok := errors.AsType[*ShutdownError](err)
		if !ok || late.Stall != want || !strings.Contains(err.Error(), want) {
			t.Errorf("%v", err)
		}
	})
}

// A frame says who waits for what, and whether a timer ends it.
func TestAFrameTellsWhatIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{measure: true}
		c, d := NewChan[int](g, "c", 1), NewChan[int](g, "d", 1)
		s := g.Actor("sender")
		out, other := c.Tx(s), d.Tx(s)
		s.Run(func(a *Actor) error {
			_ = out.Send(1)
			a.WaitAny(out.Vacant(1), a.After(time.Hour))
			return nil
		})
		_ = other
		r := g.Actor("receiver")
		first, second := c.Rx(r), d.Rx(r)
		r.Run(func(a *Actor) error {
			a.Wait(first.Avail(1), second.Avail(1))
			return nil
		})
		ended := make(chan error, 1)
		go func() { ended <- g.Serve(context.Background()) }()
		synctest.Wait()
		var f telemetry.Frame
		g.svc.Load().Sample(&f)
		if f.Channels.Awaited[0] != telemetry.AwaitsRoom || f.Channels.Awaited[1] != telemetry.AwaitsMessage {
			t.Errorf("awaited: %v", f.Channels.Awaited)
		}
		if !f.Actors.Timed[0] || f.Actors.Timed[1] || f.Actors.State[0] != telemetry.StateBlocked {
			t.Errorf("timed: %v, states %v", f.Actors.Timed, f.Actors.State)
		}
		g.requestStop("test")
		<-ended
	})
}

func TestAStackTellsWhatItWaitsFor(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	id := make(chan uint64)
	go func() {
		a := &Actor{}
		a.identify()
		id <- a.goid.Load()
		mu.Lock()
	}()
	goid := <-id
	defer mu.Unlock()
	for {
		d := doingOf(goroutineStacks()[goid])
		if d.Works {
			continue // not there yet
		}
		// This file is of the library, which no user wrote: the place is unknown.
		if d.What != "sync.Mutex.Lock" || d.Where != "" {
			t.Errorf("%+v", d)
		}
		break
	}
	for stack, want := range map[string]stall.Doing{
		"": {},
		"goroutine 7 [IO wait, 3 minutes]:\ninternal/poll.runtime_pollWait(0x1)\n\t/go/netpoll.go:351 +0x85\n" +
			"net.(*conn).Read(0x2)\n\t/go/net.go:9 +0x1\nexample.com/fleet/db.(*Conn).read(0x1, {0x2})\n\t/src/db/conn.go:71 +0x2\n": {
			What: "IO wait", Where: "db/conn.go:71",
		},
		"goroutine 7 [running]:\nmain.work()\n\t/src/job/main.go:3 +0x1\n": {Works: true, What: "running", Where: "job/main.go:3"},
		"goroutine 7 [sleep]:\ntime.Sleep(0x1)\n\t/go/time.go:1 +0x1\nmain.work()\n\t/src/job/main.go:4\n": {
			Works: true, What: "sleep", Where: "job/main.go:4",
		},
	} {
		if got := doingOf(stack); got != want {
			t.Errorf("%q: %+v, want %+v", stack, got, want)
		}
	}
}
