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

	var sent, received uint64
	g := &steady.Graph{Name: "standard"}
	build(g, *rate, &sent, &received)
	err := g.Run(context.Background())
	fmt.Printf("sent=%d received=%d\n", sent, received)
	if err != nil {
		log.Fatal(err)
	}
}

// build declares the graph; nothing runs before g.Run.
func build(g *steady.Graph, rate int, sent, received *uint64) {
	numbers := steady.NewChan[uint64](g, "numbers", 1024)
	words := steady.NewChan[string](g, "words", 1024)

	steady.Source(g, "generator", numbers, generator{rate, sent}.run)
	steady.Stage(g, "worker", numbers, words, worker)
	steady.Sink(g, "logger", words, logger{received}.run)
}

// generator counts until it is asked to stop. When its loop ends, its channel
// is closed, the worker drains it and ends, and then the logger.
type generator struct {
	rate int
	sent *uint64
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
			if err := out.Send(*s.sent); err != nil {
				return err
			}
			*s.sent++
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
type logger struct{ received *uint64 }

func (l logger) run(a *steady.Actor, in *steady.Rx[string]) error {
	for word := range in.All() {
		*l.received++
		if *l.received%100_000_000 == 0 {
			fmt.Println(*l.received, word)
		}
	}
	return nil
}
