package steady

import (
	"fmt"
	"testing"
	"time"
)

// A message that is put back is found again, although its lane was empty, and
// registered with, when the iteration that had taken it failed.
func TestAMessagePutBackIsFoundAgain(t *testing.T) {
	bubble(t, func(g *Graph) {
		b := NewBundle[int](g, "b", 12, 4)
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

// What an actor with many ports stages in any way is published and released at
// the next boundary, though it flushes in the middle of the iteration.
func TestManyPortsForgetNothing(t *testing.T) {
	for name, move := range map[string]func(in *Rx[int], out *Tx[int]){
		"one by one": func(in *Rx[int], out *Tx[int]) {
			v, _ := in.TryTake()
			out.TrySend(v)
		},
		"in place": func(in *Rx[int], out *Tx[int]) {
			x, _ := out.Reserve()
			p, _ := in.Peek()
			x[0] = p[0]
			out.Publish(1)
			in.Release(1)
		},
		"batch": func(in *Rx[int], out *Tx[int]) {
			for vs := range in.Batches(1) {
				out.TrySend(vs[0])
				break
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(g *Graph) {
				const lanes, n = 12, 40
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
						move(in.Lane(i), out.Lane(i))
						a.flush() // twice, so that what had nothing to do leaves the list
						a.flush()
						a.Commit()
						a.flush()
						if _, taken := from.Lane(i).e.core.Counters(); taken != uint64(k/lanes+1) {
							t.Errorf("lane %d: %d given back, want %d", i, taken, k/lanes+1)
						}
						if sent, _ := to.Lane(i).e.core.Counters(); sent != uint64(k/lanes+1) {
							t.Errorf("lane %d: %d visible, want %d", i, sent, k/lanes+1)
						}
					}
					return nil
				})
			}, noError)
		})
	}
}

// The room that a byte stream has reserved may be filled after a flush has taken
// the port off the list.
func TestManyPortsForgetNoBytes(t *testing.T) {
	bubble(t, func(g *Graph) {
		const n = manyPorts + 1
		s := g.Actor("source")
		var outs []*ByteTx
		var chans []*ByteChan
		for i := range n {
			c := NewByteChan(g, fmt.Sprint("c", i), 4, 64)
			chans, outs = append(chans, c), append(outs, c.Tx(s))
			sink := g.Actor(fmt.Sprint("sink", i))
			in := c.Rx(sink)
			sink.Run(func(*Actor) error {
				for range in.All() {
				}
				return nil
			})
		}
		s.Run(func(a *Actor) error {
			for i, out := range outs {
				p, ok := out.Reserve(3)
				if !ok {
					t.Fatal("no room")
				}
				a.flush() // takes the port off the list
				a.flush()
				copy(p, "abc")
				out.Publish(3)
				a.Commit()
				a.flush()
				if sent, _ := chans[i].c.e.core.Counters(); sent != 1 {
					t.Errorf("channel %d: %d visible, want 1", i, sent)
				}
			}
			return nil
		})
	}, noError)
}
