package steady

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var errPoison = errors.New("it is poison")

// Messages on which the receiver fails are set aside in order, each once, with
// what is known of them; all others arrive once.
func TestPoisonIsSetAside(t *testing.T) {
	bodies := map[string]func(handle func(int)) func(*Actor, *Rx[int]) error{
		"each": func(handle func(int)) func(*Actor, *Rx[int]) error {
			return func(_ *Actor, in *Rx[int]) error {
				for v := range in.All() {
					handle(v)
				}
				return nil
			}
		},
		"batches": func(handle func(int)) func(*Actor, *Rx[int]) error {
			return func(_ *Actor, in *Rx[int]) error {
				for vs := range in.Batches(0) {
					for _, v := range vs {
						if v%10 == 7 {
							handle(v) // fails before any of the batch is counted
						}
					}
					for _, v := range vs {
						handle(v)
					}
				}
				return nil
			}
		},
	}
	for name, body := range bodies {
		for _, failures := range []int{1, 3} {
			t.Run(fmt.Sprint(name, failures), func(t *testing.T) {
				good, tries := 0, 0
				bubble(t, func(g *Graph) {
					c, dead := NewChan[int](g, "c", 16), NewChan[DeadLetter[int]](g, "dead", 2)
					Poison(c, failures, dead)
					Source(g, "source", c, counted(100, never))
					Sink(g, "sink", c, body(func(v int) {
						if v%10 == 7 {
							tries++
							panic(errPoison)
						}
						good++
					}), Restart{Max: 4})
					next := 7
					Sink(g, "morgue", dead, func(_ *Actor, in *Rx[DeadLetter[int]]) error {
						for d := range in.All() {
							if d.Message != next || d.Index != uint64(next) || d.Channel != "c" || d.Actor != "sink" || !errors.Is(d.Err, errPoison) || d.Failures < failures {
								t.Errorf("set aside %+v, want %d", d, next)
							}
							next += 10
						}
						if next != 107 {
							t.Errorf("set aside up to %d", next)
						}
						return nil
					})
				}, noError)
				if good != 90 {
					t.Errorf("%d good messages, want 90", good)
				}
				if name == "each" && tries != 10*failures {
					t.Errorf("%d tries, want %d for each of 10", tries, failures)
				}
			})
		}
	}
}

// Failures at random beside those of poison lose nothing, on every schedule.
func TestPoisonAmongOtherFailures(t *testing.T) {
	for _, s := range schedules {
		t.Run(s.name, func(t *testing.T) {
			g := &Graph{Park: s.park}
			a, b := NewChan[int](g, "a", 64), NewChan[int](g, "b", 8)
			dead := NewChan[DeadLetter[int]](g, "dead", 4)
			const n = 5000
			Poison(a, 2, dead)
			fail := chance(rand.New(rand.NewPCG(1, 9)), n/40)
			opt := func(i int) []Option { return []Option{always, s.on[i%len(s.on)]} }
			Source(g, "source", a, counted(n, never), opt(0)...)
			Stage(g, "stage", a, b, func(_ *Actor, in *Rx[int], out *Tx[int]) error {
				for v := range in.All() {
					fail(v)
					if err := out.Send(v); err != nil {
						return err
					}
					if v%100 == 50 {
						return errPoison
					}
				}
				return nil
			}, opt(1)...)
			var got, aside int
			Sink(g, "sink", b, func(_ *Actor, in *Rx[int]) error {
				last := -1
				for v := range in.All() {
					if v <= last {
						t.Errorf("%d after %d", v, last)
					}
					last = v
					got++
				}
				return nil
			}, opt(2)...)
			Sink(g, "morgue", dead, func(_ *Actor, in *Rx[DeadLetter[int]]) error {
				for range in.All() {
					aside++
				}
				return nil
			}, opt(3)...)
			if err := g.Serve(t.Context()); err != nil {
				t.Error(err)
			}
			checkInvariants(t, g)
			if got+aside != n || aside < n/100 {
				t.Errorf("%d arrived and %d were set aside, of %d", got, aside, n)
			}
		})
	}
}

// A message can not be set aside when nobody takes dead letters any more: the
// limit of Restart decides, and the message is left over.
func TestPoisonWithoutAMorgue(t *testing.T) {
	bubble(t, func(g *Graph) {
		c, dead := NewChan[int](g, "c", 4), NewChan[DeadLetter[int]](g, "dead", 1)
		Poison(c, 1, dead)
		Source(g, "source", c, counted(3, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			a.Wait(in.Avail(3))
			for range in.All() {
				panic(errPoison)
			}
			return nil
		}, Restart{Max: 2})
		Sink(g, "morgue", dead, func(*Actor, *Rx[DeadLetter[int]]) error { return nil })
	}, func(t *testing.T, err error) {
		var failed *ActorError
		var left *LeftoverError
		if !errors.As(err, &failed) || failed.Actor != "sink" || !errors.As(err, &left) {
			t.Fatalf("Serve: %v", err)
		}
		n := uint64(0)
		for _, l := range left.Channels {
			n += l.Count
		}
		if n != 3 {
			t.Errorf("left %+v, want all 3", left.Channels)
		}
	})
}

func TestPoisonMistakes(t *testing.T) {
	g := &Graph{}
	c, dead := NewChan[int](g, "c", 4), NewChan[DeadLetter[int]](g, "dead", 1)
	Poison(c, 0, dead)
	Poison(c, 1, nil)
	Poison(c, 9, dead)
	Poison(c, 9, dead)
	Sink(g, "sink", c, inOrder(t, 0, never))
	err := g.Err()
	for _, want := range []string{"after 0 failures", "without a channel", "set twice", `"dead" has no receiver`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q", err, want)
		}
	}
	if err != nil && strings.Contains(err.Error(), `"dead" has no sender`) {
		t.Errorf("%v", err)
	}
}
