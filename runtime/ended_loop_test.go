package steady

import (
	"errors"
	"fmt"
	"testing"
)

// lastWords runs a loop of two: the second member says what it has to say once
// the loop has come to rest, and every message of that is counted, each once.
func lastWords[T any](t *testing.T, back *Chan[T], g *Graph, words func(a *Actor, out *Tx[T]) (sent int, err error)) *int {
	t.Helper()
	there := NewChan[int](g, "there", 4)
	s := g.Actor("first")
	in, out := back.Rx(s), there.Tx(s)
	s.Run(func(*Actor) error {
		for i := range 3 {
			if err := out.Send(i); err != nil {
				return err
			}
		}
		for range in.All() {
		}
		return nil
	})
	said := new(int)
	Stage(g, "second", there, back, func(a *Actor, in *Rx[int], out *Tx[T]) (err error) {
		for range in.All() {
		}
		*said, err = words(a, out)
		return err
	})
	return said
}

// What is sent into a loop that has come to rest is counted message by message,
// whatever call sends it.
func TestSendsIntoAnEndedLoopAreCounted(t *testing.T) {
	calls := map[string]func(a *Actor, out *Tx[int]) (sent int, err error){
		"Send": func(_ *Actor, out *Tx[int]) (int, error) {
			return 2, errors.Join(out.Send(1), out.Send(2))
		},
		"TrySend": func(_ *Actor, out *Tx[int]) (int, error) {
			for range 7 {
				if !out.TrySend(1) {
					return 0, errors.New("it was refused")
				}
			}
			return 7, nil
		},
		"a short SendSlice": func(_ *Actor, out *Tx[int]) (int, error) { return 3, out.SendSlice(make([]int, 3)) },
		"a long SendSlice":  func(_ *Actor, out *Tx[int]) (int, error) { return 9, out.SendSlice(make([]int, 9)) },
		"Wait and Publish": func(a *Actor, out *Tx[int]) (int, error) {
			for range 5 {
				if !a.Wait(out.Vacant(4)) {
					return 0, errors.New("there is no room")
				}
				x, y := out.Reserve()
				if len(x)+len(y) < 4 {
					return 0, fmt.Errorf("%d are reserved after a wait for 4", len(x)+len(y))
				}
				out.Publish(2)
			}
			return 10, nil
		},
	}
	for name, words := range calls {
		t.Run(name, func(t *testing.T) {
			var said *int
			var counted uint64
			bubble(t, func(g *Graph) {
				said = lastWords(t, NewChan[int](g, "back", 4), g, words)
				after(g, 1)
			}, dropped(&counted))
			if *said == 0 || counted != uint64(*said) {
				t.Errorf("%d messages are counted of %d", counted, *said)
			}
		})
	}
}

func TestBytesIntoAnEndedLoopAreCounted(t *testing.T) {
	calls := map[string]func(a *Actor, out *ByteTx) error{
		"Send": func(_ *Actor, out *ByteTx) error { return out.Send(make([]byte, 40)) },
		"TrySend": func(_ *Actor, out *ByteTx) error {
			if !out.TrySend(make([]byte, 40)) {
				return errors.New("it was refused")
			}
			return nil
		},
		"Publish": func(a *Actor, out *ByteTx) error {
			if !a.Wait(out.Vacant(2, 64)) {
				return errors.New("there is no room")
			}
			p, ok := out.Reserve(64)
			if !ok || len(p) != 64 {
				return fmt.Errorf("%d bytes are reserved, %v", len(p), ok)
			}
			p[63] = 1
			out.Publish(64)
			return nil
		},
		"Publish nothing": func(_ *Actor, out *ByteTx) error {
			if p, ok := out.Reserve(0); !ok || len(p) != 0 {
				return fmt.Errorf("%d bytes are reserved, %v", len(p), ok)
			}
			out.Publish(0)
			return nil
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			var counted uint64
			bubble(t, func(g *Graph) {
				b := NewByteChan(g, "back", 4, 64)
				there := NewChan[int](g, "there", 4)
				s, r := g.Actor("first"), g.Actor("second")
				out, back, in, again := there.Tx(s), b.Rx(s), there.Rx(r), b.Tx(r)
				s.Run(func(*Actor) error {
					if err := out.Send(1); err != nil {
						return err
					}
					for range back.All() {
					}
					return nil
				})
				r.Run(func(a *Actor) error {
					for range in.All() {
					}
					for range 6 {
						if err := call(a, again); err != nil {
							return err
						}
					}
					return nil
				})
				after(g, 1)
			}, dropped(&counted))
			if counted != 6 {
				t.Errorf("%d messages are counted of 6", counted)
			}
		})
	}
}
