package steadytest

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

// Two actors that send to each other before they take can not go on once both
// channels are full. Each is named, with what it waits for.
func TestADeadlockIsExplained(t *testing.T) {
	text := failing(t, func(tb *fake) {
		Simulate(tb, func(g *steady.Graph) {
			ab, ba := steady.NewChan[int](g, "ab", 2), steady.NewChan[int](g, "ba", 2)
			greedy := func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
				for i := range 3 {
					if err := out.Send(i); err != nil {
						return err
					}
				}
				for range in.All() {
				}
				return nil
			}
			steady.Stage(g, "a", ba, ab, greedy)
			steady.Stage(g, "b", ab, ba, greedy)
		}, Options{Faults: NoFaults})
	})
	wantWords(t, text, "deadlock", "a: blocked, ab is full (b does not take)", "b: blocked, ba is full (a does not take)")
}

// A bug that shows only when one actor fails is reported with that failure alone,
// and with a seed that shows it again.
func TestTheSmallestSchedule(t *testing.T) {
	build := func(g *steady.Graph) {
		c := steady.NewChan[int](g, "c", 4)
		next := steady.NewState(g, "next", 0)
		steady.Source(g, "source", c, count(next), next)
		got := 0 // outside of the iteration: a message that comes again is counted again
		steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[int]) error {
			for v := range in.All() {
				if v != got {
					return fmt.Errorf("counted %d, message %d", got, v)
				}
				got++
			}
			return nil
		})
	}
	text := failing(t, func(tb *fake) { Simulate(tb, build, Options{}) })
	wantWords(t, text, "counted", `-run '^TestFake$'`)
	plan := regexp.MustCompile(`The smallest schedule found: (.*); (\d+) of`).FindStringSubmatch(text)
	if plan == nil || strings.Count(plan[1], " at ") != 2 || !strings.Contains(plan[1], "a panic at boundary") {
		t.Errorf("want a stop and a panic, got %q", plan)
	}
	seed := regexp.MustCompile(`seed (\d+):`).FindStringSubmatch(text)
	defer func(n int64) { *oneSeed = n }(*oneSeed)
	if _, err := fmt.Sscan(seed[1], oneSeed); err != nil {
		t.Fatal(err)
	}
	again := failing(t, func(tb *fake) { Simulate(tb, build, Options{}) })
	wantWords(t, again, "seed "+seed[1], "sink         panics", "counted")
}

// What differs from run to run is noticed.
func TestWhatIsNotDetermined(t *testing.T) {
	runs := 0
	text := failing(t, func(tb *fake) {
		Simulate(tb, func(g *steady.Graph) {
			runs++
			n := runs
			c := steady.NewChan[int](g, "c", 4)
			steady.Source(g, "source", c, func(_ *steady.Actor, out *steady.Tx[int]) error {
				for i := range 10 + n {
					if err := out.Send(i); err != nil {
						return err
					}
				}
				return nil
			})
			steady.Sink(g, "sink", c, func(_ *steady.Actor, in *steady.Rx[int]) error {
				for range in.All() {
				}
				return nil
			})
		}, Options{Faults: NoFaults})
	})
	wantWords(t, text, "went another way")
}

// An actor that waits for something outside is named.
func TestWhatIsOutside(t *testing.T) {
	defer func(d time.Duration, f func(string)) { outside, bark = d, f }(outside, bark)
	free := make(chan bool)
	var said string
	outside = 20 * time.Millisecond
	bark = func(text string) { said = text; free <- true }
	Simulate(t, func(g *steady.Graph) {
		g.Actor("waits").Run(func(*steady.Actor) error {
			<-free
			return nil
		})
	}, Options{Seeds: 1, Faults: NoFaults})
	wantWords(t, said, `actor "waits"`, "TestWhatIsOutside")
}

// What a user says has to hold is asked in the end, and only then.
func TestEnsure(t *testing.T) {
	text := failing(t, func(tb *fake) {
		Simulate(tb, pipeline, Options{Setup: func(g *Graph) {
			b := Tap[int](g, "b")
			g.Ensure(func() error {
				if n := b.Len(); n%7 == 3 {
					return fmt.Errorf("%d messages", n)
				}
				return nil
			})
		}})
	})
	wantWords(t, text, "messages")
}

// A run that fails the test by itself is told with its seed, and is the last.
func TestSimulationThatFailsTheTest(t *testing.T) {
	text := failing(t, func(tb *fake) {
		Simulate(tb, pipeline, Options{Setup: func(g *Graph) {
			g.Ensure(func() error { tb.Errorf("it is full moon"); return nil })
		}})
	})
	wantWords(t, text, "it is full moon", "seed 0: this run has failed the test", "1 seeds")
}

// An actor that leaves messages behind is an error, and so is one that fails too
// often; Judge may say otherwise.
func TestJudge(t *testing.T) {
	build := func(g *steady.Graph) {
		c := steady.NewChan[int](g, "c", 4)
		steady.Source(g, "source", c, func(_ *steady.Actor, out *steady.Tx[int]) error { return out.Send(1) })
		steady.Sink(g, "sink", c, func(*steady.Actor, *steady.Rx[int]) error { return errors.New("no database") }, steady.Restart{Never: true})
	}
	text := failing(t, func(tb *fake) { Simulate(tb, build, Options{}) })
	wantWords(t, text, "no database")
	Simulate(t, build, Options{Seeds: 50, Judge: func(err error) error {
		var failed *steady.ActorError
		if !errors.As(err, &failed) {
			return fmt.Errorf("want an ActorError, got %v", err)
		}
		return nil
	}})
}

// Mocks work in simulations, too. They do not fail here: a source that fails just before
// the stop is not started again, and its script has no end then.
func TestSimulationWithMocks(t *testing.T) {
	Simulate(t, build, Options{Seeds: 200, Faults: Delays | Jumps, Setup: func(g *Graph) {
		Mock(g, "sensor", Send(95.0, 20), Sleep(time.Second), Send(96.0))
		Mock(g, "pager", Expect("95 °C", "96 °C"))
	}})
}

// Nothing is left over from a simulation, be it one that fails.
func TestSimulationLeavesNoGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	Simulate(t, chain(1, tries), Options{Seeds: 50})
	failing(t, func(tb *fake) {
		Simulate(tb, pipeline, Options{Setup: func(g *Graph) {
			g.Ensure(func() error { return errors.New("on purpose") })
		}})
	})
	for tries := 0; runtime.NumGoroutine() > before; tries++ {
		if tries > 1_000_000 {
			t.Fatalf("%d goroutines, there were %d", runtime.NumGoroutine(), before)
		}
		runtime.Gosched()
	}
}
