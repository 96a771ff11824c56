package steady

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What finished iterations sent is published lazily, and a burst of short bodies
// makes the actor look up only after thousands of bodies. These tests send such
// a burst, go on with long bodies, and check when the receiver sees what those
// sent.

// slowdown is one body of a sender that becomes slow.
type slowdown struct {
	ended [burst + slowOnes]time.Duration
}

// body is what every sender does after it has sent v, in the same iteration.
func (s *slowdown) body(a *Actor, v int) {
	if v < burst {
		<-time.After(1)
		return
	}
	<-time.After(slowBody)
	s.ended[v] = a.g.sched.Now()
}

// senders send 0, 1, ..., one each iteration.
var senders = map[string]func(s *slowdown, each bool) func(*Actor, *Rx[int], *Tx[int]) error{
	"Send": func(s *slowdown, each bool) func(*Actor, *Rx[int], *Tx[int]) error {
		return func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for v := range in.All() {
				if each && v == burst {
					out.PublishEach()
				}
				if err := out.Send(v); err != nil {
					return err
				}
				s.body(a, v)
			}
			return nil
		}
	},
	"SendSlice": func(s *slowdown, each bool) func(*Actor, *Rx[int], *Tx[int]) error {
		return func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for vs := range in.Batches(1) {
				if each && vs[0] == burst {
					out.PublishEach()
				}
				if err := out.SendSlice(vs); err != nil {
					return err
				}
				s.body(a, vs[0])
			}
			return nil
		}
	},
	"Publish": func(s *slowdown, each bool) func(*Actor, *Rx[int], *Tx[int]) error {
		return func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for v := 0; a.Running(in.Drained()); {
				if !a.Wait(in.Avail(1)) {
					continue
				}
				if each && v == burst {
					out.PublishEach()
				}
				p, _ := in.Peek()
				x, _ := out.Reserve()
				x[0] = p[0]
				out.Publish(1)
				in.Release(1)
				s.body(a, v)
				v++
			}
			return nil
		}
	},
}

// receivers call got for each message as soon as they have it.
var receivers = map[string]func(got func(int)) func(*Actor, *Rx[int]) error{
	"All": func(got func(int)) func(*Actor, *Rx[int]) error {
		return func(_ *Actor, in *Rx[int]) error {
			for v := range in.All() {
				got(v)
			}
			return nil
		}
	},
	"Batches": func(got func(int)) func(*Actor, *Rx[int]) error {
		return func(_ *Actor, in *Rx[int]) error {
			for vs := range in.Batches(0) {
				for _, v := range vs {
					got(v)
				}
			}
			return nil
		}
	},
	"WaitAny": func(got func(int)) func(*Actor, *Rx[int]) error {
		return func(a *Actor, in *Rx[int]) error {
			for a.Running(in.Drained()) {
				if a.WaitAny(All(in.Avail(1), a.After(0)), in.Avail(7)) >= 0 {
					v, _ := in.TryTake()
					got(v)
				}
			}
			return nil
		}
	},
	"poll TryTake": func(got func(int)) func(*Actor, *Rx[int]) error {
		return func(a *Actor, in *Rx[int]) error {
			for !in.p.Core().Drained() && a.Wait(a.Every(pollEvery)) {
				for v, ok := in.TryTake(); ok; v, ok = in.TryTake() {
					got(v)
				}
			}
			return nil
		}
	},
	"poll Peek": func(got func(int)) func(*Actor, *Rx[int]) error {
		return func(a *Actor, in *Rx[int]) error {
			for !in.p.Core().Drained() && a.Wait(a.Every(pollEvery)) {
				for p, _ := in.Peek(); len(p) > 0; p, _ = in.Peek() {
					got(p[0])
					in.Release(1)
				}
			}
			return nil
		}
	},
}

// hiddenFor is how many slow bodies of the sender may pass, at most, between the
// end of the one that sent a message and the moment at which the receiver has
// it: none if it waits for it, one if it polls, and if they share a thread those
// that it takes until the sender hands that over.
func hiddenFor(polls, each, shared bool) time.Duration {
	d := time.Duration(0)
	if polls {
		d += pollEvery
	}
	if polls && !each {
		d += slowBody
	}
	if shared {
		d += slowBody
	}
	return d
}

func TestABodyThatBecomesSlowHidesNothingForLong(t *testing.T) {
	for _, s := range schedules {
		if s.park == ParkFutex {
			s.park = ParkChannel // a futex does not let the clock of the bubble move
		}
		for sends, sender := range senders {
			for takes, receiver := range receivers {
				for _, each := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%s/%s/each=%v", s.name, sends, takes, each), func(t *testing.T) {
						polls, worst := strings.HasPrefix(takes, "poll"), time.Duration(0)
						bubble(t, func(g *Graph) {
							g.Park, g.measure = s.park, false
							feed, c := NewChan[int](g, "feed", 256), NewChan[int](g, "c", 256)
							slow := new(slowdown)
							Source(g, "source", feed, func(a *Actor, out *Tx[int]) error {
								a.Wait(a.After(time.Millisecond)) // until the others have begun
								return counted(burst+slowOnes, never)(a, out)
							})
							Stage(g, "sender", feed, c, sender(slow, each), s.on[0])
							Sink(g, "receiver", c, receiver(func(v int) {
								if v >= burst {
									worst = max(worst, g.sched.Now()-slow.ended[v])
								}
							}), s.on[1%len(s.on)])
						}, noError)
						shared := s.name == "troupe"
						if limit := hiddenFor(polls, each, shared); worst > limit {
							t.Errorf("a message was hidden for %v after its body, want %v at most", worst, limit)
						}
					})
				}
			}
		}
	}
}

// The same for room: a sender that waits for some, or tries again and again, has
// it when the receiver's body that gives it back is over, or the next.
func TestABodyThatBecomesSlowHidesNoRoom(t *testing.T) {
	const capacity, room = 1000, 7
	waits := map[string]func(a *Actor, out *Tx[int]){
		"Wait": func(a *Actor, out *Tx[int]) { a.Wait(out.Vacant(room)) },
		"TrySend": func(a *Actor, out *Tx[int]) {
			for k := 0; k < room && a.Wait(a.Every(pollEvery)); {
				for out.TrySend(0) {
					k++
				}
			}
		},
		"Reserve": func(a *Actor, out *Tx[int]) {
			for k := 0; k < room && a.Wait(a.Every(pollEvery)); {
				x, y := out.Reserve()
				k = len(x) + len(y)
			}
		},
	}
	slow := func() { <-time.After(slowBody) }
	takes := map[string]func(*Actor, *Rx[int]) error{
		"All": func(_ *Actor, in *Rx[int]) error {
			for range in.All() {
				slow()
			}
			return nil
		},
		"Batches": func(_ *Actor, in *Rx[int]) error {
			for range in.Batches(1) {
				slow()
			}
			return nil
		},
		"Release": func(a *Actor, in *Rx[int]) error {
			for a.Running(in.Drained()) {
				if a.Wait(in.Avail(1)) {
					in.Peek()
					in.Release(1)
					slow()
				}
			}
			return nil
		},
	}
	for waiting, wait := range waits {
		for taking, take := range takes {
			t.Run(waiting+"/"+taking, func(t *testing.T) {
				var at time.Duration
				bubble(t, func(g *Graph) {
					c := NewChan[int](g, "c", capacity)
					Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
						for out.TrySend(0) {
						}
						a.Commit()
						begin := g.sched.Now()
						wait(a, out)
						at = g.sched.Now() - begin
						return nil
					})
					Sink(g, "sink", c, func(a *Actor, in *Rx[int]) error {
						for !a.Wait(in.Avail(capacity)) {
						}
						a.stride = 4096 // as after a burst
						a.checkAt.Store(a.tick + a.stride)
						return take(a, in)
					})
				}, noError)
				want := room * slowBody
				if waiting != "Wait" {
					want += slowBody + pollEvery
				}
				if at > want {
					t.Errorf("room for %d after %v, want %v at most", room, at, want)
				}
			})
		}
	}
}
