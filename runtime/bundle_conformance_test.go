package steady

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// outShape is one way to send 0..n-1 through a bundle, inShape one to receive
// that. They call fail wherever a failure must lose and repeat nothing.
type (
	outShape func(n int, fail func(int)) func(*Actor, *BundleTx[int]) error
	inShape  func(got func(lane, v int), fail func(int)) func(*Actor, *BundleRx[int]) error
)

var bundleShapes = []struct {
	name string
	out  outShape
	in   inShape
}{
	{"send and all", outSend, inAll},
	{"wait for a lane", outWaitLane, inWaitLane},
	{"try", outTry, inTry},
	{"keyed and batches", outKeyed, inBatches},
}

// A fan-out to eight workers, or to so many that not all ports are looked after at
// each boundary, and a fan-in from them, with failures on all sides: each message
// comes once, and those of a lane in their order.
func TestBundlesKeepThePromise(t *testing.T) {
	for _, s := range schedules {
		for _, sh := range bundleShapes {
			for _, capacity := range []int{1, 3, 64} {
				for name, rate := range map[string]int{"calm": 0, "failing": 40} {
					t.Run(fmt.Sprintf("%s/%s/%d/%s", s.name, sh.name, capacity, name), func(t *testing.T) {
						n, lanes := 4_000, 8
						switch capacity {
						case 1:
							n = 800
						case 3:
							lanes = manyPorts + 3
						}
						fail := func(i int) func(int) {
							if rate == 0 {
								return never
							}
							return chance(rand.New(rand.NewPCG(uint64(capacity), uint64(i))), n/rate)
						}
						opts := func(i int) []Option { return []Option{always, s.on[i%len(s.on)]} }
						g := &Graph{Park: s.park}
						out, in := NewBundle[int](g, "out", lanes, capacity), NewBundle[int](g, "in", lanes, capacity)
						source := g.Actor("source", opts(0)...)
						tx, send := out.Tx(source), sh.out(n, fail(0))
						source.Run(func(a *Actor) error { return send(a, tx) })
						for i := range lanes {
							Stage(g, fmt.Sprint("worker", i), out.Lane(i), in.Lane(i), stageEach(fail(i+1)), opts(i+1)...)
						}
						sink := g.Actor("sink", opts(lanes+1)...)
						rx, take := in.Rx(sink), sh.in(eachOnce(t, lanes, n), fail(lanes+1))
						sink.Run(func(a *Actor) error { return take(a, rx) })
						if err := g.Serve(context.Background()); err != nil {
							t.Error(err)
						}
						checkInvariants(t, g)
					})
				}
			}
		}
	}
}

// eachOnce wants 0..n-1, each once, in ascending order within a lane.
func eachOnce(t *testing.T, lanes, n int) func(lane, v int) {
	seen, last, bad := make([]bool, n), make([]int, lanes), 0
	for i := range last {
		last[i] = -1
	}
	t.Cleanup(func() {
		for v, ok := range seen {
			if !ok {
				t.Fatalf("%d is lost", v)
			}
		}
	})
	return func(lane, v int) {
		if seen[v] || v <= last[lane] {
			if bad++; bad < 5 {
				t.Errorf("lane %d: %d after %d, seen before: %v", lane, v, last[lane], seen[v])
			}
		}
		seen[v], last[lane] = true, v
	}
}

func outSend(n int, fail func(int)) func(*Actor, *BundleTx[int]) error {
	next := 0
	return func(a *Actor, out *BundleTx[int]) error {
		for next < n && a.Running() {
			fail(next)
			if err := out.Send(next); err != nil {
				return err
			}
			fail(next)
			next++
		}
		return nil
	}
}

func outWaitLane(n int, fail func(int)) func(*Actor, *BundleTx[int]) error {
	next := 0
	return func(a *Actor, out *BundleTx[int]) error {
		for next < n && a.Running(out.Closed()) {
			k := 1 + next%3
			lane := out.WaitLane(k)
			if lane == nil {
				continue
			}
			k = min(k, lane.Capacity(), n-next)
			for i := range k {
				if !lane.TrySend(next + i) {
					panic("the lane has no room")
				}
			}
			fail(next)
			next += k
		}
		return nil
	}
}

func outTry(n int, fail func(int)) func(*Actor, *BundleTx[int]) error {
	next := 0
	return func(a *Actor, out *BundleTx[int]) error {
		for next < n && a.Running() {
			if !out.TrySend(next) {
				a.WaitAny(a.After(time.Hour), out.Lane(0).Vacant(2), out.Vacant(1))
				continue
			}
			fail(next)
			next++
		}
		return nil
	}
}

func outKeyed(n int, fail func(int)) func(*Actor, *BundleTx[int]) error {
	next := 0
	return func(a *Actor, out *BundleTx[int]) error {
		for next < n && a.Running() {
			if err := out.Lane(next * 5 % 7).Send(next); err != nil {
				return err
			}
			fail(next)
			next++
		}
		return nil
	}
}

func inAll(got func(lane, v int), fail func(int)) func(*Actor, *BundleRx[int]) error {
	return func(_ *Actor, in *BundleRx[int]) error {
		for lane, v := range in.All() {
			fail(v)
			got(lane, v)
		}
		return nil
	}
}

func inWaitLane(got func(lane, v int), fail func(int)) func(*Actor, *BundleRx[int]) error {
	return func(a *Actor, in *BundleRx[int]) error {
		for a.Running(in.Drained()) {
			lane := in.WaitLane(2)
			if lane == nil {
				continue
			}
			v, ok := lane.TryTake()
			if !ok {
				panic("the lane is empty")
			}
			fail(v)
			got(laneOf(in, lane), v)
		}
		return nil
	}
}

func laneOf(in *BundleRx[int], lane *Rx[int]) int {
	for i := range in.Len() {
		if in.Lane(i) == lane {
			return i
		}
	}
	panic("a lane of somebody else")
}

func inTry(got func(lane, v int), fail func(int)) func(*Actor, *BundleRx[int]) error {
	return func(a *Actor, in *BundleRx[int]) error {
		for a.Running(in.Drained()) {
			any := false
			for i := range in.Len() {
				if v, ok := in.Lane(i).TryTake(); ok {
					any = true
					fail(v)
					got(i, v)
					a.Commit()
				}
			}
			if !any {
				a.WaitAny(in.Lane(0).Avail(2), All(in.Avail(1), a.After(0)))
			}
		}
		return nil
	}
}

func inBatches(got func(lane, v int), fail func(int)) func(*Actor, *BundleRx[int]) error {
	return func(a *Actor, in *BundleRx[int]) error {
		for a.Running(in.Drained()) {
			lane := in.WaitLane(1)
			if lane == nil {
				continue
			}
			p, q := lane.Peek()
			fail(p[0])
			lane.Release(len(p) + len(q))
			fail(p[0])
			for _, v := range append(p[:len(p):len(p)], q...) {
				got(laneOf(in, lane), v)
			}
		}
		return nil
	}
}
