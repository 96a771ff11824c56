package steady

import (
	"math/rand/v2"
	"testing"
)

// shape is one way to use the ports. Each of its bodies moves 0..n-1 in order,
// and calls fail wherever a failure must lose nothing and repeat nothing. After
// an output may have been torn there is no such place.
type shape[T item] struct {
	name   string
	source func(n int, fail func(int)) func(*Actor, *Tx[T]) error
	stage  func(fail func(int)) func(*Actor, *Rx[T], *Tx[T]) error
	sink   func(t *testing.T, n int, fail func(int)) func(*Actor, *Rx[T]) error
}

var (
	shapes        = shapesOf[int]()
	pointerShapes = shapesOf[*int]()
)

func shapesOf[T item]() []shape[T] {
	return []shape[T]{
		{"each", countedOf[T], stageEachOf[T], inOrderOf[T]},
		{"batches", sourceSlices[T], stageBatches[T], sinkBatches[T]},
		{"try", sourceTry[T], stageTry[T], sinkTry[T]},
		{"in place", sourceInPlace[T], stageInPlace[T], sinkInPlace[T]},
		{"mixed", sourceMixed[T], stageMixed[T], sinkMixed[T]},
	}
}

// item is what goes through a shape: numbers, or pointers to them. A slot that
// is wiped at the wrong time holds no pointer, but may well hold the number 0.
type item interface{ int | *int }

func itemOf[T item](n int) (v T) {
	if _, ok := any(v).(int); ok {
		return any(n).(T) // without an allocation: some tests count them
	}
	p := n
	return any(&p).(T)
}

// numberOf returns the number of an item, or -1 of one that was wiped.
func numberOf[T item](v T) int {
	switch p := any(v).(type) {
	case int:
		return p
	case *int:
		if p != nil {
			return *p
		}
	}
	return -1
}

// half is a threshold that both ends of a channel may have at once.
func half(capacity int) int { return max(1, capacity/2) }

func stageEach(fail func(int)) func(*Actor, *Rx[int], *Tx[int]) error { return stageEachOf[int](fail) }

func stageEachOf[T item](fail func(int)) func(*Actor, *Rx[T], *Tx[T]) error {
	return func(_ *Actor, in *Rx[T], out *Tx[T]) error {
		for v := range in.All() {
			fail(numberOf(v))
			if err := out.Send(v); err != nil {
				return err
			}
			fail(numberOf(v))
		}
		return nil
	}
}

func sourceSlices[T item](n int, fail func(int)) func(*Actor, *Tx[T]) error {
	next := 0
	var vs []T
	return func(a *Actor, out *Tx[T]) error {
		for next < n && a.Running() {
			vs = vs[:0]
			for i := next; i < min(n, next+1+next%7*half(out.Capacity())/3); i++ {
				vs = append(vs, itemOf[T](i))
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

func stageBatches[T item](fail func(int)) func(*Actor, *Rx[T], *Tx[T]) error {
	return func(_ *Actor, in *Rx[T], out *Tx[T]) error {
		for vs := range in.Batches(half(in.Capacity())) {
			fail(numberOf(vs[0]))
			if err := out.SendSlice(vs); err != nil {
				return err
			}
		}
		return nil
	}
}

func sinkBatches[T item](t *testing.T, n int, fail func(int)) func(*Actor, *Rx[T]) error {
	next, want := expect(t, n)
	return func(_ *Actor, in *Rx[T]) error {
		for vs := range in.Batches(0) {
			for i, v := range vs {
				want(numberOf(v), *next+i)
			}
			fail(numberOf(vs[0]))
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

func sourceTry[T item](n int, fail func(int)) func(*Actor, *Tx[T]) error {
	next := 0
	return func(a *Actor, out *Tx[T]) error {
		for next < n && a.Running() {
			if !out.TrySend(itemOf[T](next)) {
				a.Wait(out.Vacant(1))
				continue
			}
			fail(next)
			next++
		}
		return nil
	}
}

func stageTry[T item](fail func(int)) func(*Actor, *Rx[T], *Tx[T]) error {
	return func(a *Actor, in *Rx[T], out *Tx[T]) error {
		for a.Running(in.Drained(), out.Closed()) {
			if !a.Wait(in.Avail(1), out.Vacant(1)) {
				continue
			}
			p, _ := in.TryPeek()
			v, ok := in.TryTake()
			if !ok || v != p || !out.TrySend(v) {
				panic("the wait was not true")
			}
			fail(numberOf(v))
		}
		return nil
	}
}

func sinkTry[T item](t *testing.T, n int, fail func(int)) func(*Actor, *Rx[T]) error {
	next, want := expect(t, n)
	return func(a *Actor, in *Rx[T]) error {
		for a.Running(in.Drained()) {
			v, ok := in.TryTake()
			if !ok {
				a.Wait(in.Avail(1))
				continue
			}
			want(numberOf(v), *next)
			fail(numberOf(v))
			*next++
		}
		return nil
	}
}

func sourceInPlace[T item](n int, fail func(int)) func(*Actor, *Tx[T]) error {
	next := 0
	return func(a *Actor, out *Tx[T]) error {
		for next < n && a.Running() {
			x, y := out.Reserve()
			if len(x) == 0 {
				a.Wait(out.Vacant(half(out.Capacity())))
				continue
			}
			k := 0
			for _, part := range [][]T{x, y} {
				for i := range part[:min(len(part), n-next-k)] {
					part[i] = itemOf[T](next + k)
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

func stageInPlace[T item](fail func(int)) func(*Actor, *Rx[T], *Tx[T]) error {
	return func(a *Actor, in *Rx[T], out *Tx[T]) error {
		for a.Running(in.Drained(), out.Closed()) {
			if !a.Wait(in.Avail(half(in.Capacity())), out.Vacant(half(out.Capacity()))) {
				continue
			}
			p, q := in.Peek()
			x, y := out.Reserve()
			n := copyParts(x, y, p, q)
			fail(numberOf(p[0]))
			out.Publish(n)
			fail(numberOf(p[0]))
			in.Release(n)
			fail(numberOf(p[0]))
		}
		return nil
	}
}

// copyParts copies p and q to x and y, as much as fits.
func copyParts[T item](x, y, p, q []T) int {
	n := min(len(x)+len(y), len(p)+len(q))
	for i := range n {
		var v T
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

func sinkInPlace[T item](t *testing.T, n int, fail func(int)) func(*Actor, *Rx[T]) error {
	next, want := expect(t, n)
	return func(a *Actor, in *Rx[T]) error {
		for a.Running(in.Drained()) {
			p, q := in.Peek()
			if len(p) == 0 {
				a.Wait(in.Avail(half(in.Capacity())))
				continue
			}
			for i, v := range p {
				want(numberOf(v), *next+i)
			}
			for i, v := range q {
				want(numberOf(v), *next+len(p)+i)
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

func sourceMixed[T item](n int, fail func(int)) func(*Actor, *Tx[T]) error {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	next := 0
	return func(a *Actor, out *Tx[T]) error {
		for next < n && a.Running() {
			k := 0
			for range 1 + r.IntN(3) {
				if !sendSomehow(r, out, itemOf[T](next+k)) {
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
func sendSomehow[T item](r *rand.Rand, out *Tx[T], v T) bool {
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
		return out.SendSlice([]T{v}) == nil
	}
}

func stageMixed[T item](fail func(int)) func(*Actor, *Rx[T], *Tx[T]) error {
	r := rand.New(rand.NewPCG(7, 1))
	return func(a *Actor, in *Rx[T], out *Tx[T]) error {
		for a.Running(in.Drained(), out.Closed()) {
			if !a.Wait(in.Avail(1), out.Vacant(1)) {
				continue
			}
			v := takeSomehow(r, in)
			fail(numberOf(v))
			if !sendSomehow(r, out, v) {
				panic("the wait was not true")
			}
			fail(numberOf(v))
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
func takeSomehow[T item](r *rand.Rand, in *Rx[T]) (v T) {
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

func sinkMixed[T item](t *testing.T, n int, fail func(int)) func(*Actor, *Rx[T]) error {
	next, want := expect(t, n)
	r := rand.New(rand.NewPCG(uint64(n), 2))
	return func(a *Actor, in *Rx[T]) error {
		for a.Running(in.Drained()) {
			if !a.Wait(in.Avail(1)) {
				continue
			}
			want(numberOf(takeSomehow(r, in)), *next)
			fail(*next)
			*next++
		}
		return nil
	}
}
