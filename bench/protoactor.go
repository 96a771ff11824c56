package main

import (
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// protoSystem is the actor system of asynkron/protoactor-go; one is enough for
// all runs.
var protoSystem = sync.OnceValue(func() *actor.ActorSystem {
	return actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.NewTextHandler(io.Discard, nil))
	}))
})

// protoactor lets one actor send to another. Messages are of any type, so each
// number is allocated. The mailbox of the receiver is one of the library: an
// unbounded one is its default, and fills the memory when the receiver is slow;
// the sender of a bounded one spins while it is full.
func protoactor(mailbox actor.MailboxProducer) work {
	return func(n int) (time.Duration, error) {
		root := protoSystem().Root
		t := newTally(0)
		done := make(chan struct{})
		start := time.Now()
		sink := root.Spawn(actor.PropsFromFunc(func(c actor.Context) {
			if v, ok := c.Message().(uint64); ok {
				t.add(v)
				if v == uint64(n)-1 {
					close(done)
				}
			}
		}, actor.WithMailbox(mailbox)))
		source := root.Spawn(actor.PropsFromFunc(func(c actor.Context) {
			if _, ok := c.Message().(*actor.Started); ok {
				for i := range uint64(n) {
					c.Send(sink, i)
				}
			}
		}))
		<-done
		took := time.Since(start)
		return took, protoStop(t.check(n, 0), source, sink)
	}
}

// protoPingPong lets two actors answer each other.
func protoPingPong(n int) (time.Duration, error) {
	root := protoSystem().Root
	done := make(chan struct{})
	last := 0
	start := time.Now()
	returner := root.Spawn(actor.PropsFromFunc(func(c actor.Context) {
		if v, ok := c.Message().(int); ok {
			c.Respond(v + 1)
		}
	}))
	server := root.Spawn(actor.PropsFromFunc(func(c actor.Context) {
		switch v := c.Message().(type) {
		case *actor.Started:
			c.Request(returner, 0)
		case int:
			if last = v; v == n {
				close(done)
				return
			}
			c.Request(returner, v)
		}
	}))
	<-done
	took := time.Since(start)
	var err error
	if last != n {
		err = fmt.Errorf("the last of %d answers is %d", n, last)
	}
	return took, protoStop(err, server, returner)
}

// parkProtoactors makes n actors of protoactor with unbounded mailboxes that
// have handled their first message and wait for the next.
func parkProtoactors(n int) (stop func()) {
	root := protoSystem().Root
	var up sync.WaitGroup
	up.Add(n)
	pids := make([]*actor.PID, n)
	for i := range pids {
		pids[i] = root.Spawn(actor.PropsFromFunc(func(c actor.Context) {
			if _, ok := c.Message().(*actor.Started); ok {
				up.Done()
			}
		}))
	}
	up.Wait()
	return func() { _ = protoStop(nil, pids...) }
}

// protoStop ends the actors and waits for them.
func protoStop(err error, pids ...*actor.PID) error {
	for _, pid := range pids {
		if werr := protoSystem().Root.StopFuture(pid).Wait(); err == nil {
			err = werr
		}
	}
	return err
}
