package steady

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// What is added after the start is refused at the call, from whatever goroutine.
func TestBuildingAfterTheStartIsRefused(t *testing.T) {
	g := &Graph{}
	c, d := NewChan[int](g, "c", 1), NewChan[DeadLetter[int]](g, "d", 1)
	b, bytes, w := NewBundle[int](g, "b", 1, 1), NewByteChan(g, "bytes", 1, 1), Watch(g, "w", make(chan int))
	var calls map[string]func()
	s := g.Actor("refused")
	c.Tx(s)
	b.Tx(s)
	bytes.Tx(s)
	d.Tx(s)
	s.Run(func(*Actor) error {
		for name, call := range calls {
			done := make(chan any)
			go func() {
				defer func() { done <- recover() }()
				call()
			}()
			err, _ := (<-done).(error)
			if !errors.Is(err, ErrStarted) || !strings.HasPrefix(err.Error(), "steady: "+name) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, run := range map[string]func(context.Context) error{"Run": g.Run, "Serve": g.Serve} {
			if err := run(context.Background()); !errors.Is(err, ErrStarted) {
				t.Errorf("%s: %v", name, err)
			}
		}
		return nil
	})
	r := g.Actor("receiver")
	c.Rx(r)
	b.Rx(r)
	bytes.Rx(r)
	d.Rx(r)
	r.Run(func(*Actor) error { return nil })
	calls = map[string]func(){
		"NewChan":     func() { NewChan[int](g, "late", 1) },
		"NewBundle":   func() { NewBundle[int](g, "late", 1, 1) },
		"NewByteChan": func() { NewByteChan(g, "late", 1, 1) },
		"NewState":    func() { NewState(g, "late", 0) },
		"Watch":       func() { Watch(g, "late", make(chan int)) },
		"an end of":   func() { w.SentBy("late") },
		"Poison":      func() { Poison(c, 1, d) },
		"Actor":       func() { Source(g, "late", c, func(*Actor, *Tx[int]) error { return nil }) },
		"Run of":      func() { s.Run(nil) },
		"Tx":          func() { c.Tx(s) },
		"Rx":          func() { c.Rx(s) },
		`Tx "b"`:      func() { b.Tx(s) },
		`Rx "b"`:      func() { b.Rx(s) },
		`Rx "bytes"`:  func() { bytes.Rx(s) },
		"Collector":   func() { g.Collector() },
		"Handler":     func() { g.Handler() },
	}
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
}

// Mistakes of wiring are found before anything starts, with the name of the actor.
func TestWiringMistakesOfNil(t *testing.T) {
	ok := Restart{}
	for want, wire := range map[string]func(g *Graph, c *Chan[int]){
		`actor "x" has no body`: func(g *Graph, c *Chan[int]) { Source(g, "x", c, nil) },
		`actor "y" has no body`: func(g *Graph, c *Chan[int]) { Sink(g, "y", c, nil) },
		`actor "z" has no body`: func(g *Graph, c *Chan[int]) { Stage[int, int](g, "z", c, c, nil) },
		`actor "x": Tx of a channel that is nil`: func(g *Graph, _ *Chan[int]) {
			Source(g, "x", nil, func(*Actor, *Tx[int]) error { return nil })
		},
		`actor "y": Rx of a channel that is nil`: func(g *Graph, _ *Chan[int]) {
			Sink(g, "y", nil, func(*Actor, *Rx[int]) error { return nil })
		},
		`actor "b": Tx of a bundle that is nil`:    func(g *Graph, _ *Chan[int]) { (*Bundle[int])(nil).Tx(g.Actor("b")) },
		`actor "l": Rx of a channel that is nil`:   func(g *Graph, _ *Chan[int]) { (*Bundle[int])(nil).Lane(3).Rx(g.Actor("l")) },
		`actor "by": Rx of a channel that is nil`:  func(g *Graph, _ *Chan[int]) { (*ByteChan)(nil).Rx(g.Actor("by")) },
		`channel "c": Tx for an actor that is nil`: func(_ *Graph, c *Chan[int]) { c.Tx(nil) },
		`actor "o": an option is nil`:              func(g *Graph, _ *Chan[int]) { g.Actor("o", nil) },
		`state "s": an option is nil`:              func(g *Graph, _ *Chan[int]) { NewState(g, "s", 0, nil) },
		`Poison of a channel that is nil`: func(g *Graph, _ *Chan[int]) {
			Poison(nil, 1, NewChan[DeadLetter[int]](g, "dead", 1))
		},
		`actor "r" has two Restart options`:         func(g *Graph, _ *Chan[int]) { g.Actor("r", ok, Restart{Max: 3}) },
		`actor "n": Restart: Never with other`:      func(g *Graph, _ *Chan[int]) { g.Actor("n", Restart{Never: true, Max: 2}) },
		`actor "w": Restart: Window of -1`:          func(g *Graph, _ *Chan[int]) { g.Actor("w", Restart{Window: -1}) },
		`actor "t" is in two troupes: "one" and`:    func(g *Graph, _ *Chan[int]) { g.Actor("t", Troupe("one"), Troupe("two")) },
		`actor "s" has two Solo options with cores`: func(g *Graph, _ *Chan[int]) { g.Actor("s", Solo(0), Solo(1)) },
		`actor "p" has two Realtime options`:        func(g *Graph, _ *Chan[int]) { g.Actor("p", Realtime(1), Realtime(2)) },
	} {
		t.Run(want, func(t *testing.T) {
			g := &Graph{}
			wire(g, NewChan[int](g, "c", 1))
			if err := g.Serve(context.Background()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Serve: %v", err)
			}
		})
	}
}

// What has no graph to note a mistake in says so at once.
func TestNilWithoutAGraphPanicsWithWords(t *testing.T) {
	for name, call := range map[string]func(){
		"NewChan": func() { NewChan[int](nil, "c", 1) },
		"Actor":   func() { (*Graph)(nil).Actor("a") },
		"Tx":      func() { (*Chan[int])(nil).Tx(nil) },
		"Poison":  func() { Poison[int](nil, 1, nil) },
	} {
		func() {
			defer func() {
				if v := fmt.Sprint(recover()); !strings.HasPrefix(v, "steady: "+name) || !strings.Contains(v, "nil") {
					t.Errorf("%s: %s", name, v)
				}
			}()
			call()
		}()
	}
}

func TestANilContextIsRefused(t *testing.T) {
	g := &Graph{Socket: Off, Metrics: Off}
	g.Actor("a").Run(func(*Actor) error { return nil })
	for name, run := range map[string]func(context.Context) error{"Run": g.Run, "Serve": g.Serve} {
		var none context.Context
		if err := run(none); err == nil || !strings.Contains(err.Error(), "context") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := g.Serve(context.Background()); err != nil {
		t.Errorf("after that: %v", err)
	}
}

// The longest interval there is saves what is left at the end, and does not save
// without a break.
func TestTheLongestSyncDoesNotOverflow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := memfs.New()
		g := &Graph{files: disk}
		s := NewState(g, "s", 0, Persist("/s", SyncEvery(math.MaxInt64)))
		g.Actor("a", s).Run(func(a *Actor) error {
			for i := range 5 {
				s.Set(i)
				a.Wait(a.After(time.Minute))
			}
			return nil
		})
		if err := g.Serve(context.Background()); err != nil {
			t.Fatal(err)
		}
		if n := s.file.disk.Generation; n > 2 {
			t.Errorf("saved %d times", n)
		}
	})
}
