// Robust sends messages through actors that panic at random, and counts at the
// end what was lost and what came twice.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"sync/atomic"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	messages := flag.Uint64("messages", 100_000, "messages to send")
	panics := flag.Uint64("panics", 100, "panics to spread over them, at random places")
	seed := flag.Uint64("seed", 1, "of the places of the panics")
	flag.Parse()

	s := &sink{seen: make([]uint8, *messages)}
	m := newMine(*messages, *panics, *seed)
	g := &steady.Graph{Name: "robust"}
	build(g, *messages, m, s)
	err := g.Run(context.Background())
	sent, received, lost, duplicated := s.tally()
	if err != nil {
		log.Print(err)
	}
	fmt.Printf("sent=%d received=%d lost=%d duplicated=%d panics=%d\n", sent, received, lost, duplicated, m.exploded.Load())
	if err != nil || lost+duplicated > 0 {
		os.Exit(1)
	}
}

func build(g *steady.Graph, messages uint64, m *mine, s *sink) {
	again := steady.Restart{Max: -1, Backoff: -1} // without limit, at once
	raw := steady.NewChan[uint64](g, "raw", 256)
	checked := steady.NewChan[uint64](g, "checked", 256)
	steady.Source(g, "generator", raw, (&generator{messages: messages, sink: s}).run)
	steady.Stage(g, "fragile", raw, checked, m.run, again)
	steady.Sink(g, "sink", checked, s.run)
}

// generator sends 0, 1, 2… once each.
type generator struct {
	messages uint64
	sink     *sink
}

func (s *generator) run(a *steady.Actor, out *steady.Tx[uint64]) error {
	for n := uint64(0); n < s.messages && a.Running(); n++ {
		if err := out.Send(n); err != nil {
			return err
		}
		s.sink.sent.Store(n + 1)
	}
	return nil
}

// mine is the actor that panics: before it has sent its message on, or after.
type mine struct {
	before, after map[uint64]bool
	exploded      atomic.Uint64
}

func newMine(messages, panics, seed uint64) *mine {
	m := &mine{before: map[uint64]bool{}, after: map[uint64]bool{}}
	r := rand.New(rand.NewPCG(seed, 0))
	for n := uint64(0); n < panics && n < 2*messages; {
		at := m.before
		if r.IntN(2) == 0 {
			at = m.after
		}
		if i := r.Uint64N(messages); !at[i] {
			at[i] = true
			n++
		}
	}
	return m
}

// run has no code for failures. A panic takes back what the iteration took and
// sent, the actor starts again, and the same message is at the head.
func (m *mine) run(a *steady.Actor, in *steady.Rx[uint64], out *steady.Tx[uint64]) error {
	for n := range in.All() {
		m.explode(m.before, n)
		if err := out.Send(n); err != nil {
			return err
		}
		m.explode(m.after, n)
	}
	return nil
}

// explode panics once at each place.
func (m *mine) explode(at map[uint64]bool, n uint64) {
	if at[n] {
		delete(at, n)
		m.exploded.Add(1)
		panic(fmt.Sprintf("message %d hit a mine", n))
	}
}

// sink counts what really arrives, message by message.
type sink struct {
	sent atomic.Uint64
	seen []uint8
}

func (s *sink) run(a *steady.Actor, in *steady.Rx[uint64]) error {
	for n := range in.All() {
		if s.seen[n] < 2 {
			s.seen[n]++
		}
	}
	return nil
}

func (s *sink) tally() (sent, received, lost, duplicated uint64) {
	sent = s.sent.Load()
	for _, times := range s.seen[:sent] {
		switch times {
		case 0:
			lost++
		case 1:
			received++
		default:
			received++
			duplicated++
		}
	}
	return sent, received, lost, duplicated
}
