package steady

import (
	"fmt"
	"testing"
)

// What was taken back is not kept alive by the slots in which it lay.
func TestWhatIsTakenBackIsNotPinned(t *testing.T) {
	sends := map[string]func(out *Tx[*int], n int){
		"TrySend": func(out *Tx[*int], n int) {
			for range n {
				out.TrySend(new(int))
			}
		},
		"SendSlice": func(out *Tx[*int], n int) {
			vs := make([]*int, n)
			for i := range vs {
				vs[i] = new(int)
			}
			_ = out.SendSlice(vs)
		},
		"Publish": func(out *Tx[*int], n int) { out.Publish(fillRoom(out, n)) },
		"Reserve": func(out *Tx[*int], n int) { fillRoom(out, n) }, // fails before it is published
	}
	for name, send := range sends {
		for _, before := range []int{0, 5} { // so that it wraps around
			t.Run(fmt.Sprint(name, before), func(t *testing.T) {
				var c *Chan[*int]
				pinned := -1
				bubble(t, func(g *Graph) {
					c = NewChan[*int](g, "c", 8)
					Source(g, "source", c, func(a *Actor, out *Tx[*int]) error {
						if a.Regeneration() > 0 {
							pinned = 0
							for _, p := range c.ring.Slots() {
								if p != nil {
									pinned++
								}
							}
							return nil
						}
						for range before {
							if err := out.Send(new(int)); err != nil {
								return err
							}
						}
						for !a.Wait(out.Vacant(8)) {
							continue
						}
						send(out, 6)
						panic("again")
					}, always)
					Sink(g, "sink", c, func(_ *Actor, in *Rx[*int]) error {
						for range in.All() {
							continue
						}
						return nil
					})
				}, noError)
				if pinned != 0 {
					t.Errorf("%d messages are kept", pinned)
				}
			})
		}
	}
}

// fillRoom fills n slots of the room in place.
func fillRoom(out *Tx[*int], n int) int {
	filled := 0
	a, b := out.Reserve()
	for _, room := range [][]*int{a, b} {
		for i := range room {
			if filled < n {
				room[i] = new(int)
				filled++
			}
		}
	}
	return filled
}
