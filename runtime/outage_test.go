package steady

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

var errAway = errors.New("connection refused")

// feeding is a source that sends a message each 20 ms while up says so.
func feeding(g *Graph, up func(since time.Duration) error) func(*Actor, *Tx[int]) error {
	return func(a *Actor, out *Tx[int]) error {
		began := g.sched.Now()
		for a.Running() {
			if err := up(g.sched.Now() - began); err != nil {
				return err
			}
			if !a.Wait(a.Every(20 * time.Millisecond)) {
				continue
			}
			if err := out.Send(1); err != nil {
				return err
			}
		}
		return nil
	}
}

// outage runs a source with this option for that long, and returns how many of
// its messages arrived, and its restarts.
func outage(t *testing.T, d time.Duration, r Restart, up func(now, since time.Duration) error, want func(*testing.T, error)) (got int, restarts uint64, took time.Duration) {
	t.Helper()
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 64)
		s := g.Actor("db", r)
		tx := c.Tx(s)
		s.Run(func(a *Actor) error {
			return feeding(g, func(since time.Duration) error { return up(g.sched.Now(), since) })(a, tx)
		})
		Sink(g, "sink", c, func(_ *Actor, in *Rx[int]) error {
			for range in.All() {
				got++
			}
			restarts, took = s.a.restarts.Load(), g.sched.Now()
			return nil
		})
		after(g, d)
	}, want)
	return got, restarts, took
}

// The default outlives an outage of some seconds, and connections that are closed
// now and then, for as long as they may be.
func TestTheDefaultOutlivesAnOutage(t *testing.T) {
	for _, away := range []time.Duration{time.Second, 5 * time.Second, 7 * time.Second} {
		got, _, _ := outage(t, time.Minute, Restart{}, func(now, _ time.Duration) error {
			if now > time.Second && now < time.Second+away {
				return errAway
			}
			return nil
		}, noError)
		if got < 2000 {
			t.Errorf("away for %v: %d messages", away, got)
		}
	}
	got, restarts, _ := outage(t, time.Hour, Restart{Max: 1}, func(_, since time.Duration) error {
		if since > 9*time.Second {
			return errAway
		}
		return nil
	}, noError)
	if restarts < 390 || restarts > 400 || got < 3600*50*98/100 {
		t.Errorf("%d restarts, %d messages", restarts, got)
	}
}

// A plain mistake ends the graph within some seconds, and the error says what to
// set if it was none.
func TestThePlainMistakeEndsInTime(t *testing.T) {
	_, restarts, took := outage(t, time.Hour, Restart{}, func(_, _ time.Duration) error { return errAway },
		func(t *testing.T, err error) {
			var failed *ActorError
			if !errors.As(err, &failed) || failed.Failures != DefaultRestarts+1 || !strings.Contains(err.Error(), "Restart.Outside") {
				t.Errorf("Serve: %v", err)
			}
		})
	if restarts != DefaultRestarts || took < 7500*time.Millisecond || took > 13*time.Second {
		t.Errorf("%d restarts in %v", restarts, took)
	}
}

// Who lives on something outside is never given up, pauses for up to the
// ceiling, and is shown as failing until it sends again.
func TestAnOutageOfHours(t *testing.T) {
	const away = 3 * time.Hour
	outageErr := fmt.Errorf("%w: orders: %w", ErrOutage, errAway)
	for name, c := range map[string]struct {
		r    Restart
		err  error
		most time.Duration
	}{
		"outside":  {Restart{Outside: true}, errAway, DefaultOutsideCeiling},
		"ceiling":  {Restart{Outside: true, Ceiling: time.Minute}, errAway, time.Minute},
		"wrapped":  {Restart{}, outageErr, DefaultOutsideCeiling},
		"never":    {Restart{Never: true}, outageErr, DefaultOutsideCeiling},
		"no limit": {Restart{Max: -1}, errAway, DefaultCeiling},
	} {
		t.Run(name, func(t *testing.T) {
			got, restarts, _ := outage(t, away+2*time.Minute, c.r, func(now, _ time.Duration) error {
				if now < away {
					return c.err
				}
				return nil
			}, noError)
			if n := float64(away / c.most); float64(restarts) < n*0.9 || float64(restarts) > n*1.2+20 || got < 2500 {
				t.Errorf("%d restarts, %d messages", restarts, got)
			}
		})
	}
}

// No message is set aside because something outside is away.
func TestAnOutageIsNoFaultOfAMessage(t *testing.T) {
	bubble(t, func(g *Graph) {
		c, dead := NewChan[int](g, "c", 4), NewChan[DeadLetter[int]](g, "dead", 4)
		Poison(c, 1, dead)
		Source(g, "source", c, counted(9, never))
		Sink(g, "sink", c, func(_ *Actor, in *Rx[int]) error {
			for v := range in.All() {
				if g.sched.Now() < time.Hour {
					return fmt.Errorf("%w: gone", ErrOutage)
				}
				if v == 5 {
					return errPoison
				}
			}
			return nil
		})
		Sink(g, "archive", dead, inLetters(t, []int{5}))
	}, noError)
}

// What torn iterations publish again and again is no progress.
func TestTornIterationsAreNoProgress(t *testing.T) {
	bubble(t, func(g *Graph) {
		c, d := NewChan[int](g, "c", 4), NewChan[int](g, "d", 2)
		Source(g, "source", c, counted(3, never))
		Stage(g, "stage", c, d, func(_ *Actor, in *Rx[int], out *Tx[int]) error {
			for range in.All() {
				if err := out.SendSlice(make([]int, 9)); err != nil {
					return err
				}
				return errors.New("on purpose")
			}
			return nil
		}, Restart{Max: 3})
		Sink(g, "sink", d, func(_ *Actor, in *Rx[int]) error {
			for range in.All() {
			}
			return nil
		})
	}, func(t *testing.T, err error) {
		var failed *ActorError
		if !errors.As(err, &failed) || failed.Failures != 4 {
			t.Errorf("Serve: %v", err)
		}
	})
}

// What telemetry says of an actor that fails: since when, and how often.
func TestFailingIsShownUntilThereIsProgress(t *testing.T) {
	bubble(t, func(g *Graph) {
		c, dead := NewChan[int](g, "c", 4), NewChan[DeadLetter[int]](g, "dead", 9)
		Poison(c, 1, dead)
		Source(g, "source", c, counted(2, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
			for v := range in.All() {
				if v == 0 {
					return errPoison
				}
				if g.sched.Now() < time.Minute {
					return fmt.Errorf("%w: gone", ErrOutage)
				}
			}
			a.Wait(a.After(time.Minute))
			return nil
		})
		Sink(g, "archive", dead, inLetters(t, []int{0}))
		begin := time.Now()
		g.Actor("viewer").Run(func(a *Actor) error {
			s := newService(g, "", false)
			a.Wait(a.After(40 * time.Second))
			d, _ := s.ActorDetail(1)
			if d.FailingSince.Sub(begin) != 0 || d.Failures < 9 || d.DeadLetters != 1 || !strings.Contains(d.LastFailure, "gone") {
				t.Errorf("in the outage: %+v", d)
			}
			a.Wait(a.After(50 * time.Second))
			if d, _ = s.ActorDetail(1); !d.FailingSince.IsZero() || d.Failures == 0 || d.LastFailure == "" {
				t.Errorf("after it: %+v", d)
			}
			return nil
		})
	}, noError)
}

func TestRestartMistakes(t *testing.T) {
	g := &Graph{}
	c, dead := NewChan[int](g, "c", 4), NewChan[DeadLetter[int]](g, "dead", 1)
	Poison(c, 1, dead)
	Source(g, "never", c, counted(1, never), Restart{Outside: true, Never: true})
	Sink(g, "outside", c, inOrder(t, 0, never), Restart{Outside: true})
	err := g.Err()
	for _, want := range []string{`actor "never": Restart.Outside never gives up`, `to actor "outside" with Restart.Outside`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q", err, want)
		}
	}
}
