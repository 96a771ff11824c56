package steady

import (
	"math/rand/v2"
	"testing"
)

// shape is one way to use the ports. Each of its bodies moves 0..n-1 in order,
// and calls fail wherever a failure must lose nothing and repeat nothing. After
// an output may have been torn there is no such place.
type shape struct {
	name   string
	source func(n int, fail func(int)) func(*Actor, *Tx[int]) error
	stage  func(fail func(int)) func(*Actor, *Rx[int], *Tx[int]) error
	sink   func(t *testing.T, n int, fail func(int)) func(*Actor, *Rx[int]) error
}

var shapes = []shape{
	{"each", counted, stageEach, inOrder},
	{"batches", sourceSlices, stageBatches, sinkBatches},
	{"try", sourceTry, stageTry, sinkTry},
	{"in place", sourceInPlace, stageInPlace, sinkInPlace},
	{"mixed", sourceMixed, stageMixed, sinkMixed},
}

// half is a threshold that both ends of a channel may have at once.
func half(capacity int) int { return max(1, capacity/2) }

func stageEach(fail func(int)) func(*Actor, *Rx[int], *Tx[int]) error {
	return func(_ *Actor, in *Rx[int], out *Tx[int]) error {
		for v := range in.All() {
			fail(v)
			if err := out.Send(v); err != nil {
				return err
			}
			fail(v)
		}
		return nil
	}
}

func sourceSlices(n int, fail func(int)) func(*Actor, *Tx[int]) error {
	next := 0
	var vs []int
	return func(a *Actor, out *Tx[int]) error {
		for next < n && a.Running() {
			vs = vs[:0]
			for i := next; i < min(n, next+1+next%7*half(out.Capacity())/3); i++ {
				vs = append(vs, i)
			}
			fail(next)
			if err := out.SendSlice(vs); err != nil {
				return err
			}
			next += len(vs)
		}
		return nil
	}
}

func stageBatches(fail func(int)) func(*Actor, *Rx[int], *Tx[int]) error {
	return func(_ *Actor, in *Rx[int], out *Tx[int]) error {
		for vs := range in.Batches(half(in.Capacity())) {
			fail(vs[0])
			if err := out.SendSlice(vs); err != nil {
				return err
			}
		}
		return nil
	}
}

func sinkBatches(t *testing.T, n int, fail func(int)) func(*Actor, *Rx[int]) error {
	next, want := expect(t, n)
	return func(_ *Actor, in *Rx[int]) error {
		for vs := range in.Batches(0) {
			for i, v := range vs {
				want(v, *next+i)
			}
			fail(vs[0])
			*next += len(vs)
		}
		return nil
	}
}

// expect returns a counter of what was received and a check.
func expect(t *testing.T, n int) (next *int, want func(got, want int)) {
	next = new(int)
	t.Cleanup(func() {
		if *next != n {
			t.Errorf("received %d of %d", *next, n)
		}
	})
	bad := 0
	return next, func(got, want int) {
		if got != want {
			if bad++; bad < 5 {
				t.Errorf("got %d, want %d", got, want)
			}
		}
	}
}

func sourceTry(n int, fail func(int)) func(*Actor, *Tx[int]) error {
	next := 0
	return func(a *Actor, out *Tx[int]) error {
		for next < n && a.Running() {
			if !out.TrySend(next) {
				a.Wait(out.Vacant(1))
				continue
			}
			fail(next)
			next++
		}
		return nil
	}
}

func stageTry(fail func(int)) func(*Actor, *Rx[int], *Tx[int]) error {
	return func(a *Actor, in *Rx[int], out *Tx[int]) error {
		for a.Running(in.Drained(), out.Closed()) {
			if !a.Wait(in.Avail(1), out.Vacant(1)) {
				continue
			}
			p, _ := in.TryPeek()
			v, ok := in.TryTake()
			if !ok || v != p || !out.TrySend(v) {
				panic("the wait was not true")
			}
			fail(v)
		}
		return nil
	}
}

func sinkTry(t *testing.T, n int, fail func(int)) func(*Actor, *Rx[int]) error {
	next, want := expect(t, n)
	return func(a *Actor, in *Rx[int]) error {
		for a.Running(in.Drained()) {
			v, ok := in.TryTake()
			if !ok {
				a.Wait(in.Avail(1))
				continue
			}
			want(v, *next)
			fail(v)
			*next++
		}
		return nil
	}
}

func sourceInPlace(n int, fail func(int)) func(*Actor, *Tx[int]) error {
	next := 0
	return func(a *Actor, out *Tx[int]) error {
		for next < n && a.Running() {
			x, y := out.Reserve()
			if len(x) == 0 {
				a.Wait(out.Vacant(half(out.Capacity())))
				continue
			}
			k := 0
			for _, part := range [][]int{x, y} {
				for i := range part[:min(len(part), n-next-k)] {
					part[i] = next + k
					k++
				}
			}
			fail(next)
			out.Publish(k)
			fail(next)
			next += k
		}
		return nil
	}
}

func stageInPlace(fail func(int)) func(*Actor, *Rx[int], *Tx[int]) error {
	return func(a *Actor, in *Rx[int], out *Tx[int]) error {
		for a.Running(in.Drained(), out.Closed()) {
			if !a.Wait(in.Avail(half(in.Capacity())), out.Vacant(half(out.Capacity()))) {
				continue
			}
			p, q := in.Peek()
			x, y := out.Reserve()
			n := copyParts(x, y, p, q)
			fail(p[0])
			out.Publish(n)
			fail(p[0])
			in.Release(n)
			fail(p[0])
		}
		return nil
	}
}

// copyParts copies p and q to x and y, as much as fits.
func copyParts(x, y, p, q []int) int {
	n := min(len(x)+len(y), len(p)+len(q))
	for i := range n {
		v := 0
		if i < len(p) {
			v = p[i]
		} else {
			v = q[i-len(p)]
		}
		if i < len(x) {
			x[i] = v
		} else {
			y[i-len(x)] = v
		}
	}
	return n
}

func sinkInPlace(t *testing.T, n int, fail func(int)) func(*Actor, *Rx[int]) error {
	next, want := expect(t, n)
	return func(a *Actor, in *Rx[int]) error {
		for a.Running(in.Drained()) {
			p, q := in.Peek()
			if len(p) == 0 {
				a.Wait(in.Avail(half(in.Capacity())))
				continue
			}
			for i, v := range p {
				want(v, *next+i)
			}
			for i, v := range q {
				want(v, *next+len(p)+i)
			}
			k := 1 + *next%(len(p)+len(q))
			in.Release(k)
			fail(*next)
			*next += k
		}
		return nil
	}
}

// The mixed bodies take another way in each iteration.

func sourceMixed(n int, fail func(int)) func(*Actor, *Tx[int]) error {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	next := 0
	return func(a *Actor, out *Tx[int]) error {
		for next < n && a.Running() {
			k := 0
			for range 1 + r.IntN(3) {
				if !sendSomehow(r, out, next+k) {
					break
				}
				k++
				if next+k == n {
					break
				}
			}
			if k == 0 {
				a.Wait(out.Vacant(1))
				continue
			}
			fail(next)
			next += k
		}
		return nil
	}
}

// sendSomehow sends v if there is room.
func sendSomehow(r *rand.Rand, out *Tx[int], v int) bool {
	switch r.IntN(3) {
	case 0:
		return out.TrySend(v)
	case 1:
		x, _ := out.Reserve()
		if len(x) == 0 {
			return false
		}
		x[0] = v
		out.Publish(1)
		return true
	default:
		if x, _ := out.Reserve(); len(x) == 0 {
			return false
		}
		return out.SendSlice([]int{v}) == nil
	}
}

func stageMixed(fail func(int)) func(*Actor, *Rx[int], *Tx[int]) error {
	r := rand.New(rand.NewPCG(7, 1))
	return func(a *Actor, in *Rx[int], out *Tx[int]) error {
		for a.Running(in.Drained(), out.Closed()) {
			if !a.Wait(in.Avail(1), out.Vacant(1)) {
				continue
			}
			v := takeSomehow(r, in)
			fail(v)
			if !sendSomehow(r, out, v) {
				panic("the wait was not true")
			}
			fail(v)
			if r.IntN(4) == 0 {
				a.Commit()
			}
			if r.IntN(9) == 0 {
				a.Commit() // a range must not wait for room that it holds itself
				for v := range in.All() {
					if err := out.Send(v); err != nil {
						return err
					}
					if r.IntN(4) == 0 {
						break
					}
				}
			}
		}
		return nil
	}
}

// takeSomehow takes the next message, which is there.
func takeSomehow(r *rand.Rand, in *Rx[int]) (v int) {
	switch r.IntN(4) {
	case 0:
		v, _ = in.TryTake()
	case 1:
		p, _ := in.Peek()
		v = p[0]
		in.Release(1)
	case 2:
		for v = range in.All() {
			break
		}
	default:
		for vs := range in.Batches(1) {
			v = vs[0]
			break
		}
	}
	return v
}

func sinkMixed(t *testing.T, n int, fail func(int)) func(*Actor, *Rx[int]) error {
	next, want := expect(t, n)
	r := rand.New(rand.NewPCG(uint64(n), 2))
	return func(a *Actor, in *Rx[int]) error {
		for a.Running(in.Drained()) {
			if !a.Wait(in.Avail(1)) {
				continue
			}
			want(takeSomehow(r, in), *next)
			fail(*next)
			*next++
		}
		return nil
	}
}
