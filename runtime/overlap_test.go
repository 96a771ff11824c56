package steady

import (
	"fmt"
	"iter"
	"testing"
)

// pullers are the ranges over an input, each as an iterator that yields one
// message after another.
var pullers = map[string]func(in *Rx[int]) iter.Seq[int]{
	"All": func(in *Rx[int]) iter.Seq[int] { return in.All() },
	"Batches": func(in *Rx[int]) iter.Seq[int] {
		return func(yield func(int) bool) {
			for vs := range in.Batches(1) {
				if !yield(vs[0]) {
					return
				}
			}
		}
	},
}

// Ranges may overlap, since each can be a coroutine of its own. The first is the
// outermost, and whoever is left when it ends takes its place: in every order of
// ending, bodies go on to end iterations. If they did not, eight messages would
// fill a channel for good.
func TestOverlappingRangesKeepTheirBoundaries(t *testing.T) {
	orders := [][3]int{{5, 200, 400}, {5, 400, 200}, {200, 5, 400}, {400, 5, 200}, {200, 400, 5}, {400, 200, 5}, {0, 0, 100}, {100, 0, 0}}
	for name, pull := range pullers {
		for _, n := range orders {
			t.Run(fmt.Sprint(name, n), func(t *testing.T) {
				got := [3]int{}
				bubble(t, func(g *Graph) {
					out := NewChan[int](g, "out", 8)
					s := g.Actor("merge", Restart{Never: true})
					var ins [3]*Rx[int]
					for i := range ins {
						c := NewChan[int](g, fmt.Sprint("in", i), 8)
						ins[i] = c.Rx(s)
						Source(g, fmt.Sprint("source", i), c, counted(n[i], never))
					}
					s.Run(merge(ins, out.Tx(s), pull))
					Sink(g, "sink", out, func(_ *Actor, in *Rx[int]) error {
						for v := range in.All() {
							if got[v%3] != v/3 {
								t.Fatalf("%d of input %d after %d", v/3, v%3, got[v%3])
							}
							got[v%3]++
						}
						return nil
					})
				}, noError)
				if got != n {
					t.Errorf("received %d of %d", got, n)
				}
			})
		}
	}
}

// merge takes one message of each input in turn, as long as it has any.
func merge(ins [3]*Rx[int], out *Tx[int], pull func(*Rx[int]) iter.Seq[int]) func(*Actor) error {
	return func(*Actor) error {
		var next [3]func() (int, bool)
		for i, in := range ins {
			n, stop := iter.Pull(pull(in))
			defer stop()
			next[i] = n
		}
		for left := 3; left > 0; {
			for i := range next {
				if next[i] == nil {
					continue
				}
				v, ok := next[i]()
				if !ok {
					next[i] = nil
					left--
					continue
				}
				if err := out.Send(3*v + i); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// Lanes of bundles, too.
func TestOverlappingRangesOfBundles(t *testing.T) {
	for _, n := range [][2]int{{5, 300}, {300, 5}} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			got := [2]int{}
			bubble(t, func(g *Graph) {
				s := g.Actor("merge", Restart{Never: true})
				var ins [2]*BundleRx[int]
				for i := range ins {
					b := NewBundle[int](g, fmt.Sprint("in", i), 2, 4)
					ins[i] = b.Rx(s)
					for lane := range 2 {
						Source(g, fmt.Sprint("source", i, lane), b.Lane(lane), counted(n[i], never))
					}
				}
				s.Run(func(*Actor) error {
					next0, stop0 := iter.Pull2(ins[0].All())
					defer stop0()
					next1, stop1 := iter.Pull2(ins[1].All())
					defer stop1()
					for ok0, ok1 := true, true; ok0 || ok1; {
						if ok0 {
							if _, _, ok0 = next0(); ok0 {
								got[0]++
							}
						}
						if ok1 {
							if _, _, ok1 = next1(); ok1 {
								got[1]++
							}
						}
					}
					return nil
				})
			}, noError)
			if want := [2]int{2 * n[0], 2 * n[1]}; got != want {
				t.Errorf("received %d of %d", got, want)
			}
		})
	}
}

// A range that has become the outermost takes back what its body had taken when
// that fails.
func TestAFailureInTheRangeThatIsLeft(t *testing.T) {
	bubble(t, func(g *Graph) {
		x, y, out := NewChan[int](g, "x", 4), NewChan[int](g, "y", 4), NewChan[int](g, "out", 4)
		Source(g, "sx", x, counted(2, never))
		Source(g, "sy", y, counted(100, never))
		s := g.Actor("left", always)
		rx, ry, tx := x.Rx(s), y.Rx(s), out.Tx(s)
		failed := map[int]bool{}
		s.Run(func(a *Actor) error {
			next, stop := iter.Pull(rx.All())
			defer stop()
			next()
			for v := range ry.All() {
				for _, ok := next(); ok; {
					_, ok = next()
				}
				if err := tx.Send(v); err != nil {
					return err
				}
				if v%7 == 3 && !failed[v] {
					failed[v] = true
					panic("again")
				}
			}
			return nil
		})
		Sink(g, "sink", out, inOrder(t, 100, never))
	}, noError)
}
