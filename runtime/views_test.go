package steady

import (
	"errors"
	"testing"
)

// full wants a view of a channel to have no capacity beyond its length: then what
// is appended to it is a copy, and writes over no message that lies behind it.
func full[T any](t *testing.T, call string, views ...[]T) {
	t.Helper()
	for _, v := range views {
		if cap(v) != len(v) {
			t.Errorf("%s: a view of %d messages has capacity %d", call, len(v), cap(v))
		}
	}
}

// Whoever appends to a view of a channel harms no message.
func TestAppendToAViewCopies(t *testing.T) {
	const n = 200
	takes := map[string]func(in *Rx[int], got func(vs ...int)){
		"Batches": func(in *Rx[int], got func(vs ...int)) {
			for vs := range in.Batches(3) {
				full(t, "Batches", vs)
				_ = append(vs, -1, -2)
				got(vs...)
			}
		},
		"Peek": func(in *Rx[int], got func(vs ...int)) {
			for a := in.p.a; a.Running(in.Drained()); a.Wait(in.Avail(5)) {
				x, y := in.Peek()
				full(t, "Peek", x, y)
				_, _ = append(x, -1), append(y, -2)
				got(append(x, y...)...)
				in.Release(len(x) + len(y))
			}
		},
	}
	for name, take := range takes {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				c := NewChan[int](g, "c", 13)
				Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
					for i := 0; i < n && a.Running(); a.Wait(out.Vacant(5)) {
						x, y := out.Reserve()
						full(t, "Reserve", x, y)
						for _, part := range [][]int{x, y} {
							for k := range part {
								part[k] = i
								i++
							}
						}
						out.Publish(len(x) + len(y))
					}
					return nil
				})
				Sink(g, "sink", c, func(_ *Actor, in *Rx[int]) error {
					next := 0
					take(in, func(vs ...int) {
						for _, v := range vs {
							if v != next {
								t.Errorf("got %d, want %d", v, next)
							}
							next++
						}
					})
					if next < n {
						return errors.New("some are missing")
					}
					return nil
				})
			}, noError)
		})
	}
}

func TestAppendToAViewOfBytesCopies(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewByteChan(g, "c", 4, 64)
		s := g.Actor("source")
		out := c.Tx(s)
		s.Run(func(a *Actor) error {
			for i := byte(0); i < 100 && a.Running(); {
				if !a.Wait(out.Vacant(1, 5)) {
					continue
				}
				p, _ := out.Reserve(5)
				full(t, "Reserve", p)
				copy(p, []byte{i, i, i, i, i})
				out.Publish(5)
				i++
			}
			return nil
		})
		r := g.Actor("sink")
		in := c.Rx(r)
		r.Run(func(a *Actor) error {
			next := byte(0)
			check := func(call string, p []byte) {
				full(t, call, p)
				_ = append(p, 99, 99, 99)
				if len(p) != 5 || p[0] != next || p[4] != next {
					t.Errorf("%s: got %v, want %d", call, p, next)
				}
			}
			for p := range in.All() {
				check("All", p)
				next++
				if q, ok := in.TryPeek(); ok {
					check("TryPeek", q)
					q, _ = in.TryTake()
					check("TryTake", q)
					next++
				}
			}
			return nil
		})
	}, noError)
}
