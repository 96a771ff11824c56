package steadytest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// sends is a graph whose source sends what makes returns, n times.
func sends[T any](n int, makes func() T) func(*steady.Graph) {
	return func(g *steady.Graph) {
		c := steady.NewChan[T](g, "c", 4)
		next := steady.NewState(g, "next", 0)
		steady.Source(g, "source", c, func(_ *steady.Actor, out *steady.Tx[T]) error {
			for ; next.Get() < n; next.Set(next.Get() + 1) {
				if err := out.Send(makes()); err != nil {
					return err
				}
			}
			return nil
		}, next)
		steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[T]) error {
			for range in.All() {
			}
			return nil
		})
	}
}

// What is in messages counts when a seed is run again: the order of a map, the time
// of day, random numbers.
func TestWhatIsInMessagesIsNotDetermined(t *testing.T) {
	set := map[string]bool{}
	for i := range 30 {
		set[fmt.Sprint(i)] = true
	}
	first := func() string {
		for k := range set {
			return k
		}
		return ""
	}
	type entry struct {
		ID   int
		At   *time.Time
		Tags []string
	}
	for name, build := range map[string]func(*steady.Graph){
		"map order":      sends(20, first),
		"random numbers": sends(20, rand.Float64),
		"time of day": sends(20, func() *entry {
			now := time.Now()
			return &entry{1, &now, []string{"x"}}
		}),
		"bytes": func(g *steady.Graph) {
			c := steady.NewByteChan(g, "c", 4, 64)
			s, r := g.Actor("source"), g.Actor("sink")
			out, in := c.Tx(s), c.Rx(r)
			s.Run(func(*steady.Actor) error {
				for range 20 {
					if err := out.Send([]byte(first())); err != nil {
						return err
					}
				}
				return nil
			})
			r.Run(func(*steady.Actor) error {
				for range in.All() {
				}
				return nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := failing(t, func(tb *fake) { Simulate(tb, build, Options{Seeds: 10, Faults: NoFaults}) })
			wantWords(t, text, "went another way", `of channel "c" was `, "the order of a map")
		})
	}
}

// Where values lie in memory, and in which order a map keeps them, makes no
// difference.
func TestWhatIsInMessagesIsTheSame(t *testing.T) {
	type tree struct {
		Name  string
		Left  *tree
		Attrs map[string][]any
		Err   error
		done  chan bool
		do    func()
	}
	n := 0
	build := sends(20, func() *tree {
		n++
		t := &tree{Name: "a", done: make(chan bool), do: func() {}, Err: fmt.Errorf("failure %d", n)}
		t.Left = &tree{Name: "b", Attrs: map[string][]any{}}
		t.Left.Left = t // a circle
		for i := range 10 {
			t.Left.Attrs[fmt.Sprint(i)] = []any{i, "x", 2.5, nil, &i, struct{}{}}
		}
		return t
	})
	Simulate(t, build, Options{Seeds: 10})
}
