// Robust sends messages through actors that panic at random, and counts at the
// end what was lost and what came twice.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
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

	m := newMine(*messages, *panics, *seed)
	g := &steady.Graph{Name: "robust", Logger: slog.New(slog.DiscardHandler)} // the panics are meant
	r := build(g, *messages, m)
	err := g.Run(context.Background())
	t := r.tally()
	if err != nil {
		log.Print(err)
	}
	fmt.Printf("sent=%d received=%d lost=%d duplicated=%d panics=%d\n", r.sent.Get(), t.received, t.lost, t.duplicated, m.exploded.Load())
	if err != nil || t.lost+t.duplicated > 0 {
		os.Exit(1)
	}
}

// build declares the graph; nothing runs before g.Run.
func build(g *steady.Graph, messages uint64, m *mine) result {
	again := steady.Restart{Max: -1, Backoff: -1} // without limit, at once
	raw := steady.NewChan[uint64](g, "raw", 256)
	checked := steady.NewChan[uint64](g, "checked", 256)
	r := result{steady.NewState(g, "sent", uint64(0)), steady.NewState(g, "arrived", tally{})}
	steady.Source(g, "generator", raw, generator{messages, r.sent}.run, r.sent)
	steady.Stage(g, "fragile", raw, checked, m.run, again)
	steady.Sink(g, "sink", checked, sink{r.arrived}.run, r.arrived)
	return r
}

// generator sends 0, 1, 2… once each, also if it fails itself: where it is goes
// back with what it has sent.
type generator struct {
	messages uint64
	sent     *steady.State[uint64]
}

func (s generator) run(a *steady.Actor, out *steady.Tx[uint64]) error {
	for s.sent.Get() < s.messages && a.Running() {
		n := s.sent.Get()
		if err := out.Send(n); err != nil {
			return err
		}
		s.sent.Set(n + 1)
	}
	return nil
}

// mine is the actor that panics: before it has sent its message on, or after.
// What it counts must not go back with the message, so that is no State.
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

// sink counts what really arrives.
type sink struct{ arrived *steady.State[tally] }

func (s sink) run(a *steady.Actor, in *steady.Rx[uint64]) error {
	for n := range in.All() {
		s.arrived.Set(s.arrived.Get().and(n))
	}
	return nil
}

// tally is what arrived of 0, 1, 2…
type tally struct{ received, lost, duplicated uint64 }

// and is the tally with one more message. Who knows the next number sees whether
// some are missing before n, or n comes again.
func (t tally) and(n uint64) tally {
	if next := t.received + t.lost; n < next {
		t.duplicated++
	} else {
		t.lost += n - next
		t.received++
	}
	return t
}

// result is what the two ends of the graph saw.
type result struct {
	sent    *steady.State[uint64]
	arrived *steady.State[tally]
}

// tally is what arrived of all that was sent, when the graph has ended.
func (r result) tally() tally {
	t := r.arrived.Get()
	t.lost += r.sent.Get() - t.received - t.lost // what is missing at the end
	return t
}
