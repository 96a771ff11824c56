package steady

import (
	"errors"
	"testing"
	"time"
)

// Every range ends at the deadline, be it that messages come for ever.
func TestEveryRangeEndsAtTheDeadline(t *testing.T) {
	slow := func() { <-time.After(time.Millisecond) }
	ranges := map[string]func(in *BundleRx[int]){
		"All": func(in *BundleRx[int]) {
			for range in.Lane(0).All() {
				slow()
			}
		},
		"Batches": func(in *BundleRx[int]) {
			for range in.Lane(0).Batches(2) {
				slow()
			}
		},
		"All of a bundle": func(in *BundleRx[int]) {
			for range in.All() {
				slow()
			}
		},
		"All of a bundle in a range": func(in *BundleRx[int]) {
			for range in.Lane(0).All() {
				for range in.All() {
					slow()
				}
			}
		},
	}
	for name, take := range ranges {
		t.Run(name, func(t *testing.T) {
			returned := false
			bubble(t, func(g *Graph) {
				g.Grace = time.Second
				b := NewBundle[int](g, "b", 2, 8)
				for i := range 2 {
					Source(g, []string{"left", "right"}[i], b.Lane(i), func(a *Actor, out *Tx[int]) error {
						for { // it does not care for a stop
							if err := out.Send(1); err != nil {
								return err
							}
							a.Commit()
						}
					})
				}
				s := g.Actor("sink")
				in := b.Rx(s)
				s.Run(func(a *Actor) error {
					take(in)
					returned = true
					return nil
				})
				after(g, time.Second)
			}, func(t *testing.T, err error) {
				var down *ShutdownError
				if !errors.As(err, &down) {
					t.Errorf("Serve: %v", err)
				}
			})
			if !returned {
				t.Error("the range did not end")
			}
		})
	}
}
