package steady

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// failures are the ways in which an actor fails by itself.
var failures = map[string]func() error{
	"error":  func() error { return errOnPurpose },
	"panic":  func() error { panic(errOnPurpose) },
	"goexit": func() error { runtime.Goexit(); return nil },
}

var errOnPurpose = errors.New("on purpose")

// eachSchedule runs a test on each schedule in a bubble, with each way to fail.
func eachSchedule(t *testing.T, run func(t *testing.T, fail func() error, park ParkMode, on []Option)) {
	for _, s := range schedules {
		if s.park == ParkFutex {
			s.park = ParkChannel // a futex does not let the clock of the bubble move
		}
		for name, fail := range failures {
			t.Run(fmt.Sprintf("%s/%s", s.name, name), func(t *testing.T) { run(t, fail, s.park, s.on) })
		}
	}
}

// An actor that fails a thousand times is started a thousand times, at its pace,
// and loses nothing.
func TestAThousandRestarts(t *testing.T) {
	const n = 1000
	eachSchedule(t, func(t *testing.T, fail func() error, park ParkMode, on []Option) {
		starts := 0
		bubble(t, func(g *Graph) {
			g.Park = park
			c := NewChan[int](g, "c", 4)
			Source(g, "source", c, counted(n, never), on[0])
			seen := NewState(g, "seen", 0)
			begin, paused := time.Now(), time.Duration(0)
			Sink(g, "frail", c, func(a *Actor, in *Rx[int]) error {
				if a.Regeneration() != starts {
					t.Errorf("start %d is regeneration %d", starts, a.Regeneration())
				}
				starts++
				for v := range in.All() {
					if v != seen.Get() {
						t.Errorf("got %d, want %d", v, seen.Get())
					}
					if starts == v+1 { // once for each message
						paused += 10 * time.Second
						return fail()
					}
					seen.Set(v + 1)
				}
				if d := time.Since(begin); d < paused*3/4 || d > paused*5/4 {
					t.Errorf("paused for %v in all, want about %v", d, paused)
				}
				return nil
			}, Restart{Max: -1, Backoff: 10 * time.Second}, seen, on[1%len(on)])
		}, noError)
		if starts != n+1 {
			t.Errorf("started %d times, want %d", starts, n+1)
		}
	})
}

// A stop does not wait for a back-off, and what is left is drained.
func TestAStopInABackOffTakesNoTime(t *testing.T) {
	eachSchedule(t, func(t *testing.T, fail func() error, park ParkMode, on []Option) {
		var asked time.Time
		got := 0
		bubble(t, func(g *Graph) {
			g.Park = park
			a, b := NewChan[int](g, "a", 8), NewChan[int](g, "b", 8)
			Source(g, "source", a, counted(8, never), on[0])
			hour := Restart{Backoff: time.Hour}
			Stage(g, "frail", a, b, func(a *Actor, in *Rx[int], out *Tx[int]) error {
				for v := range in.All() {
					if v == 3 && a.Regeneration() == 0 {
						return fail()
					}
					if err := out.Send(v); err != nil {
						return err
					}
				}
				return nil
			}, hour, on[1%len(on)])
			Sink(g, "sink", b, func(_ *Actor, in *Rx[int]) error {
				for range in.All() {
					got++
				}
				return nil
			}, on[2%len(on)])
			g.Actor("no input", hour, on[3%len(on)]).Run(func(a *Actor) error {
				if a.Regeneration() > 0 {
					t.Error("an actor without inputs was started again to be stopped")
				}
				return fail()
			})
			g.Actor("stopper").Run(func(a *Actor) error {
				a.Wait(a.After(time.Minute))
				asked = time.Now()
				a.RequestShutdown("test")
				return nil
			})
		}, func(t *testing.T, err error) {
			if d := time.Since(asked); err != nil || d >= 10*time.Millisecond {
				t.Errorf("Serve returned %v after the request: %v", d, err)
			}
		})
		if got != 8 {
			t.Errorf("%d of 8 arrived", got)
		}
	})
}

// As many failures as Restart allows within its window are answered with a
// restart; one more stops the graph. Those before the window do not count.
func TestTheLimitOfRestartsIsExact(t *testing.T) {
	const limit, window = 3, 10 * time.Second
	for name, every := range map[string]time.Duration{"too often": window/limit - time.Second, "slowly": window/limit + time.Second} {
		t.Run(name, func(t *testing.T) {
			eachSchedule(t, func(t *testing.T, fail func() error, park ParkMode, on []Option) {
				starts := 0
				bubble(t, func(g *Graph) {
					g.Park = park
					g.Actor("frail", Restart{Max: limit, Window: window, Backoff: -1}, on[0]).Run(func(a *Actor) error {
						if starts++; starts == 30 {
							a.RequestShutdown("it may go on for ever")
							return nil
						}
						a.Wait(a.After(every))
						return fail()
					})
					g.Actor("other", on[1%len(on)]).Run(func(a *Actor) error {
						for a.Running() {
							a.Wait(a.Every(time.Second))
						}
						return nil
					})
				}, func(t *testing.T, err error) {
					var failed *ActorError
					switch {
					case name == "slowly" && (err != nil || starts != 30):
						t.Errorf("started %d times, Serve: %v", starts, err)
					case name == "too often" && (!errors.As(err, &failed) || failed.Failures != limit+1 || starts != limit+1):
						t.Errorf("started %d times, Serve: %v", starts, err)
					}
				})
			})
		})
	}
}
