package steady_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// How do I join actors?
func Example() {
	g := &steady.Graph{Name: "furnace"}
	temps := steady.NewChan[float64](g, "temps", 16)
	alarms := steady.NewChan[string](g, "alarms", 16)
	steady.Source(g, "sensor", temps, func(a *steady.Actor, out *steady.Tx[float64]) error {
		for _, t := range []float64{88, 91, 95} {
			if err := out.Send(t); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Stage(g, "detector", temps, alarms, func(a *steady.Actor, in *steady.Rx[float64], out *steady.Tx[string]) error {
		for t := range in.All() {
			if t > 90 {
				if err := out.Send(fmt.Sprintf("%.0f °C", t)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	steady.Sink(g, "pager", alarms, func(a *steady.Actor, in *steady.Rx[string]) error {
		for alarm := range in.All() {
			fmt.Println(alarm)
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// 91 °C
	// 95 °C
	// <nil>
}

// How do I survive a panic? By doing nothing: the message comes again.
func ExampleRestart() {
	g := &steady.Graph{}
	jobs := steady.NewChan[int](g, "jobs", 4)
	steady.Source(g, "source", jobs, func(a *steady.Actor, out *steady.Tx[int]) error {
		for job := range 3 {
			if err := out.Send(job); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Sink(g, "worker", jobs, func(a *steady.Actor, in *steady.Rx[int]) error {
		for job := range in.All() {
			if job == 1 && a.Regeneration() == 0 {
				panic("a bad moment")
			}
			fmt.Println("done", job)
		}
		return nil
	}, steady.Restart{Max: 10, Backoff: time.Millisecond})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// done 0
	// done 1
	// done 2
	// <nil>
}

// How do I wait for two things? And how do I do something now and then?
func ExampleActor_WaitAny() {
	g := &steady.Graph{}
	words := steady.NewChan[string](g, "words", 4)
	numbers := steady.NewChan[int](g, "numbers", 4)
	steady.Source(g, "writer", words, func(a *steady.Actor, out *steady.Tx[string]) error { return out.Send("seven") })
	steady.Source(g, "counter", numbers, func(a *steady.Actor, out *steady.Tx[int]) error { return out.Send(7) })
	s := g.Actor("both")
	w, n := words.Rx(s), numbers.Rx(s)
	s.Run(func(a *steady.Actor) error {
		pairs := 0
		for a.Running(w.Drained(), n.Drained()) {
			switch a.WaitAny(steady.All(w.Avail(1), n.Avail(1)), a.Every(time.Second)) {
			case 0:
				word, _ := w.TryTake()
				number, _ := n.TryTake()
				fmt.Println(word, "is", number)
				pairs++
			case 1:
				a.Logger().Info("still alive", "pairs", pairs)
			}
			if pairs == 1 {
				return nil
			}
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// seven is 7
	// <nil>
}

// How do I veto a shutdown?
func ExampleVote() {
	g := &steady.Graph{Grace: time.Minute}
	arm := 3 // positions left until it is parked
	g.Actor("arm").Run(func(a *steady.Actor) error {
		a.RequestShutdown("end of the shift")
		for a.Running(steady.Vote("arm parked", func() bool { return arm == 0 })) {
			arm--
			fmt.Println("moving, left:", arm)
			a.Wait(a.Every(time.Millisecond))
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// moving, left: 2
	// moving, left: 1
	// moving, left: 0
	// <nil>
}

// How do I run an actor on its own thread?
func ExampleSolo() {
	g := &steady.Graph{}
	g.Actor("control", steady.Solo()).Run(func(a *steady.Actor) error {
		fmt.Println("nobody else runs on this thread")
		return nil
	})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// nobody else runs on this thread
	// <nil>
}

// What does a wiring mistake look like?
func ExampleGraph_Err() {
	g := &steady.Graph{}
	c := steady.NewChan[int](g, "c", 0)
	steady.Sink(g, "sink", c, func(*steady.Actor, *steady.Rx[int]) error { return nil })
	fmt.Println(g.Err())
	// Output:
	// steady: channel "c": capacity 0: want 1 or more
	// steady: channel "c" has no sender
}

// Who would not stop?
func ExampleShutdownError() {
	g := &steady.Graph{Grace: 20 * time.Millisecond}
	g.Actor("door").Run(func(a *steady.Actor) error {
		a.RequestShutdown("test")
		for a.Running(steady.Vote("door closed", func() bool { return false })) {
			a.Wait(a.Every(time.Second))
		}
		return nil
	})
	err := g.Serve(context.Background())
	var late *steady.ShutdownError
	if errors.As(err, &late) {
		fmt.Println(late.Actors[0].Actor, late.Actors[0].Reason)
	}
	// Output:
	// door refused: not yet: door closed
}
