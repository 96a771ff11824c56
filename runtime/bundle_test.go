package steady

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// In the topology each lane is a channel that names its bundle.
func TestLanesAreChannelsThatNameTheirBundle(t *testing.T) {
	bubble(t, func(g *Graph) {
		b := NewBundle[int](g, "jobs", 3, 16)
		s := g.Actor("source")
		out := b.Tx(s)
		s.Run(func(*Actor) error { return nil })
		for i := range b.Lanes() {
			Sink(g, fmt.Sprint("sink", i), b.Lane(i), inOrder(t, 0, never))
		}
		if b.Name() != "jobs" || out.Len() != 3 || b.Lane(2).Name() != "jobs[2]" {
			t.Errorf("%s with %d lanes, the last is %s", b.Name(), out.Len(), b.Lane(2).Name())
		}
		t.Cleanup(func() {
			for i, c := range g.svc.Load().Topology().Channels {
				want := telemetry.Channel{
					ID: uint32(i), Name: fmt.Sprintf("jobs[%d]", i), Type: "int", Capacity: 16,
					From: 0, To: int32(i + 1), Bundle: "jobs", Lane: i,
				}
				if c != want {
					t.Errorf("channel %d: %+v", i, c)
				}
			}
		})
	}, noError)
}

func TestBundleMistakes(t *testing.T) {
	g := &Graph{}
	NewChan[int](g, "a", 1)
	NewBundle[int](g, "", 1, 1).Rx(g.Actor("x"))
	NewBundle[int](g, "none", 0, 1)
	NewBundle[int](g, "most", 1<<20, 1)
	NewBundle[[1 << 20]byte](g, "large", 1<<16, 1<<20)
	twice := NewBundle[int](g, "twice", 20, 4)
	twice.Tx(g.Actor("one"))
	twice.Lane(1).Rx(g.Actor("lane"))
	twice.Tx(g.Actor("two"))
	twice.Rx(g.Actor("three"))
	NewBundle[int](g, "a", 2, 1)
	some := NewBundle[int](g, "some", 3, 1)
	some.Tx(g.Actor("four"))
	some.Lane(1).Rx(g.Actor("five"))
	other := &Graph{}
	NewBundle[int](other, "foreign", 2, 1).Tx(g.Actor("six"))
	err := fmt.Sprint(g.Err())
	for _, want := range []string{
		`bundle of channels 1 to 1 has no name`,
		`bundle "none": 0 lanes: want 1 to 65536`,
		`bundle "most": 1048576 lanes: want 1 to 65536`,
		`bundle "large": capacity 1048576: want `, // 16 or less, on 64-bit machines
		`bundle "twice": "two" claims all lanes, but some have senders already: lanes 0, 1, 2, 3, 4, 5, 6, 7 and 12 more`,
		`bundle "twice": "three" claims all lanes, but some have receivers already: lane 1`,
		`bundle "a" is declared twice`,
		`bundle "a" has no sender`,
		`bundle "" has no sender`,
		`bundle "some": lanes 0, 2 have no receiver`,
		`actor "six" uses bundle "foreign" of another graph`,
	} {
		if !strings.Contains(err, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(err, "another graph"); n != 1 || strings.Count(err, "declared twice") != 1 {
		t.Errorf("%d errors about another graph in:\n%s", n, err)
	}
}

// A lane that is always full does not keep the others from having their turn.
func TestNoLaneStarves(t *testing.T) {
	const lanes, n = 16, 2000
	for _, by := range bundleShapes[:3] {
		t.Run(by.name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				b := NewBundle[int](g, "b", lanes, 64)
				for i := range lanes {
					Source(g, fmt.Sprint("source", i), b.Lane(i), counted(n, never))
				}
				s := g.Actor("sink")
				in := b.Rx(s)
				got, since, at := make([]int, lanes), make([]int, lanes), 0
				take := by.in(func(lane, _ int) {
					at++
					// Each other lane may have its turn twice in between: once
					// before this one is found, and once before it is its turn.
					if gap := at - since[lane]; since[lane] > 0 && gap > 2*lanes*turnOf {
						t.Errorf("lane %d had to wait for %d messages of others", lane, gap)
					}
					got[lane]++
					since[lane] = 0
					for i := range lanes {
						if sent, _ := b.Lane(i).e.core.Counters(); since[i] == 0 && sent >= uint64(got[i]+2) { // enough for each shape
							since[i] = at
						}
					}
				}, never)
				s.Run(func(a *Actor) error {
					a.Wait(a.After(time.Second)) // until all lanes are full
					return take(a, in)
				})
			}, noError)
		})
	}
}

// Sixty-three lanes go on when nobody takes from one of them.
func TestAStuckLaneStopsNobody(t *testing.T) {
	const lanes, stuck, n = 64, 17, 5000
	for name, send := range map[string]outShape{"send": outSend, "wait": outWaitLane, "try": outTry} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				b := NewBundle[int](g, "b", lanes, 4)
				s := g.Actor("source")
				out, run := b.Tx(s), send(n, never)
				began, took := time.Now(), time.Duration(0)
				s.Run(func(a *Actor) error {
					defer func() { took = time.Since(began) }()
					return run(a, out)
				})
				got := make([]int, lanes)
				for i := range lanes {
					Sink(g, fmt.Sprint("sink", i), b.Lane(i), func(a *Actor, in *Rx[int]) error {
						if i == stuck {
							a.Wait(a.After(time.Hour))
						}
						for range in.All() {
							got[i]++
						}
						return nil
					})
				}
				t.Cleanup(func() {
					sum := 0
					for _, k := range got {
						sum += k
					}
					if sum != n || got[stuck] > 4 || took >= time.Hour {
						t.Errorf("%d messages in %v, %d of them in the stuck lane", sum, took, got[stuck])
					}
				})
			}, noError)
		})
	}
}

// WaitLane returns nil when a stop is requested, again and again while it is
// pending, and when all lanes have ended; the veto names the lanes that are left.
func TestWaitLaneGoesRoundWhenAStopIsPending(t *testing.T) {
	bubble(t, func(g *Graph) {
		b := NewBundle[int](g, "jobs", 12, 4)
		for i := range b.Lanes() {
			Source(g, fmt.Sprint("source", i), b.Lane(i), func(a *Actor, out *Tx[int]) error {
				for a.Running() {
					a.Wait(a.Every(time.Hour))
				}
				if i == 5 {
					a.Blocking(func(context.Context) { <-time.After(time.Second) })
					return out.Send(1)
				}
				return nil
			})
		}
		s := g.Actor("sink")
		in := b.Rx(s)
		s.Run(func(a *Actor) error {
			rounds, got := 0, 0
			for a.Running(in.Drained()) {
				if rounds == 50 {
					if r := a.vote.Load().reason(); r != "jobs: 0 left, sender of lane 5 running" {
						t.Errorf("veto %q", r)
					}
				}
				lane := in.WaitLane(1)
				if lane == nil {
					rounds++
					continue
				}
				if _, ok := lane.TryTake(); !ok || lane != in.Lane(5) {
					t.Error("not the lane that has a message")
				}
				got++
			}
			if got != 1 || rounds < 90 || rounds > 110 {
				t.Errorf("%d messages in %d rounds", got, rounds)
			}
			return nil
		})
		g.Actor("stopper").Run(func(a *Actor) error {
			a.Wait(a.After(time.Minute))
			a.RequestShutdown("test")
			return nil
		})
	}, noError)
}

// A bundle whose receivers are gone ends its sender; what was sent before is
// counted.
func TestABundleWithoutReceiversEndsTheSender(t *testing.T) {
	bubble(t, func(g *Graph) {
		b := NewBundle[int](g, "b", 3, 2)
		s := g.Actor("source")
		out := b.Tx(s)
		s.Run(func(a *Actor) error {
			for i := range 6 {
				if !out.TrySend(i) {
					t.Error("no room")
				}
			}
			if out.TrySend(6) {
				t.Error("sent more than fits")
			}
			a.Wait(a.After(time.Second))
			if err := out.Send(6); !errors.Is(err, ErrNoReceiver) {
				t.Errorf("Send: %v", err)
			}
			if lane := out.WaitLane(1); lane != nil {
				t.Error("a lane without a receiver has no room")
			}
			return nil
		})
		for i := range b.Lanes() {
			Sink(g, fmt.Sprint("sink", i), b.Lane(i), func(a *Actor, in *Rx[int]) error {
				a.Wait(a.After(time.Millisecond))
				return nil
			})
		}
	}, func(t *testing.T, err error) {
		var left *LeftoverError
		if !errors.As(err, &left) || len(left.Channels) != 3 || left.Channels[1].Channel != "b[1]" {
			t.Errorf("Serve: %v", err)
		}
	})
}

// Workers that answer the actor which asks them are a loop: it comes to rest.
func TestALoopOfBundlesComesToRest(t *testing.T) {
	for _, lanes := range []int{1, 5} {
		bubble(t, func(g *Graph) {
			start := NewChan[int](g, "start", 4)
			ask, answer := NewBundle[int](g, "ask", lanes, 4), NewBundle[int](g, "answer", lanes, 4)
			Source(g, "source", start, counted(100, never))
			s := g.Actor("hub")
			in, back, out := start.Rx(s), answer.Rx(s), ask.Tx(s)
			got := 0
			s.Run(func(a *Actor) error {
				for a.Running(in.Drained(), back.Drained(), out.Closed()) {
					switch a.WaitAny(All(back.Avail(1), out.Vacant(1)), All(in.Avail(1), out.Vacant(1))) {
					case 0:
						v, _ := back.WaitLane(1).TryTake()
						if got++; v < 1000 { // round and round
							if err := out.Send(v + 100); err != nil {
								return err
							}
						}
					case 1:
						v, _ := in.TryTake()
						if err := out.Send(v % 10); err != nil {
							return err
						}
					}
				}
				return nil
			})
			for i := range lanes {
				Stage(g, fmt.Sprint("worker", i), ask.Lane(i), answer.Lane(i), stageEach(never))
			}
			t.Cleanup(func() {
				if got != 100*11 {
					t.Errorf("%d answers", got)
				}
			})
		}, noError)
	}
}

func TestBundlesAllocateNothing(t *testing.T) {
	bubble(t, func(g *Graph) {
		const lanes = 8
		b, c := NewBundle[int](g, "b", lanes, 64), NewBundle[int](g, "c", lanes, 64)
		for i := range lanes {
			Source(g, fmt.Sprint("source", i), b.Lane(i), counted(4_000, never))
			Sink(g, fmt.Sprint("sink", i), c.Lane(i), func(_ *Actor, in *Rx[int]) error {
				for range in.All() {
				}
				return nil
			})
		}
		s := g.Actor("hub")
		in, out := b.Rx(s), c.Tx(s)
		s.Run(func(a *Actor) error {
			n := testing.AllocsPerRun(100, func() {
				i := 0
				for _, v := range in.All() {
					if err := out.Send(v); err != nil {
						t.Error(err)
					}
					if i++; i == 50 {
						break
					}
				}
				for range 50 {
					a.Running(in.Drained(), out.Closed())
					v, _ := in.WaitLane(1).TryTake()
					a.Wait(out.Vacant(1))
					out.TrySend(v)
				}
			})
			if n != 0 {
				t.Errorf("%v allocations for 100 messages", n)
			}
			for range in.All() {
			}
			return nil
		})
	}, noError)
}
