package steadytest

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func alarm(_ *steady.Actor, in *steady.Rx[float64], out *steady.Tx[string]) error {
	for t := range in.All() {
		if t > 90 {
			if err := out.Send(fmt.Sprintf("%.0f °C", t)); err != nil {
				return err
			}
		}
	}
	return nil
}

// What goes in comes out, at once, and once more messages come so do theirs.
func TestOneActor(t *testing.T) {
	Run(t, func(h *Harness) {
		in, out := Feed(h, 80.0, 95.0), Collect[string](h)
		Stage(h, in, out, alarm)
		out.Want("95 °C")
		in.Send(70, 100)
		out.Want("95 °C", "100 °C")
		if out.Closed() {
			t.Error("the output is closed, though the input is open")
		}
		in.Close()
		h.WantEnded("actor")
		if !out.Closed() || out.Len() != 2 {
			t.Errorf("closed %v, %d messages", out.Closed(), out.Len())
		}
	})
}

// A failure of the iteration that takes a message takes back what it sent, and
// comes to nothing once the actor was started again.
func TestInjectedFailures(t *testing.T) {
	Run(t, func(h *Harness) {
		in, out := Feed(h, 91.0), Collect[string](h)
		Stage(h, in, out, alarm)
		in.PanicAt(2)
		in.FailAt(3, errors.New("on purpose"))
		in.Send(92, 93, 94)
		out.Want("91 °C") // it is in its back-off
		h.WantRestarts("actor", 0)
		out.WantEventually("91 °C", "92 °C", "93 °C", "94 °C")
		h.WantRestarts("actor", 2)
	})
}

// A message that fails each time is set aside, with the reason.
func TestDeadLetters(t *testing.T) {
	bad := errors.New("bad reading")
	Run(t, func(h *Harness) {
		in, out := Feed(h, 1.0, -1, 2), Collect[float64](h)
		dead := in.Poison(3)
		Stage(h, in, out, func(_ *steady.Actor, in *steady.Rx[float64], out *steady.Tx[float64]) error {
			for v := range in.All() {
				if v < 0 {
					return bad
				}
				if err := out.Send(v); err != nil {
					return err
				}
			}
			return nil
		})
		out.WantEventually(1, 2)
		dead.Want(steady.DeadLetter[float64]{Message: -1, Channel: "in", Actor: "actor", Index: 1, Failures: 3, Err: bad})
	})
}

// An actor may refuse to stop, and says why.
func TestVeto(t *testing.T) {
	Run(t, func(h *Harness) {
		var parked atomic.Bool
		h.Actor(func(a *steady.Actor) error {
			for a.Running(steady.Vote("arm parked", parked.Load)) {
				a.Wait(a.Every(time.Second))
			}
			return nil
		})
		h.RequestStop()
		h.WantVeto("actor", "arm parked")
		parked.Store(true)
		h.Sleep(time.Second)
		h.WantEnded("actor")
	})
}

// Time is that of the harness, and passes only when the test wants it to.
func TestTime(t *testing.T) {
	Run(t, func(h *Harness) {
		out := Collect[int](h)
		Source(h, out, func(a *steady.Actor, out *steady.Tx[int]) error {
			for i := 0; a.Running(); {
				if a.Wait(a.Every(time.Hour)) {
					if err := out.Send(i); err != nil {
						return err
					}
					i++
				}
			}
			return nil
		})
		out.Want()
		h.Sleep(3*time.Hour + time.Minute)
		out.Want(0, 1, 2)
	})
}

// A state is that of the last boundary, and can be read when all has ended.
func TestStateOfAnActor(t *testing.T) {
	var sum *steady.State[float64]
	Run(t, func(h *Harness) {
		in := Feed(h, 1.0, 2.0, 3.0)
		sum = steady.NewState(h.Steady(), "sum", 0.0)
		in.PanicAt(2)
		Sink(h, in, func(_ *steady.Actor, in *steady.Rx[float64]) error {
			for v := range in.All() {
				sum.Set(sum.Get() + v)
			}
			return nil
		}, sum)
		h.Sleep(time.Second)
		h.Stop()
		if sum.Get() != 6 {
			t.Errorf("sum %v, want 6", sum.Get())
		}
	})
}

// build is a graph of three actors, as production would build it.
func build(g *steady.Graph) {
	temps := steady.NewChan[float64](g, "temps", 4)
	alarms := steady.NewChan[string](g, "alarms", 2)
	steady.Source(g, "sensor", temps, func(a *steady.Actor, out *steady.Tx[float64]) error {
		for a.Running() {
			if err := out.Send(20); err != nil {
				return err
			}
		}
		return nil
	})
	steady.Stage(g, "detector", temps, alarms, alarm)
	steady.Sink(g, "pager", alarms, func(_ *steady.Actor, in *steady.Rx[string]) error {
		for range in.All() {
		}
		return nil
	})
}

// A whole graph runs with mocks at its ends, and taps take nothing.
func TestGraphWithMocks(t *testing.T) {
	Run(t, func(h *Harness) {
		g := h.Graph(build)
		g.WantTopology("sensor -temps-> detector", "detector -alarms-> pager")
		Mock(g, "sensor", Send(95.0), Sleep(time.Hour), Panic("loose wire"), Send(20.0, 96), Hold())
		Mock(g, "pager", Expect("95 °C", "96 °C"))
		temps := Tap[float64](g, "temps")
		temps.Want(95)
		temps.WantEventually(95)
		h.Sleep(2 * time.Hour)
		temps.Want(95, 20, 96)
		h.WantRestarts("sensor", 1)
		h.Stop()
	})
}

// A frozen channel fills up, and holds back its end; nothing is lost when it is
// thawed.
func TestFreeze(t *testing.T) {
	Run(t, func(h *Harness) {
		g := h.Graph(build)
		Mock(g, "sensor", Send(91.0, 92, 93, 94, 95, 96, 97, 98, 99))
		alarms := Tap[string](g, "alarms")
		g.Freeze("alarms")
		n := alarms.Len()
		if g.Len("alarms") != 2 || n != 0 {
			t.Errorf("%d in the channel, want it full", g.Len("alarms"))
		}
		g.Thaw("alarms")
		if got := alarms.All(); len(got) != 9 || !slices.IsSorted(got) {
			t.Errorf("got %v", got)
		}
	})
}

// An actor of a whole graph fails when the test wants it to, and nothing comes of
// it but a restart.
func TestAppointedFailures(t *testing.T) {
	Run(t, func(h *Harness) {
		g := h.Graph(build)
		Mock(g, "sensor", Send(91.0, 92, 93))
		alarms := Tap[string](g, "alarms")
		g.PanicAt("detector", 1)
		g.FailAt("detector", 3, errors.New("on purpose"))
		g.PanicAt("pager", 2)
		alarms.WantEventually("91 °C", "92 °C", "93 °C")
		h.WantRestarts("detector", 2)
		h.WantRestarts("pager", 1)
	})
	Simulate(t, build, Options{Seeds: 100, Setup: func(g *Graph) {
		Mock(g, "sensor", Send(91.0, 92, 93))
		alarms := Tap[string](g, "alarms")
		g.PanicAt("detector", 1)
		g.Ensure(func() error { return compare(alarms.All(), []string{"91 °C", "92 °C", "93 °C"}) })
	}})
}

// What can not be is told before anything runs, with what there is.
func TestMistakes(t *testing.T) {
	for what, mistake := range map[string]func(g *Graph){
		`there is no actor "sensr"; there are sensor, detector, pager`:                func(g *Graph) { Mock(g, "sensr") },
		`step 2: Send [1]: no channel fits: its outputs are temps of float64`:         func(g *Graph) { Mock(g, "sensor", Send(1.0), Send(1)) },
		`step 1: Expect [1]: no channel fits: it has no inputs`:                       func(g *Graph) { Mock(g, "sensor", Expect(1.0)) },
		`step 1: Expect alarms [1]: no channel fits: its inputs are temps of float64`: func(g *Graph) { Mock(g, "detector", ExpectFrom("alarms", 1.0)) },
		`channel "temps" has messages of float64, not of string`:                      func(g *Graph) { Tap[string](g, "temps") },
		`actor "sensor" is mocked already`:                                            func(g *Graph) { Mock(g, "sensor"); Mock(g, "sensor") },
		`there is no channel "temp"; there are temps, alarms`:                         func(g *Graph) { Tap[string](g, "temp") },
		`Freeze is for the graph of a harness`:                                        func(g *Graph) { g.Freeze("temps") },
		`the topology is`:                                                             func(g *Graph) { g.WantTopology("sensor -temps-> pager") },
		`actor "pager" can not fail at iteration 0`:                                   func(g *Graph) { g.PanicAt("pager", 0) },
	} {
		text := failing(t, func(tb *fake) { mistake(newGraph(tb, build)) })
		wantWords(t, text, what)
	}
	text := failing(t, func(tb *fake) { newGraph(tb, func(*steady.Graph) {}) })
	wantWords(t, text, "the graph has no actors")
	text = failing(t, func(tb *fake) { Simulate(tb, build, Options{Seeds: -1}) })
	wantWords(t, text, "want 0 or more")
}

// A mock that gets something else, or is not done when the graph ends, fails the
// test.
func TestMocksThatAreNotContent(t *testing.T) {
	text := failing(t, func(tb *fake) {
		Simulate(tb, build, Options{Seeds: 1, Faults: NoFaults, Setup: func(g *Graph) {
			Mock(g, "sensor", Send(91.0))
			Mock(g, "pager", Expect("90 °C", "100 °C"))
		}})
	})
	wantWords(t, text, `mock of "pager": step 1: Expect [90 °C 100 °C]: got 91 °C, want 90 °C`, "got nothing more, want 100 °C")
	text = failing(t, func(tb *fake) {
		Simulate(tb, build, Options{Seeds: 1, Faults: NoFaults, Setup: func(g *Graph) {
			Mock(g, "sensor", Do("leave", func(*steady.Actor, *Ports) error { return steady.ErrStopped }), Send(91.0))
		}})
	})
	wantWords(t, text, `mock of "sensor": it ended before step 1: leave`)
}

// An actor with bundles at its ends.
func TestBundles(t *testing.T) {
	Run(t, func(h *Harness) {
		in, out := FeedBundle[int](h, 3), CollectBundle[int](h, 2)
		single := Collect[string](h)
		h.Actor(func(*steady.Actor) error {
			lanes, done := in.Rx(), out.Tx()
			for lane, v := range lanes.All() {
				if err := done.Lane(v % 2).Send(v); err != nil {
					return err
				}
				if err := single.Tx().Send(fmt.Sprint(lane)); err != nil {
					return err
				}
			}
			return nil
		})
		in.Lane(1).Send(1, 2, 3)
		in.Lane(1).PanicAt(2)
		out.Lane(0).WantEventually(2)
		out.Lane(1).WantEventually(1, 3)
		in.Lane(0).Send(10)
		in.Lane(2).Send(20)
		out.Lane(0).WantInAnyOrder(20, 2, 10)
		h.WantRestarts("actor", 1)
		in.Close()
		h.WantEnded("actor")
		single.WantInAnyOrder("1", "1", "1", "0", "2")
	})
}

// A channel may be frozen before anything runs, and a loop does not come to rest
// while a channel of it is.
func TestFreezeBeforeTheStart(t *testing.T) {
	Run(t, func(h *Harness) {
		g := h.Graph(func(g *steady.Graph) {
			ping, pong := steady.NewChan[int](g, "ping", 8), steady.NewChan[int](g, "pong", 8)
			s := g.Actor("a")
			in, out := pong.Rx(s), ping.Tx(s)
			s.Run(func(a *steady.Actor) error {
				for i := range 5 {
					if err := out.Send(i); err != nil {
						return err
					}
				}
				for range in.All() {
				}
				return nil
			})
			steady.Stage(g, "b", ping, pong, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
				for v := range in.All() {
					if err := out.Send(v); err != nil {
						return err
					}
				}
				return nil
			})
		})
		pong := Tap[int](g, "pong")
		g.Freeze("pong")
		if n := g.Len("pong"); n != 5 {
			t.Errorf("%d in the channel, want 5", n)
		}
		h.RequestStop()
		h.Sleep(time.Second)
		pong.Want()
		g.Thaw("pong")
		h.Sleep(time.Second)
		pong.Want(0, 1, 2, 3, 4)
		h.WantEnded("a")
	})
}

// A graph in which somebody always has something to do, at no time, is told.
func TestRestless(t *testing.T) {
	defer func(d time.Duration, f func(string)) { restless, bark = d, f }(restless, bark)
	restless = 50 * time.Millisecond
	var tired atomic.Bool
	var said atomic.Pointer[string]
	bark = func(text string) { said.Store(&text); tired.Store(true) }
	Run(t, func(h *Harness) {
		in := Feed(h, 1)
		Sink(h, in, func(a *steady.Actor, in *steady.Rx[int]) error {
			for !tired.Load() && a.Wait(a.After(0)) {
			}
			for range in.All() {
			}
			return nil
		})
		h.Settle()
	})
	wantWords(t, *said.Load(), "does not come to rest", "is busy")
}
