package steady

import (
	"fmt"
	"testing"
	"time"
)

// What an actor with many ports stages in whatever way is published and given back
// at the next boundary, though it is flushed in the middle of the iteration.
func TestManyPortsForgetNothing(t *testing.T) {
	for name, move := range map[string]func(a *Actor, in *Rx[int], out *Tx[int]){
		"one by one": func(a *Actor, in *Rx[int], out *Tx[int]) {
			v, _ := in.TryTake()
			settleDown(a)
			out.TrySend(v)
		},
		"in place": func(a *Actor, in *Rx[int], out *Tx[int]) {
			free, _ := out.Reserve()
			there, _ := in.Peek()
			settleDown(a)
			free[0] = there[0]
			out.Publish(1)
			settleDown(a)
			in.Release(1)
		},
		"batch": func(a *Actor, in *Rx[int], out *Tx[int]) {
			for vs := range in.Batches(1) {
				settleDown(a)
				out.TrySend(vs[0])
				break
			}
		},
		"range": func(a *Actor, in *Rx[int], out *Tx[int]) {
			for v := range in.All() {
				settleDown(a)
				_ = out.SendSlice([]int{v})
				break
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				const lanes, n = manyPorts + 3, 40
				from, to := NewBundle[int](g, "from", lanes, 2), NewBundle[int](g, "to", lanes, 2)
				for i := range lanes {
					Source(g, fmt.Sprint("source", i), from.Lane(i), counted(n, never))
					Sink(g, fmt.Sprint("sink", i), to.Lane(i), inOrder(t, n, never))
				}
				s := g.Actor("hub")
				in, out := from.Rx(s), to.Tx(s)
				s.Run(func(a *Actor) error {
					for k := range lanes * n {
						i := k % lanes
						if !a.Wait(in.Lane(i).Avail(1), out.Lane(i).Vacant(1)) {
							return fmt.Errorf("lane %d ended early", i)
						}
						move(a, in.Lane(i), out.Lane(i))
						settleDown(a)
						a.Commit()
						settleDown(a)
						if _, taken := from.Lane(i).e.core.Counters(); taken != uint64(k/lanes+1) {
							t.Errorf("lane %d: %d given back, want %d", i, taken, k/lanes+1)
						}
						if sent, _ := to.Lane(i).e.core.Counters(); sent != uint64(k/lanes+1) {
							t.Errorf("lane %d: %d visible, want %d", i, sent, k/lanes+1)
						}
						if n := len(a.touched.ins) + len(a.touched.outs); n != 0 {
							t.Errorf("%d ports are listed, none is in use", n)
						}
					}
					return nil
				})
			}, noError)
		})
	}
}

// settleDown flushes often enough for ports that have nothing to do to be forgotten.
func settleDown(a *Actor) {
	a.flush()
	a.flush()
}

// The room that a byte stream has reserved may be filled after its port was
// forgotten, and one that publishes on its way to a window keeps the window.
func TestManyPortsForgetNoBytes(t *testing.T) {
	bubble(t, func(g *Graph) {
		s := g.Actor("source")
		var outs []*ByteTx
		for i := range manyPorts {
			c := NewByteChan(g, fmt.Sprint("c", i), 8, 64)
			outs = append(outs, c.Tx(s))
			sink := g.Actor(fmt.Sprint("sink", i))
			in := c.Rx(sink)
			sink.Run(func(*Actor) error {
				sum := 0
				for p := range in.All() {
					sum += len(p)
				}
				if sum != 3+20*17 {
					t.Errorf("got %d bytes", sum)
				}
				return nil
			})
		}
		s.Run(func(a *Actor) error {
			for _, out := range outs {
				p, ok := out.Reserve(3)
				if !ok {
					t.Fatal("no room")
				}
				settleDown(a)
				copy(p, "abc")
				out.Publish(3)
				a.Commit()
				settleDown(a)
				if sent, _ := out.tx.p.Core().Counters(); sent != 1 {
					t.Errorf("%s: %d visible, want 1", out.tx.p.e.name, sent)
				}
				for range 20 { // each more than a quarter
					if err := out.Send(make([]byte, 17)); err != nil {
						return err
					}
					a.Commit()
				}
			}
			return nil
		})
	}, noError)
}

// A lane that was used once and is not any more costs nothing at a boundary, and
// none that is empty costs a look when the actor waits.
func TestAnIdleLaneIsNotLookedAfter(t *testing.T) {
	bubble(t, func(g *Graph) {
		const lanes, n = 200, 50
		b := NewBundle[int](g, "b", lanes, 4)
		for i := range lanes {
			Source(g, fmt.Sprint("source", i), b.Lane(i), func(a *Actor, out *Tx[int]) error {
				for k := range n {
					if i > 0 && k == 1 {
						a.Wait(a.After(time.Hour)) // the others end late
						return nil
					}
					if err := out.Send(k); err != nil {
						return err
					}
					a.Commit()
					a.Wait(a.After(time.Second)) // the sink waits meanwhile
				}
				return nil
			})
		}
		s := g.Actor("sink")
		in := b.Rx(s)
		s.Run(func(a *Actor) error {
			for lane, k := range in.All() {
				if lane > 0 || k < 2 {
					continue
				}
				if n := len(a.touched.ins); n > 1 {
					t.Fatalf("message %d: %d ports are listed", k, n)
				}
				if n := in.set.still; n != lanes-1 {
					t.Fatalf("message %d: %d lanes stand, want all the others", k, n)
				}
			}
			return nil
		})
	}, noError)
}

// A message that is put back is found again, although the receiver had registered
// with its lane, for the next one, when the iteration that took it failed.
func TestAMessagePutBackIsFoundAgain(t *testing.T) {
	bubble(t, func(g *Graph) {
		b := NewBundle[int](g, "b", manyPorts, 4)
		begin := time.Now()
		for i := range b.Lanes() {
			Source(g, fmt.Sprint("source", i), b.Lane(i), func(a *Actor, out *Tx[int]) error {
				if i == 3 {
					if err := out.Send(1); err != nil {
						return err
					}
				}
				a.Wait(a.After(time.Hour))
				return nil
			})
		}
		s := g.Actor("sink", always)
		in := b.Rx(s)
		s.Run(func(a *Actor) error {
			for lane, v := range in.All() {
				if a.Regeneration() == 0 {
					a.WaitAny(in.Avail(1), a.After(time.Minute)) // registers with all lanes
					panic("again")
				}
				if d := time.Since(begin); lane != 3 || v != 1 || d > 2*time.Minute {
					t.Errorf("%d from lane %d after %v", v, lane, d)
				}
			}
			return nil
		})
	}, noError)
}

// A lane may be waited for alone while others stand, and in one wait with all.
func TestALaneAloneAndWithAll(t *testing.T) {
	bubble(t, func(g *Graph) {
		const lanes = manyPorts
		b := NewBundle[int](g, "b", lanes, 4)
		for i := range lanes {
			Source(g, fmt.Sprint("source", i), b.Lane(i), func(a *Actor, out *Tx[int]) error {
				for k := range 3 {
					a.Wait(a.After(time.Duration(10*k+i+1) * time.Second))
					if err := out.Send(k); err != nil {
						return err
					}
					a.Commit()
				}
				return nil
			})
		}
		s := g.Actor("sink")
		in := b.Rx(s)
		s.Run(func(a *Actor) error {
			total := 0
			take := func(r *Rx[int]) {
				for _, ok := r.TryTake(); ok; _, ok = r.TryTake() {
					total++
				}
			}
			take(in.WaitLane(1)) // all stand now
			if !a.Wait(in.Lane(4).Avail(2)) {
				t.Error("lane 4 ended early")
			}
			take(in.Lane(4))
			if i := a.WaitAny(in.Lane(lanes-1).Avail(3), in.Avail(1)); i != 1 {
				t.Errorf("condition %d came first", i)
			}
			for a.Running(in.Drained()) {
				if r := in.WaitLane(1); r != nil {
					take(r)
				}
			}
			if total != 3*lanes {
				t.Errorf("took %d of %d", total, 3*lanes)
			}
			return nil
		})
	}, noError)
}
