package steady

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// job is a batch job: reader → split → parse → dispatch → work (lanes) → gather,
// which sends what has to be done again back to dispatch, and the rest to upload.
func job(g *Graph, total int, dispatch func(a *Actor, fresh, again *Rx[int], out *BundleTx[int]) error) (uploaded *int) {
	uploaded = new(int)
	raw, parsed := NewChan[int](g, "raw", 8), NewChan[int](g, "parsed", 8)
	jobs, done := NewBundle[int](g, "jobs", 3, 8), NewBundle[int](g, "done", 3, 8)
	again, results := NewChan[int](g, "again", 64), NewChan[int](g, "results", 8)
	Source(g, "reader", raw, func(_ *Actor, tx *Tx[int]) error {
		for n := range total {
			if err := tx.Send(n % 4); err != nil {
				return err
			}
		}
		return nil
	})
	Stage(g, "parse", raw, parsed, func(_ *Actor, rx *Rx[int], tx *Tx[int]) error {
		for v := range rx.All() {
			if err := tx.Send(v); err != nil {
				return err
			}
		}
		return nil
	})
	s := g.Actor("dispatch")
	fresh, back, lanes := parsed.Rx(s), again.Rx(s), jobs.Tx(s)
	s.Run(func(a *Actor) error { return dispatch(a, fresh, back, lanes) })
	for i := range 3 {
		Stage(g, fmt.Sprint("work", i), jobs.Lane(i), done.Lane(i), func(a *Actor, rx *Rx[int], tx *Tx[int]) error {
			for v := range rx.All() {
				a.Wait(a.After(time.Millisecond))
				if err := tx.Send(v); err != nil {
					return err
				}
			}
			return nil
		})
	}
	s = g.Actor("gather")
	ins, redo, out := done.Rx(s), again.Tx(s), results.Tx(s)
	s.Run(func(*Actor) error {
		for _, v := range ins.All() {
			to := out
			if v > 0 {
				to, v = redo, v-1
			}
			if err := to.Send(v); err != nil {
				return err
			}
		}
		return nil
	})
	Sink(g, "upload", results, func(_ *Actor, rx *Rx[int]) error {
		for range rx.All() {
			*uploaded++
		}
		return nil
	})
	return uploaded
}

// dispatchers are ways to write the member that joins what is new with what comes
// back.
var dispatchers = map[string]func(a *Actor, fresh, again *Rx[int], out *BundleTx[int]) error{
	"Running with votes": func(a *Actor, fresh, again *Rx[int], out *BundleTx[int]) error {
		for a.Running(fresh.Drained(), again.Drained()) {
			in := again
			switch a.WaitAny(again.Avail(1), fresh.Avail(1)) {
			case -1:
				continue
			case 1:
				in = fresh
			}
			v, _ := in.TryTake()
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	},
	"without votes": func(a *Actor, fresh, again *Rx[int], out *BundleTx[int]) error {
		for a.Running() {
			in := again
			switch a.WaitAny(again.Avail(1), fresh.Avail(1)) {
			case -1:
				continue
			case 1:
				in = fresh
			}
			v, _ := in.TryTake()
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	},
	"with a heartbeat": func(a *Actor, fresh, again *Rx[int], out *BundleTx[int]) error {
		for a.Running(fresh.Drained(), again.Drained()) {
			in := again
			switch a.WaitAny(again.Avail(1), fresh.Avail(1), a.Every(time.Second), a.After(2*time.Second)) {
			case 0:
			case 1:
				in = fresh
			default:
				continue
			}
			v, _ := in.TryTake()
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	},
	"fresh first, then All": func(_ *Actor, fresh, again *Rx[int], out *BundleTx[int]) error {
		for v := range fresh.All() {
			if err := out.Send(v); err != nil {
				return err
			}
			for {
				w, ok := again.TryTake()
				if !ok {
					break
				}
				if err := out.Send(w); err != nil {
					return err
				}
			}
		}
		for v := range again.All() {
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	},
	"polls": func(a *Actor, fresh, again *Rx[int], out *BundleTx[int]) error {
		for a.Running(fresh.Drained(), again.Drained()) {
			a.Wait(a.Every(time.Millisecond))
			for _, in := range []*Rx[int]{again, fresh} {
				for {
					v, ok := in.TryTake()
					if !ok {
						break
					}
					if err := out.Send(v); err != nil {
						return err
					}
				}
			}
		}
		return nil
	},
	"waits for both": func(a *Actor, fresh, again *Rx[int], out *BundleTx[int]) error {
		for a.Running(fresh.Drained(), again.Drained()) {
			a.WaitAny(fresh.Avail(1), again.Avail(1))
			for _, in := range []*Rx[int]{again, fresh} {
				if v, ok := in.TryTake(); ok {
					if err := out.Send(v); err != nil {
						return err
					}
				}
			}
		}
		return nil
	},
}

// A job ends by itself when its sources have ended and its loop rests: nobody
// asks it to stop.
func TestABatchJobWithALoopEnds(t *testing.T) {
	for name, dispatch := range dispatchers {
		t.Run(name, func(t *testing.T) {
			var uploaded *int
			var took time.Duration
			var begin time.Time
			bubble(t, func(g *Graph) {
				_ = time.AfterFunc(10*time.Second, func() { g.requestStop("it does not end by itself") })
				uploaded, begin = job(g, 100, dispatch), time.Now()
			}, func(t *testing.T, err error) {
				took = time.Since(begin)
				noError(t, err)
			})
			if took >= 10*time.Second {
				t.Errorf("it ended after %v, and not by itself", took)
			}
			if *uploaded != 100 {
				t.Errorf("%d of 100 were uploaded", *uploaded)
			}
		})
	}
}

// A member that polls by After, naming no input, may have a message in hand. It
// keeps its loop from the end, and the error of the stop says so.
func TestWhoKeepsALoopFromItsEndIsNamed(t *testing.T) {
	bubble(t, func(g *Graph) {
		g.Grace = time.Second
		_ = time.AfterFunc(10*time.Second, func() { g.requestStop("it does not end by itself") })
		job(g, 100, func(a *Actor, fresh, again *Rx[int], out *BundleTx[int]) error {
			for a.Running(fresh.Drained(), again.Drained()) {
				a.Wait(a.After(time.Millisecond))
				for _, in := range []*Rx[int]{again, fresh} {
					for v, ok := in.TryTake(); ok; v, ok = in.TryTake() {
						if err := out.Send(v); err != nil {
							return err
						}
					}
				}
			}
			return nil
		})
	}, func(t *testing.T, err error) {
		want := `actor "dispatch" waits: again: 0 left, sender running; it waits for a time, which keeps its feedback loop (`
		if err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "it waits for a time") != 1 {
			t.Errorf("Serve: %v", err)
		}
	})
}

// The reader of a job may be told how far the others are, which makes it part of
// the loop: no source is left. Such a loop ends as well once its reader has, and
// the rest wait for each other.
func TestABatchJobWhoseReaderIsInTheLoopEnds(t *testing.T) {
	for name, idle := range map[string]bool{"at rest": false, "with a clock": true} {
		t.Run(name, func(t *testing.T) {
			got := 0
			var took time.Duration
			var begin time.Time
			bubble(t, func(g *Graph) {
				begin = time.Now()
				_ = time.AfterFunc(10*time.Second, func() { g.requestStop("it does not end by itself") })
				raw, again := NewChan[int](g, "raw", 8), NewChan[int](g, "again", 64)
				results, resume := NewChan[int](g, "results", 8), NewChan[int](g, "resume", 8)
				s := g.Actor("reader")
				from, out := resume.Rx(s), raw.Tx(s)
				s.Run(func(a *Actor) error {
					for !a.Wait(from.Avail(1)) {
						continue
					}
					from.TryTake()
					return out.SendSlice([]int{3, 2, 1, 0, 3})
				})
				s = g.Actor("dispatch")
				fresh, back, done := raw.Rx(s), again.Rx(s), results.Tx(s)
				s.Run(func(a *Actor) error {
					for a.Running(fresh.Drained(), back.Drained()) {
						conds := []Cond{back.Avail(1), fresh.Avail(1)}
						if idle {
							conds = append(conds, a.Every(time.Second))
						}
						in := back
						switch a.WaitAny(conds...) {
						case 0:
						case 1:
							in = fresh
						default:
							continue
						}
						v, _ := in.TryTake()
						if err := done.Send(v); err != nil {
							return err
						}
					}
					return nil
				})
				s = g.Actor("upload")
				in, redo, tell := results.Rx(s), again.Tx(s), resume.Tx(s)
				s.Run(func(*Actor) error {
					if err := tell.Send(0); err != nil {
						return err
					}
					for v := range in.All() {
						if v == 0 {
							got++
							continue
						}
						if err := redo.Send(v - 1); err != nil {
							return err
						}
					}
					return nil
				})
			}, func(t *testing.T, err error) {
				took = time.Since(begin)
				noError(t, err)
			})
			if got != 5 || idle != (took >= 10*time.Second) {
				t.Errorf("%d of 5 came out, in %v", got, took)
			}
		})
	}
}
