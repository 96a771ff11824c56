// Performant runs one small pipeline that is written in three ways, each of them
// on goroutines and on one thread, and prints how many messages they move.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"strings"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	names := flag.String("ways", "one,batch,place", "which ways to run")
	each := flag.Duration("for", 500*time.Millisecond, "how long to run each")
	slots := flag.Int("slots", 8192, "capacity of both channels, in messages")
	size := flag.Int("size", 2048, "messages in a batch, at most half of -slots")
	forever := flag.Bool("forever", false, "run the last of the ways as a service until it is stopped, to watch it in steadytop")
	troupe := flag.Bool("troupe", false, "with -forever: on one thread")
	flag.Parse()
	log.SetFlags(0)

	if *size < 1 || *slots < 2**size {
		log.Fatal("performant: -size: want 1 or more, and at most half of -slots")
	}
	chosen, err := choose(*names)
	if err != nil {
		log.Fatal(err)
	}
	if *forever {
		err = chosen[len(chosen)-1].watched(*slots, *size, *troupe)
	} else {
		err = compare(chosen, *slots, *size, *each)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// choose returns the ways with these names, separated by commas.
func choose(names string) (chosen []way, err error) {
	for name := range strings.SplitSeq(names, ",") {
		i := 0
		for i < len(ways) && ways[i].name != name {
			i++
		}
		if i == len(ways) {
			return nil, fmt.Errorf("performant: there is no way %q", name)
		}
		chosen = append(chosen, ways[i])
	}
	return chosen, nil
}

// compare runs each way on goroutines and on one thread, and prints a line for
// each with millions of messages a second.
func compare(chosen []way, slots, size int, each time.Duration) error {
	fmt.Printf("M messages/s   on goroutines   on one thread   sums\n")
	for _, w := range chosen {
		pooled, err := w.measure(slots, size, each)
		if err != nil {
			return fmt.Errorf("%s, on goroutines: %w", w.title, err)
		}
		troupe, err := w.measure(slots, size, each, onOneThread)
		if err != nil {
			return fmt.Errorf("%s, on one thread: %w", w.title, err)
		}
		fmt.Printf("%-12s %15.1f %15.1f   right\n", w.title, pooled/1e6, troupe/1e6)
	}
	return nil
}

// onOneThread is all that it takes to put the three actors on one thread.
var onOneThread = steady.Troupe("pipeline")

// measure runs the pipeline for a while and returns its messages per second.
// The end of ctx is a request to stop: what is under way still arrives.
func (w way) measure(slots, size int, d time.Duration, where ...steady.Option) (rate float64, err error) {
	g := &steady.Graph{Name: "performant"}
	e := w.build(g, slots, size, where...)
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	start := time.Now()
	if err := g.Serve(ctx); err != nil {
		return 0, err
	}
	took := time.Since(start)
	return float64(e.total.Get().messages) / took.Seconds(), e.check()
}

// watched runs the pipeline as a service, until SIGINT, SIGTERM, or a stop from
// steadytop.
func (w way) watched(slots, size int, troupe bool) error {
	var where []steady.Option
	if troupe {
		where = append(where, onOneThread)
	}
	g := &steady.Graph{Name: "performant"}
	e := w.build(g, slots, size, where...)
	if err := g.Run(context.Background()); err != nil {
		return err
	}
	if err := e.check(); err != nil {
		return err
	}
	fmt.Printf("%s: %d messages, sums right\n", w.title, e.sent.Get())
	return nil
}
