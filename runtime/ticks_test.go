package steady

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// A wait without conditions is told: Wait would hold at once and for ever,
// WaitAny and an empty group would never mean anything.
func TestAWaitWithoutConditionsIsAMistake(t *testing.T) {
	for name, wait := range map[string]func(a *Actor){
		"Wait":    func(a *Actor) { a.Wait() },
		"WaitAny": func(a *Actor) { a.WaitAny() },
		"All":     func(a *Actor) { a.WaitAny(All(), a.After(time.Second)) },
		"in Wait": func(a *Actor) { a.Wait(All()) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				g.Actor("idle", Restart{Never: true}).Run(func(a *Actor) error {
					for a.Running() {
						wait(a)
					}
					return nil
				})
			}, func(t *testing.T, err error) {
				var failed *ActorError
				if !errors.As(err, &failed) || !strings.Contains(err.Error(), "without conditions") {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

// Tickers of periods that are not used any more are forgotten, the others keep
// their grid.
func TestEveryForgetsOldPeriods(t *testing.T) {
	kept, beats, rounds := 0, 0, 0
	bubble(t, func(g *Graph) {
		g.Actor("jitter").Run(func(a *Actor) error {
			held := a.Every(7 * time.Second) // made once, used for ever
			for rounds = range 5000 {
				switch a.WaitAny(a.Every(time.Second), held, a.Every(10*time.Millisecond+time.Duration(rounds)), a.After(time.Minute)) {
				case 0, 1:
					beats++
				case 3:
					t.Error("no tick came for a minute")
				}
				kept = max(kept, len(a.every))
			}
			return nil
		})
	}, noError)
	if kept > maxTickers {
		t.Errorf("%d tickers are kept", kept)
	}
	// 5000 rounds of some 10 ms are 50 s, in which 50 and 7 ticks come.
	if beats < 55 || beats > 58 {
		t.Errorf("%d ticks of the periods that are used on", beats)
	}
}

// A timeout beside an input does not keep a loop from its end, nor does a
// heartbeat that waits for room.
func TestATimeoutDoesNotKeepALoopGoing(t *testing.T) {
	waits := map[string]func(a *Actor, in *Rx[int], out *Tx[int]) int{
		"After beside input": func(a *Actor, in *Rx[int], _ *Tx[int]) int {
			return a.WaitAny(in.Avail(1), a.After(20*time.Millisecond))
		},
		"After beside input and room": func(a *Actor, in *Rx[int], out *Tx[int]) int {
			return a.WaitAny(All(in.Avail(1), out.Vacant(1)), a.After(20*time.Millisecond))
		},
		"After and input": func(a *Actor, in *Rx[int], _ *Tx[int]) int {
			return a.WaitAny(All(in.Avail(1), a.After(20*time.Millisecond)))
		},
		"After and room beside input": func(a *Actor, in *Rx[int], out *Tx[int]) int {
			return a.WaitAny(in.Avail(1), All(out.Vacant(1), a.After(20*time.Millisecond)))
		},
		"Every and room beside input": func(a *Actor, in *Rx[int], out *Tx[int]) int {
			return a.WaitAny(in.Avail(1), All(out.Vacant(1), a.Every(20*time.Millisecond)))
		},
		"Every and room": func(a *Actor, _ *Rx[int], out *Tx[int]) int {
			return a.WaitAny(All(out.Vacant(1), a.Every(20*time.Millisecond)))
		},
		"Every beside input": func(a *Actor, in *Rx[int], _ *Tx[int]) int {
			return a.WaitAny(in.Avail(1), a.Every(20*time.Millisecond))
		},
	}
	for name, wait := range waits {
		t.Run(name, func(t *testing.T) {
			var took time.Duration
			var begin time.Time
			last := -1
			bubble(t, func(g *Graph) {
				there, back := NewChan[int](g, "there", 8), NewChan[int](g, "back", 8)
				s := g.Actor("one")
				in, out := back.Rx(s), there.Tx(s)
				s.Run(func(a *Actor) error {
					out.TrySend(100)
					for a.Running(in.Drained(), out.Closed()) {
						wait(a, in, out)
						if v, ok := in.TryTake(); ok {
							if last = v; v > 0 {
								out.TrySend(v - 1)
							}
						}
					}
					return nil
				})
				Stage(g, "two", there, back, func(_ *Actor, in *Rx[int], out *Tx[int]) error {
					for v := range in.All() {
						if err := out.Send(v); err != nil {
							return err
						}
					}
					return nil
				})
				after(g, 50*time.Millisecond)
				begin = time.Now()
			}, func(t *testing.T, err error) {
				took = time.Since(begin)
				noError(t, err)
			})
			if last != 0 || took > 5*time.Second {
				t.Errorf("the last message was %d, after %v", last, took)
			}
		})
	}
}
