package steady

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// forever is a source that sends 0, 1, 2… until it is asked to stop, ten each
// millisecond: the clock of a bubble moves only while everyone waits.
func forever(sent *int) func(*Actor, *Tx[int]) error {
	return func(a *Actor, out *Tx[int]) error {
		for a.Running() {
			if *sent%10 == 9 && !a.Wait(a.Every(time.Millisecond)) {
				continue
			}
			if err := out.Send(*sent); err != nil {
				return err
			}
			*sent++
		}
		return nil
	}
}

// after asks the graph to stop once d has passed.
func after(g *Graph, d time.Duration) {
	g.Actor("stopper").Run(func(a *Actor) error {
		for a.Running() {
			if a.Wait(a.After(d)) {
				a.RequestShutdown("the time is over")
				return nil
			}
		}
		return nil
	})
}

func TestStopDrainsEverything(t *testing.T) {
	sent, got := 0, 0
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 64)
		Source(g, "source", c, forever(&sent))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
				got++
				if !a.Wait(a.After(time.Millisecond)) && a.Context().Err() != nil {
					return nil
				}
			}
			return nil
		})
		after(g, time.Second)
	}, noError)
	if sent == 0 || sent != got {
		t.Errorf("sent %d, received %d", sent, got)
	}
}

func TestVetoForEverIsNamedAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{Grace: 2 * time.Second}
		g.Actor("arm").Run(func(a *Actor) error {
			for a.Running(Vote("arm parked", func() bool { return false })) {
				a.Wait(a.Every(time.Hour))
			}
			return nil
		})
		start := time.Now()
		time.AfterFunc(time.Second, func() { g.requestStop("test") })
		err := g.Serve(context.Background())
		if d := time.Since(start); d < 3*time.Second || d > 3*time.Second+50*time.Millisecond {
			t.Errorf("stopped after %v, want 3 s and at most 50 ms", d)
		}
		var down *ShutdownError
		if !errors.As(err, &down) || len(down.Actors) != 1 {
			t.Fatalf("Serve: %v", err)
		}
		h := down.Actors[0]
		if h.Actor != "arm" || h.Reason != "refused: not yet: arm parked" || h.Silent || h.Age < 1900*time.Millisecond ||
			!strings.Contains(h.Where, "stop_test.go:") || !strings.Contains(h.Stack, "goroutine") {
			t.Errorf("holdout %+v", h)
		}
		if !strings.Contains(err.Error(), `"arm"`) || !strings.Contains(err.Error(), "arm parked") {
			t.Errorf("the error does not name the actor and its reason: %v", err)
		}
		checkInvariants(t, g)
	})
}

func TestSilentActorIsNamedWithItsStack(t *testing.T) {
	release := make(chan struct{})
	g := &Graph{Grace: time.Millisecond}
	g.Actor("stuck").Run(func(a *Actor) error { stuckHere(release); return nil })
	g.Actor("stopper").Run(func(a *Actor) error { a.RequestShutdown("test"); return nil })
	err := g.Serve(context.Background())
	var down *ShutdownError
	if !errors.As(err, &down) || len(down.Actors) != 1 {
		t.Fatalf("Serve: %v", err)
	}
	if h := down.Actors[0]; h.Actor != "stuck" || !h.Silent || !strings.Contains(h.Reason, "in its own code") || !strings.Contains(h.Stack, "stuckHere") {
		t.Errorf("holdout %+v", h)
	}
	close(release)
	for !g.actors[0].over.Load() { // the goroutine that could not be stopped ends now
		<-time.After(time.Millisecond)
	}
}

func stuckHere(c chan struct{}) { <-c }

func TestVotesAreAskedInOrderUntilAllSayYes(t *testing.T) {
	var asked []string
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 64)
		sent := 0
		Source(g, "source", c, forever(&sent))
		s := g.Actor("sink")
		rx := c.Rx(s)
		parked := false
		s.Run(func(a *Actor) error {
			for a.Running(rx.Drained(), Vote("parked", func() bool { asked = append(asked, "parked"); return parked })) {
				if !a.Wait(rx.Avail(1)) {
					if v := a.vote.Load(); v != nil && strings.Contains(v.reason(), "parked") {
						parked = true
					}
					continue
				}
				rx.TryTake()
			}
			return nil
		})
		after(g, time.Second)
	}, noError)
	if len(asked) < 2 {
		t.Errorf("asked %v: want a no and then a yes, after the input was drained", asked)
	}
}

func TestVotesAreAskedAtEveryCallWhileAStopIsPending(t *testing.T) {
	asked, rounds := 0, 0
	bubble(t, func(g *Graph) {
		g.Actor("arm").Run(func(a *Actor) error {
			a.RequestShutdown("test")
			for a.Running(Vote("five times", func() bool { asked++; return asked > 5 })) {
				rounds++
				a.Wait(a.Every(time.Millisecond)) // satisfied: it is a boundary of its own
			}
			return nil
		})
	}, noError)
	if rounds != 5 {
		t.Errorf("went round %d times, want 5", rounds)
	}
}

func TestRunningInsideARangeSeesTheStop(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, counted(1, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
				for a.Running() {
					a.Wait(a.Every(time.Millisecond))
				}
			}
			return nil
		})
		after(g, time.Second)
	}, noError)
}

func TestVetoingLoopDoesNotSpin(t *testing.T) {
	rounds := 0
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{Grace: time.Second}
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			<-a.Context().Done() // keeps the channel open until the deadline
			return nil
		})
		s := g.Actor("sink")
		rx := c.Rx(s)
		s.Run(func(a *Actor) error {
			for a.Running(rx.Drained()) {
				rounds++
				a.Wait(rx.Avail(1))
			}
			return nil
		})
		g.requestStop("test")
		if err := g.Serve(context.Background()); err == nil {
			t.Error("want a ShutdownError")
		}
		checkInvariants(t, g)
	})
	if rounds < 90 || rounds > 110 {
		t.Errorf("%d rounds in one second, want about one each 10 ms", rounds)
	}
}

func TestLoopOverAnEndedPortDoesNotSpin(t *testing.T) {
	rounds := 0
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		Source(g, "source", c, counted(3, never))
		s := g.Actor("sink")
		rx := c.Rx(s)
		begin := time.Time{}
		s.Run(func(a *Actor) error {
			begin = time.Now()
			for a.Running(rx.Drained(), Vote("a second has passed", func() bool { return time.Since(begin) > time.Second })) {
				rounds++
				if a.Wait(rx.Avail(1)) {
					rx.TryTake()
				}
			}
			return nil
		})
	}, noError)
	if rounds < 90 || rounds > 120 {
		t.Errorf("%d rounds in one second, want about one each 10 ms", rounds)
	}
}

func TestClosedVoteEndsTheChannelBeforeTheBody(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		var sinkDone atomic.Bool
		s := g.Actor("source")
		tx := c.Tx(s)
		s.Run(func(a *Actor) error {
			_ = tx.Send(7)
			for a.Running(tx.Closed()) {
				a.Wait(a.Every(time.Hour))
			}
			if err := tx.Send(8); !errors.Is(err, ErrStopped) {
				t.Errorf("Send on a closed channel: %v", err)
			}
			<-time.After(time.Second) // cleaning up
			if !sinkDone.Load() {
				t.Error("the sink had to wait for the source to clean up")
			}
			return nil
		})
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
			}
			sinkDone.Store(true)
			return nil
		})
		after(g, time.Second)
	}, noError)
}

func TestShutdownWaitsAndForcesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{}
		g.Actor("slow").Run(func(a *Actor) error {
			<-a.Stopping()
			<-time.After(5 * time.Second)
			return a.Context().Err() // nil: nothing was forced
		})
		result := make(chan error, 1)
		go func() { result <- g.Serve(context.Background()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := g.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown with too little time: %v", err)
		}
		if err := g.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-result; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestContextOfServeIsAStopRequest(t *testing.T) {
	sent, got := 0, 0
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{}
		c := NewChan[int](g, "c", 8)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			for a.Running() {
				if !a.Wait(a.Every(time.Millisecond)) {
					continue
				}
				sent++
				if err := out.Send(sent); err != nil {
					return err
				}
			}
			if a.Context().Err() != nil {
				t.Error("the context of the actor ended with the request")
			}
			return nil
		})
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
				got++
			}
			return nil
		})
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := g.Serve(ctx); err != nil {
			t.Errorf("Serve: %v", err)
		}
		checkInvariants(t, g)
	})
	if sent != got || sent < 990 || sent > 1000 {
		t.Errorf("sent %d, received %d, want about 1000", sent, got)
	}
}

func TestFeedbackLoopComesToRestAndEnds(t *testing.T) {
	for _, endless := range []bool{false, true} {
		in, out := 0, 0
		bubble(t, func(g *Graph) {
			jobs := NewChan[int](g, "jobs", 4)
			work := NewChan[int](g, "work", 4)
			again := NewChan[int](g, "again", 64)
			Source(g, "source", jobs, func(a *Actor, tx *Tx[int]) error {
				for a.Running() && (endless || in < 500) {
					if endless && !a.Wait(a.Every(time.Millisecond)) {
						continue
					}
					if err := tx.Send(3); err != nil { // goes round three times
						return err
					}
					in++
				}
				return nil
			})
			p := g.Actor("planner")
			fresh, back, send := jobs.Rx(p), again.Rx(p), work.Tx(p)
			p.Run(func(a *Actor) error {
				for a.Running(fresh.Drained(), back.Drained()) {
					switch a.WaitAny(All(back.Avail(1), send.Vacant(1)), All(fresh.Avail(1), send.Vacant(1)), a.Every(time.Minute)) {
					case 0:
						v, _ := back.TryTake()
						send.TrySend(v)
					case 1:
						v, _ := fresh.TryTake()
						send.TrySend(v)
					}
				}
				return nil
			})
			Stage(g, "motor", work, again, func(a *Actor, in *Rx[int], tx *Tx[int]) error {
				for v := range in.All() {
					if v == 0 {
						out++
						continue
					}
					if err := tx.Send(v - 1); err != nil {
						return err
					}
				}
				return nil
			})
			if endless {
				after(g, time.Second)
			}
			t.Cleanup(func() {
				if !g.edges[2].feedback || g.edges[0].feedback || g.edges[1].feedback {
					t.Error("again is the feedback edge, and no other")
				}
			})
		}, noError)
		if in == 0 || in != out {
			t.Errorf("endless %v: %d went in, %d came out", endless, in, out)
		}
	}
}

func TestRestartLimitStopsTheGraphWithTheCause(t *testing.T) {
	cause := errors.New("the lamp is broken")
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		sent := 0
		Source(g, "source", c, forever(&sent))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
				return cause
			}
			return nil
		}, Restart{Max: 3})
	}, func(t *testing.T, err error) {
		var failed *ActorError
		if !errors.Is(err, cause) || !errors.As(err, &failed) || failed.Actor != "sink" || failed.Failures != 4 {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestStopCutsABackOffShort(t *testing.T) {
	drained := 0
	var took time.Duration
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 8)
		Source(g, "source", c, counted(5, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			if a.Regeneration() == 0 {
				return errors.New("once")
			}
			for range in.All() {
				drained++
			}
			return nil
		}, Restart{Backoff: time.Hour})
		flaky := g.Actor("flaky", Restart{Backoff: time.Hour})
		flaky.Run(func(a *Actor) error {
			if a.Regeneration() > 0 {
				t.Error("a source was started again to be stopped")
			}
			return errors.New("once")
		})
		after(g, time.Second)
		begin := time.Now()
		t.Cleanup(func() { took = time.Since(begin) })
	}, noError)
	if drained != 5 || took > time.Second+10*time.Millisecond {
		t.Errorf("drained %d of 5 after %v", drained, took)
	}
}

func TestStopBeforeTheStart(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		sent := 0
		Source(g, "source", c, forever(&sent))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for range in.All() {
			}
			return nil
		})
		g.requestStop("before the start")
	}, noError)
}
