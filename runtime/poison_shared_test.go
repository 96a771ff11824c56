package steady

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// byteWays are ways of taking byte messages: in a range, looked at first, two at
// a time.
var byteWays = map[string]func(a *Actor, in *ByteRx, handle func([]byte) error) error{
	"All": func(_ *Actor, in *ByteRx, handle func([]byte) error) error {
		for p := range in.All() {
			if err := handle(p); err != nil {
				return err
			}
		}
		return nil
	},
	"TryPeek": func(a *Actor, in *ByteRx, handle func([]byte) error) error {
		for a.Running(in.Drained()) {
			if p, ok := in.TryPeek(); !ok {
				a.Wait(in.Avail(1))
			} else if err := handle(p); err != nil {
				return err
			} else {
				in.TryTake()
			}
		}
		return nil
	},
	"two": func(a *Actor, in *ByteRx, handle func([]byte) error) error {
		for a.Running(in.Drained()) {
			a.Wait(in.Avail(2))
			var ps [][]byte
			for range 2 {
				if p, ok := in.TryTake(); ok {
					ps = append(ps, p)
				}
			}
			for _, p := range ps {
				if isBad(p) {
					return errPoison
				}
			}
			for _, p := range ps {
				if err := handle(p); err != nil {
					return err
				}
			}
		}
		return nil
	},
}

// Byte messages are set aside like others; letters have copies of them.
func TestPoisonOfBytes(t *testing.T) {
	const n = 60
	for name, way := range byteWays {
		t.Run(name, func(t *testing.T) {
			var good, letters [][]byte
			bubble(t, func(g *Graph) {
				c, dead := NewByteChan(g, "c", 8, 100), NewChan[DeadLetter[[]byte]](g, "dead", 4)
				PoisonBytes(c, 2, dead)
				s := g.Actor("source")
				tx := c.Tx(s)
				s.Run(func(*Actor) error {
					for i := range n {
						if err := tx.Send(byteMessage(i, 20)); err != nil {
							return err
						}
					}
					return nil
				})
				s = g.Actor("sink", Restart{Never: true})
				rx := c.Rx(s)
				s.Run(func(a *Actor) error {
					return way(a, rx, func(p []byte) error {
						if isBad(p) {
							return errPoison
						}
						good = append(good, bytes.Clone(p))
						return nil
					})
				})
				Sink(g, "archive", dead, func(_ *Actor, in *Rx[DeadLetter[[]byte]]) error {
					for l := range in.All() {
						letters = append(letters, l.Message)
					}
					return nil
				})
			}, noError)
			for i := range n {
				p, from := byteMessage(i, 20), &good
				if isBad(p) {
					from = &letters
				}
				if len(*from) == 0 || !bytes.Equal((*from)[0], p) {
					t.Fatalf("message %d is missing", i)
				}
				*from = (*from)[1:]
			}
			if len(good)+len(letters) > 0 {
				t.Errorf("%d messages and %d letters too much", len(good), len(letters))
			}
		})
	}
}

// isBad is true of every seventh byte message or so.
func isBad(p []byte) bool { return len(p)%7 == 3 }

// All inputs of an actor may send their letters to one channel, the lanes of a
// bundle too, and the body may send others there.
func TestInputsShareDeadLetters(t *testing.T) {
	const lanes = 3
	var letters []string
	got := 0
	bubble(t, func(g *Graph) {
		b, c := NewBundle[int](g, "b", lanes, 4), NewChan[int](g, "c", 4)
		dead := NewChan[DeadLetter[int]](g, "dead", 2)
		for i := range lanes {
			Source(g, b.Lane(i).Name(), b.Lane(i), counted(10, never))
			Poison(b.Lane(i), 1, dead)
		}
		Source(g, "c", c, counted(10, never))
		Poison(c, 1, dead)
		s := g.Actor("sink", Restart{Never: true})
		all, rx, own := b.Rx(s), c.Rx(s), dead.Tx(s)
		s.Run(func(*Actor) error {
			handle := func(v int) error {
				if v == 5 {
					return errPoison
				}
				got++
				return nil
			}
			for _, v := range all.All() {
				if err := handle(v); err != nil {
					return err
				}
			}
			for v := range rx.All() {
				if err := handle(v); err != nil {
					return err
				}
			}
			return own.Send(DeadLetter[int]{Channel: "own"})
		})
		Sink(g, "archive", dead, func(_ *Actor, in *Rx[DeadLetter[int]]) error {
			for l := range in.All() {
				if l.Message != 5 && l.Channel != "own" {
					t.Errorf("%+v", l)
				}
				letters = append(letters, l.Channel)
			}
			return nil
		})
	}, noError)
	slices.Sort(letters)
	if want := []string{"b[0]", "b[1]", "b[2]", "c", "own"}; !slices.Equal(letters, want) || got != 9*(lanes+1) {
		t.Errorf("letters of %v, want %v; %d good", letters, want, got)
	}
}

// An actor can not take its own dead letters: it would wait for itself.
func TestLettersToOneself(t *testing.T) {
	g := &Graph{}
	c, dead := NewChan[int](g, "c", 4), NewChan[DeadLetter[int]](g, "dead", 1)
	Poison(c, 1, dead)
	Source(g, "source", c, counted(1, never))
	s := g.Actor("sink")
	c.Rx(s)
	dead.Rx(s)
	s.Run(func(*Actor) error { return nil })
	if err := g.Err(); err == nil || !strings.Contains(err.Error(), `channel "dead": actor "sink" would wait for itself`) {
		t.Errorf("Err: %v", err)
	}
	if err := g.Serve(t.Context()); err == nil || errors.Is(err, ErrStarted) {
		t.Errorf("Serve: %v", err)
	}
}
