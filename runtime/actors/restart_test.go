package actors_test

import (
	"errors"
	"testing"
	"testing/synctest"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
)

// The members of a group are called back at any moment, also in the middle of a
// wait for a Go channel. Nothing is lost or doubled on either side.
func TestAGroupMayCallThemBack(t *testing.T) {
	forever := steady.Restart{Max: -1, Backoff: -1}
	onEach(t, func(t *testing.T, place steady.Option) {
		in, out := make(chan int, 8), make(chan int)
		g := &steady.Graph{}
		work, done := steady.NewChan[int](g, "work", 4), steady.NewChan[int](g, "done", 4)
		grp := steady.Group("all", steady.OneForAll)
		steady.Source(g, "intake", work, actors.FromChan(in), place, grp)
		failed := map[int]bool{}
		opts := []steady.Option{grp, forever}
		if _, pooled := place.(steady.Restart); !pooled { // an actor has one Restart
			opts = append(opts, place)
		}
		steady.Stage(g, "work", work, done, func(a *steady.Actor, rx *steady.Rx[int], tx *steady.Tx[int]) error {
			for v := range rx.All() {
				if err := tx.Send(v); err != nil {
					return err
				}
				if v%17 == 16 && !failed[v] {
					failed[v] = true
					panic(errOnPurpose)
				}
			}
			return nil
		}, opts...)
		steady.Sink(g, "reply", done, actors.ToChan(out), place, grp)
		go feed(in, 500)
		got := drain(out, 1)
		noError(t, serve(g))
		want(t, <-got, numbers(0, 500))
		if len(failed) != 29 {
			t.Errorf("failed %d times, want 29", len(failed))
		}
	})
}

// A body that has ended may be started again: it has nothing left to do, and
// closes nothing twice.
func TestTheyMayStartAgainAfterTheirEnd(t *testing.T) {
	onEach(t, func(t *testing.T, place steady.Option) {
		in, out := make(chan int), make(chan int)
		g := &steady.Graph{}
		work := steady.NewChan[int](g, "work", 4)
		from, to := actors.FromChan(in), actors.ToChan(out)
		steady.Source(g, "intake", work, func(a *steady.Actor, tx *steady.Tx[int]) error {
			if err := from(a, tx); err != nil || a.Regeneration() == 3 {
				return err
			}
			return errOnPurpose
		}, place)
		steady.Sink(g, "reply", work, func(a *steady.Actor, rx *steady.Rx[int]) error {
			if err := to(a, rx); err != nil || a.Regeneration() == 3 {
				return err
			}
			return errOnPurpose
		}, place)
		go feed(in, 100)
		got := drain(out, 0)
		noError(t, serve(g))
		want(t, <-got, numbers(0, 100))
	})
}

// A Go channel that somebody else has closed is a failure, and the message stays
// in the graph.
func TestAClosedGoChannelIsAFailure(t *testing.T) {
	onEach(t, func(t *testing.T, place steady.Option) {
		out := make(chan int)
		close(out)
		g := &steady.Graph{}
		work := steady.NewChan[int](g, "work", 4)
		steady.Source(g, "one", work, func(_ *steady.Actor, tx *steady.Tx[int]) error { return tx.Send(1) }, place)
		steady.Sink(g, "reply", work, actors.ToChan(out), place)
		err := serve(g)
		var failed *steady.ActorError
		var left *steady.LeftoverError
		if !errors.As(err, &failed) || failed.Actor != "reply" || !errors.As(err, &left) || left.Channels[0].Count != 1 {
			t.Errorf("Serve: %v", err)
		}
	})
}

// One body for two actors would split the values between them, and close the
// channel of the one that is not done.
func TestABodyIsForOneActor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &steady.Graph{}
		never := steady.Restart{Never: true}
		body := actors.FromChan(make(chan int))
		for _, name := range []string{"a", "b"} {
			work := steady.NewChan[int](g, name, 4)
			steady.Source(g, name, work, body, never)
			steady.Sink(g, name+" end", work, actors.ToChan(make(chan int)))
		}
		err := serve(g)
		if !errors.Is(err, actors.ErrShared) {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestANilChannelIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &steady.Graph{}
		never := steady.Restart{Never: true}
		work := steady.NewChan[int](g, "work", 4)
		steady.Source(g, "intake", work, actors.FromChan[int](nil), never)
		steady.Sink(g, "reply", work, actors.ToChan[int](nil), never)
		err := serve(g)
		if !errors.Is(err, actors.ErrNilChan) {
			t.Errorf("Serve: %v", err)
		}
	})
}
