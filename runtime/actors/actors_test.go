package actors_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// Whoever is slower, every value comes through once and in order, and the end
// of the one Go channel becomes the end of the other.
func TestFromOneGoChannelToAnother(t *testing.T) {
	for name, size := range map[string]int{"unbuffered": 0, "one": 1, "buffered": 64} {
		for pace, pause := range map[string]time.Duration{"fast": 0, "slow": 3 * time.Millisecond} {
			t.Run(name+"/"+pace, func(t *testing.T) {
				onEach(t, func(t *testing.T, place steady.Option) {
					in, out := make(chan int, size), make(chan int, size)
					g := &steady.Graph{}
					work := steady.NewChan[int](g, "work", 4)
					steady.Source(g, "intake", work, actors.FromChan(in), place)
					steady.Sink(g, "reply", work, actors.ToChan(out), place)
					go feed(in, 500)
					got := drain(out, pause)
					noError(t, serve(g))
					want(t, <-got, numbers(0, 500))
				})
			})
		}
	}
}

// What a stop finds in the Go channel stays there; what was taken before it is
// delivered.
func TestAStopLeavesTheRestInTheGoChannel(t *testing.T) {
	onEach(t, func(t *testing.T, place steady.Option) {
		in := make(chan int, 1000)
		for i := range 1000 {
			in <- i
		}
		g := &steady.Graph{}
		work := steady.NewChan[int](g, "work", 4)
		steady.Source(g, "intake", work, actors.FromChan(in), place)
		var got []int
		steady.Sink(g, "work", work, func(a *steady.Actor, rx *steady.Rx[int]) error {
			for v := range rx.All() {
				if got = append(got, v); v == 100 {
					a.RequestShutdown("enough")
				}
			}
			return nil
		}, place)
		noError(t, serve(g))
		close(in)
		want(t, got, numbers(0, len(got)))
		want(t, <-drain(in, 0), numbers(len(got), 1000))
	})
}

// An actor that waits for an empty Go channel hears of the stop at once.
func TestAStopEndsTheWaitForAValue(t *testing.T) {
	onEach(t, func(t *testing.T, place steady.Option) {
		g := &steady.Graph{}
		work, out := steady.NewChan[int](g, "work", 4), make(chan int)
		steady.Source(g, "intake", work, actors.FromChan(make(chan int)), place)
		steady.Sink(g, "reply", work, actors.ToChan(out), place)
		began := time.Now()
		time.AfterFunc(time.Hour, func() { _ = g.Shutdown(context.Background()) })
		got := drain(out, 0)
		noError(t, serve(g))
		if d := time.Since(began); d != time.Hour {
			t.Errorf("ended after %v", d)
		}
		want(t, <-got, nil)
	})
}

// An intake whose receiver is done ends as well, and takes nothing more.
func TestTheReceiverMayEndFirst(t *testing.T) {
	onEach(t, func(t *testing.T, place steady.Option) {
		in := make(chan int, 100)
		for i := range 100 {
			in <- i
		}
		g := &steady.Graph{}
		work := steady.NewChan[int](g, "work", 4)
		steady.Source(g, "intake", work, actors.FromChan(in), place)
		steady.Sink(g, "first", work, func(*steady.Actor, *steady.Rx[int]) error { return nil }, place)
		var left *steady.LeftoverError
		count := 0
		if err := serve(g); errors.As(err, &left) {
			count = int(left.Channels[0].Count)
		} else {
			noError(t, err)
		}
		close(in)
		want(t, <-drain(in, 0), numbers(count, 100))
	})
}

// One value may come after the receiver has ended. It is left over.
func TestAValueThatComesTooLate(t *testing.T) {
	for first := range 3 {
		onEach(t, func(t *testing.T, place steady.Option) {
			in := make(chan int)
			g := &steady.Graph{}
			work := steady.NewChan[int](g, "work", 4)
			steady.Source(g, "intake", work, actors.FromChan(in), place)
			steady.Sink(g, "first", work, func(a *steady.Actor, rx *steady.Rx[int]) error {
				for n := 0; n < first; n++ {
					for range rx.All() {
						break
					}
				}
				a.Wait(a.After(time.Second / 2)) // the intake waits for the next by then
				return nil
			}, place)
			took, over := make(chan int, 1), make(chan struct{})
			go func() {
				for n := 0; ; n++ {
					<-time.After(time.Second)
					select {
					case in <- n:
					case <-over:
						took <- n
						return
					}
				}
			}()
			err := serve(g)
			close(over)
			var left *steady.LeftoverError
			if n := <-took; n != first+1 || !errors.As(err, &left) || left.Channels[0].Count != 1 {
				t.Errorf("took %d, Serve: %v", n, err)
			}
		})
	}
}

// At the deadline the Go channel has a part of the messages, and the graph
// counts the others. It is not closed: that would say that it has all.
func TestTheDeadlineLeavesMessagesInTheGraph(t *testing.T) {
	onEach(t, func(t *testing.T, place steady.Option) {
		out := make(chan int, 3)
		g := &steady.Graph{Grace: time.Second}
		work := steady.NewChan[int](g, "work", 16)
		steady.Source(g, "ten", work, func(a *steady.Actor, tx *steady.Tx[int]) error {
			for i := range 10 {
				if err := tx.Send(i); err != nil {
					return err
				}
			}
			return nil
		}, place)
		steady.Sink(g, "reply", work, actors.ToChan(out), place)
		time.AfterFunc(time.Minute, func() { _ = g.Shutdown(context.Background()) })
		err := serve(g)
		var left *steady.LeftoverError
		var late *steady.ShutdownError
		if !errors.As(err, &left) || left.Channels[0].Count != 7 || !errors.As(err, &late) {
			t.Errorf("Serve: %v", err)
		}
		synctest.Wait()
		for i := range 3 {
			if v, ok := <-out; v != i || !ok {
				t.Errorf("got %d, %v, want %d", v, ok, i)
			}
		}
		select {
		case v, ok := <-out:
			t.Errorf("got %d, %v from what should be empty and open", v, ok)
		default:
		}
	})
}
