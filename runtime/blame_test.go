package steady

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// taking is a way to take messages: it returns those of one iteration, after it
// has handed each that it looks at to see.
type taking func(a *Actor, in *Rx[int], see func(...int) error) (took []int, err error)

func tryTake(n int) taking {
	return func(_ *Actor, in *Rx[int], see func(...int) error) (took []int, err error) {
		for range n {
			v, ok := in.TryTake()
			if !ok {
				break
			}
			took = append(took, v)
		}
		return took, see(took...)
	}
}

func tryPeek(_ *Actor, in *Rx[int], see func(...int) error) (took []int, err error) {
	v, ok := in.TryPeek()
	if !ok {
		return nil, nil
	}
	if err := see(v); err != nil {
		return nil, err
	}
	in.TryTake()
	return []int{v}, nil
}

func peek(n int) taking {
	return func(_ *Actor, in *Rx[int], see func(...int) error) (took []int, err error) {
		x, y := in.Peek()
		took = slices.Concat(x, y)
		took = took[:min(n, len(took))]
		if err := see(took...); err != nil {
			return nil, err
		}
		in.Release(len(took))
		return took, nil
	}
}

func released(_ *Actor, in *Rx[int], see func(...int) error) (took []int, err error) {
	x, y := in.Peek()
	took = slices.Concat(x, y)
	in.Release(len(took))
	return took, see(took...)
}

// waiting is a body that waits for n messages and takes them in that way.
func waiting(n int, take taking) func(see func(...int) error, done func([]int)) func(*Actor, *Rx[int]) error {
	return func(see func(...int) error, done func([]int)) func(*Actor, *Rx[int]) error {
		return func(a *Actor, in *Rx[int]) error {
			for a.Running(in.Drained()) {
				if !a.Wait(in.Avail(n)) {
					continue
				}
				took, err := take(a, in, see)
				if err != nil {
					return err
				}
				done(took)
			}
			return nil
		}
	}
}

var waysOfTaking = map[string]func(see func(...int) error, done func([]int)) func(*Actor, *Rx[int]) error{
	"TryTake": waiting(1, tryTake(1)), "two TryTake": waiting(1, tryTake(2)), "all TryTake": waiting(1, tryTake(99)),
	"three of Avail": waiting(3, tryTake(3)), "TryPeek": waiting(1, tryPeek), "TryPeek after Avail": waiting(4, tryPeek),
	"Peek one": waiting(1, peek(1)), "Peek two": waiting(2, peek(2)), "Peek all": waiting(1, peek(99)),
	"Release": waiting(1, released),
	"All": func(see func(...int) error, done func([]int)) func(*Actor, *Rx[int]) error {
		return func(_ *Actor, in *Rx[int]) error {
			for v := range in.All() {
				if err := see(v); err != nil {
					return err
				}
				done([]int{v})
			}
			return nil
		}
	},
	"Batches": func(see func(...int) error, done func([]int)) func(*Actor, *Rx[int]) error {
		return func(_ *Actor, in *Rx[int]) error {
			for vs := range in.Batches(0) {
				if err := see(vs...); err != nil {
					return err
				}
				done(slices.Clone(vs))
			}
			return nil
		}
	},
	"All and TryTake": func(see func(...int) error, done func([]int)) func(*Actor, *Rx[int]) error {
		return func(_ *Actor, in *Rx[int]) error {
			for v := range in.All() {
				vs := []int{v}
				if w, ok := in.TryTake(); ok {
					vs = append(vs, w)
				}
				if err := see(vs...); err != nil {
					return err
				}
				done(vs)
			}
			return nil
		}
	},
}

// However messages are taken, or only looked at: those at fault are set aside,
// and no others, and it takes no time.
func TestTheRightMessageIsBlamed(t *testing.T) {
	for name, body := range waysOfTaking {
		for _, failures := range []int{1, 2, 5} {
			for _, capacity := range []int{4, 7, 64} {
				t.Run(fmt.Sprint(name, failures, capacity), func(t *testing.T) { blamesRight(t, body, failures, capacity) })
			}
		}
	}
}

func blamesRight(t *testing.T, body func(func(...int) error, func([]int)) func(*Actor, *Rx[int]) error, failures, capacity int) {
	const n = 60
	bad := []int{0, 7, 21, 22, 23, 40, n - 1}
	var good, letters []int
	bubble(t, func(g *Graph) {
		c, dead := NewChan[int](g, "c", capacity), NewChan[DeadLetter[int]](g, "dead", 2)
		Poison(c, failures, dead)
		Source(g, "source", c, counted(n, never))
		Sink(g, "sink", c, body(func(vs ...int) error {
			for _, v := range vs {
				if slices.Contains(bad, v) {
					return errPoison
				}
			}
			return nil
		}, func(vs []int) { good = append(good, vs...) }), Restart{Never: true})
		Sink(g, "archive", dead, func(_ *Actor, in *Rx[DeadLetter[int]]) error {
			for l := range in.All() {
				letters = append(letters, l.Message)
				if l.Failures < failures || l.Failures > failures+1 || l.Index != uint64(l.Message) {
					t.Errorf("%+v", l)
				}
			}
			if now := g.sched.Now(); now > 0 {
				t.Errorf("it took %v", now)
			}
			return nil
		})
	}, noError)
	if !slices.Equal(letters, bad) || len(good) != n-len(bad) || !slices.IsSorted(good) {
		t.Errorf("set aside %v, want %v; good %v", letters, bad, good)
	}
}

// A failure before a look at a message is not its fault, nor that of a message of
// another input from which nothing was taken.
func TestAnInnocentMessageIsNotBlamed(t *testing.T) {
	bodies := map[string]func(a *Actor, x, y *Rx[int]) error{
		"before": func(a *Actor, x, y *Rx[int]) error {
			if a.Regeneration() < 8 {
				return errors.New("no connection")
			}
			for range x.All() {
			}
			for range y.All() {
			}
			return nil
		},
		"another": func(a *Actor, x, y *Rx[int]) error {
			a.Wait(x.Avail(1), y.Avail(1))
			y.TryTake()
			if a.Regeneration() < 8 {
				return errors.New("it was y")
			}
			for range x.All() {
			}
			for range y.All() {
			}
			return nil
		},
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				x, y := NewChan[int](g, "x", 4), NewChan[int](g, "y", 4)
				dead := NewChan[DeadLetter[int]](g, "dead", 4)
				Poison(x, 2, dead)
				Source(g, "one", x, counted(9, never))
				Source(g, "two", y, counted(9, never))
				s := g.Actor("sink", Restart{Max: 8})
				rx, ry := x.Rx(s), y.Rx(s)
				s.Run(func(a *Actor) error { return body(a, rx, ry) })
				Sink(g, "archive", dead, inLetters(t, nil))
			}, noError)
		})
	}
}

func inLetters(t *testing.T, want []int) func(*Actor, *Rx[DeadLetter[int]]) error {
	var got []int
	t.Cleanup(func() {
		if !slices.Equal(got, want) {
			t.Errorf("set aside %v, want %v", got, want)
		}
	})
	return func(_ *Actor, in *Rx[DeadLetter[int]]) error {
		for l := range in.All() {
			got = append(got, l.Message)
		}
		return nil
	}
}

// A body that waits for a second message in the middle of an iteration gets it,
// though its messages come one by one: it loses none and does not hang.
func TestABodyThatInsistsOnTwo(t *testing.T) {
	var got []int
	letters := 0
	bubble(t, func(g *Graph) {
		c, dead := NewChan[int](g, "c", 6), NewChan[DeadLetter[int]](g, "dead", 2)
		Poison(c, 2, dead)
		Source(g, "source", c, counted(30, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for v := range in.All() {
				vs := []int{v}
				if a.Wait(in.Avail(1)) {
					w, ok := in.TryTake()
					if !ok {
						t.Error("the wait was not true")
					}
					vs = append(vs, w)
				}
				if slices.Contains(vs, 13) {
					return errPoison
				}
				got = append(got, vs...)
			}
			return nil
		})
		Sink(g, "archive", dead, func(_ *Actor, in *Rx[DeadLetter[int]]) error {
			for range in.All() {
				letters++
			}
			return nil
		})
	}, noError)
	if len(got)+letters != 30 || letters > 2 {
		t.Errorf("got %v, and %d letters", got, letters)
	}
}

// When two messages in three are bad, each of them costs its tries, and no time.
func TestPoisonCostsNoBackOff(t *testing.T) {
	for _, backoff := range []time.Duration{0, time.Millisecond} {
		bubble(t, func(g *Graph) {
			const n = 999
			c, dead := NewChan[int](g, "c", 16), NewChan[DeadLetter[int]](g, "dead", 16)
			Poison(c, 3, dead)
			Source(g, "source", c, counted(n, never))
			Sink(g, "sink", c, func(_ *Actor, in *Rx[int]) error {
				for v := range in.All() {
					if v%3 != 0 {
						return errPoison
					}
				}
				if now, most := g.sched.Now(), n*2/3*2*backoff*5/4; now > most {
					t.Errorf("back-off %v: it took %v, want %v or less", backoff, now, most)
				}
				return nil
			}, Restart{Backoff: backoff})
			Sink(g, "archive", dead, func(_ *Actor, in *Rx[DeadLetter[int]]) error {
				for range in.All() {
				}
				return nil
			})
		}, noError)
	}
}
