package main

import (
	"time"

	"github.com/Arceliar/phony"
)

// phonyActor is an actor of Arceliar/phony: a message is a function that runs
// on whom it is sent to. An actor without messages has no goroutine.
type phonyActor struct {
	phony.Inbox
	tally
}

// phonyPipeline lets one actor send to another. The inbox has no bound, but a
// sender that floods a receiver is held back between two messages of its own,
// so it sends one number for each message it sends to itself, as the library's
// own benchmark does. A number lies in a function that is allocated.
func phonyPipeline(n int) (time.Duration, error) {
	var source, sink phonyActor
	sink.tally = newTally(0)
	done := make(chan struct{})
	i := uint64(0)
	var step func()
	step = func() {
		v := i
		i++
		sink.Act(&source, func() { sink.add(v) })
		if i < uint64(n) {
			source.Act(nil, step)
			return
		}
		sink.Act(&source, func() { close(done) })
	}
	start := time.Now()
	source.Act(nil, step)
	<-done
	return time.Since(start), sink.check(n, 0)
}

// phonyPingPong lets two actors answer each other.
func phonyPingPong(n int) (time.Duration, error) {
	var server, returner phonyActor
	server.tally = newTally(1)
	done := make(chan struct{})
	var ask func(v uint64)
	answer := func(v uint64) {
		server.Act(&returner, func() {
			server.add(v)
			if v == uint64(n) {
				close(done)
				return
			}
			ask(v)
		})
	}
	ask = func(v uint64) {
		returner.Act(&server, func() { answer(v + 1) })
	}
	start := time.Now()
	server.Act(nil, func() { ask(0) })
	<-done
	return time.Since(start), server.check(n, 1)
}
