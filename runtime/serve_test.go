package steady

import (
	"context"
	"testing"
)

func TestPipelineDeliversEverythingInOrder(t *testing.T) {
	for _, capacity := range []int{1, 3, 64, 1000} {
		const n = 100_000
		g := &Graph{}
		numbers := NewChan[int](g, "numbers", capacity)
		doubled := NewChan[int](g, "doubled", capacity)
		Source(g, "source", numbers, func(a *Actor, out *Tx[int]) error {
			for i := 0; i < n && a.Running(); i++ {
				if err := out.Send(i); err != nil {
					return err
				}
			}
			return nil
		})
		Stage(g, "double", numbers, doubled, func(a *Actor, in *Rx[int], out *Tx[int]) error {
			for v := range in.All() {
				if err := out.Send(2 * v); err != nil {
					return err
				}
			}
			return nil
		})
		next := 0
		Sink(g, "sink", doubled, func(a *Actor, in *Rx[int]) error {
			for v := range in.All() {
				if v != 2*next {
					t.Errorf("got %d, want %d", v, 2*next)
				}
				next++
			}
			return nil
		})
		if err := g.Serve(context.Background()); err != nil {
			t.Fatal(err)
		}
		if next != n {
			t.Errorf("capacity %d: received %d of %d", capacity, next, n)
		}
	}
}
