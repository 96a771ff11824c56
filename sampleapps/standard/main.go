// Standard is the shape of most services: a generator, a worker and a logger,
// joined by two channels, that stop without losing a message.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"strconv"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	rate := flag.Int("rate", 1000, "messages a second; 0 means as many as possible")
	flag.Parse()

	g := &steady.Graph{Name: "standard"}
	sent, received := build(g, *rate)
	err := g.Run(context.Background())
	fmt.Printf("sent=%d received=%d\n", sent.Get(), received.Get())
	if err != nil {
		log.Fatal(err)
	}
}

// build declares the graph; nothing runs before g.Run. What is counted is kept in
// states: unlike a variable, a state goes back with the message if an actor fails.
func build(g *steady.Graph, rate int) (sent, received *steady.State[uint64]) {
	numbers := steady.NewChan[uint64](g, "numbers", 1024)
	words := steady.NewChan[string](g, "words", 1024)
	sent = steady.NewState(g, "sent", uint64(0))
	received = steady.NewState(g, "received", uint64(0))

	steady.Source(g, "generator", numbers, generator{rate, sent}.run, sent)
	steady.Stage(g, "worker", numbers, words, worker)
	steady.Sink(g, "logger", words, logger{received}.run, received)
	return sent, received
}

// generator counts until it is asked to stop. When its loop ends, its channel
// is closed, the worker drains it and ends, and then the logger.
type generator struct {
	rate int
	sent *steady.State[uint64]
}

func (s generator) run(a *steady.Actor, out *steady.Tx[uint64]) error {
	for a.Running() {
		burst := 1
		if s.rate > 0 {
			if !a.Wait(a.Every(10 * time.Millisecond)) {
				continue
			}
			burst = max(1, s.rate/100)
		}
		for range burst {
			n := s.sent.Get()
			if err := out.Send(n); err != nil {
				return err
			}
			s.sent.Set(n + 1)
			a.Commit() // or a failure would send again what of a burst was seen before it waited for room
		}
	}
	return nil
}

// worker turns each number into a word. Its loop needs no Running: it ends
// when its input is closed and empty.
func worker(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[string]) error {
	for n := range in.All() {
		if err := out.Send(fizzbuzz(n)); err != nil {
			return err
		}
	}
	return nil
}

func fizzbuzz(n uint64) string {
	switch {
	case n%15 == 0:
		return "fizzbuzz"
	case n%5 == 0:
		return "buzz"
	case n%3 == 0:
		return "fizz"
	default:
		return strconv.FormatUint(n, 10)
	}
}

// logger counts what arrives and says so now and then.
type logger struct{ received *steady.State[uint64] }

func (l logger) run(a *steady.Actor, in *steady.Rx[string]) error {
	for word := range in.All() {
		n := l.received.Get() + 1
		l.received.Set(n)
		if n%100_000_000 == 0 {
			fmt.Println(n, word)
		}
	}
	return nil
}
