package steady

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// ledger builds three actors, each of which counts in a State what it has
// handled, and fails whenever rnd says so, before and after each step. The
// messages are numbers in order, so at each step the count must be the number.
func ledger(t *testing.T, g *Graph, n int, rnd *rand.Rand, on []Option, how ...StateOption) (counts [3]*State[int]) {
	a, b := NewChan[int](g, "a", 64), NewChan[int](g, "b", 3)
	for i := range counts {
		var opts []StateOption
		if len(how) > 0 {
			opts = how[i : i+1]
		}
		counts[i] = NewState(g, fmt.Sprint("count", i), 0, opts...)
	}
	fails := make([]func(int), 3) // of one actor each: they do not share a generator
	for i := range fails {
		fails[i] = chance(rand.New(rand.NewPCG(rnd.Uint64(), 0)), 200)
	}
	step := func(i, v int, send func(int) error) error {
		c, fail := counts[i], fails[i]
		if got := c.Get(); got != v {
			t.Errorf("actor %d: %d handled at message %d", i, got, v)
		}
		fail(v)
		c.Set(-1)
		fail(v)
		if err := send(v); err != nil {
			return err
		}
		fail(v)
		c.Set(v + 1)
		if c.Get() != v+1 {
			t.Errorf("actor %d: got %d after it was set to %d", i, c.Get(), v+1)
		}
		fail(v)
		return nil
	}
	place := func(i int) Option { return on[i%len(on)] }
	Source(g, "source", a, func(act *Actor, out *Tx[int]) error {
		for counts[0].Get() < n && act.Running() {
			if err := step(0, counts[0].Get(), out.Send); err != nil {
				return err
			}
		}
		return nil
	}, always, place(0), counts[0])
	Stage(g, "stage", a, b, func(act *Actor, in *Rx[int], out *Tx[int]) error {
		for v := range in.All() {
			if err := step(1, v, out.Send); err != nil {
				return err
			}
		}
		return nil
	}, always, place(1), counts[1])
	Sink(g, "sink", b, func(act *Actor, in *Rx[int]) error {
		for act.Running(in.Drained()) {
			if !act.Wait(in.Avail(1)) {
				continue
			}
			v, _ := in.TryTake()
			if err := step(2, v, func(int) error { return nil }); err != nil {
				return err
			}
		}
		return nil
	}, always, place(2), counts[2])
	return counts
}

// What was counted agrees with the messages, whatever fails, on everything that
// an actor can run on, kept in memory or on disk.
func TestStateAgreesWithTheMessages(t *testing.T) {
	const n = 2000
	for i, s := range schedules {
		for _, on := range [][]StateOption{
			nil,
			{Persist("/0"), Persist("/1", SyncAlways), Persist("/2", SyncOnStop)},
			{Persist("/0", SyncAlways), Persist("/1", SyncOnStop), Persist("/2", SyncEvery(1))},
		} {
			t.Run(fmt.Sprintf("%s/%d", s.name, len(on)), func(t *testing.T) {
				disk := memfs.New()
				g := &Graph{Park: s.park, files: disk}
				counts := ledger(t, g, n, rand.New(rand.NewPCG(1, uint64(i))), s.on, on...)
				if err := g.Serve(context.Background()); err != nil {
					t.Error(err)
				}
				checkInvariants(t, g)
				for i, c := range counts {
					if c.Get() != n {
						t.Errorf("count %d: %d at the end, want %d", i, c.Get(), n)
					}
					if on != nil {
						if v, _ := onDisk[int](t, disk, fmt.Sprint("/", i), fmt.Sprint("count", i)); v != n {
							t.Errorf("count %d: %d on disk", i, v)
						}
					}
				}
			})
		}
	}
}

// Boundaries are where they are for the ports: at the end of the outermost body,
// at Running and Wait outside of one, at Commit.
func TestWhereAStateIsCommitted(t *testing.T) {
	for name, c := range map[string]struct {
		want int
		body func(a *Actor, in *Rx[int], s *State[int])
	}{
		"in a body":               {0, func(a *Actor, in *Rx[int], s *State[int]) { s.Set(1); panic("x") }},
		"twice in a body":         {0, func(a *Actor, in *Rx[int], s *State[int]) { s.Set(1); s.Set(2); panic("x") }},
		"after a wait":            {1, func(a *Actor, in *Rx[int], s *State[int]) { s.Set(1); a.Wait(in.Avail(1)); s.Set(2); panic("x") }},
		"after Running":           {1, func(a *Actor, in *Rx[int], s *State[int]) { s.Set(1); a.Running(); s.Set(2); panic("x") }},
		"after Commit":            {1, func(a *Actor, in *Rx[int], s *State[int]) { s.Set(1); a.Commit(); s.Set(2); panic("x") }},
		"in the second of bodies": {1, func(a *Actor, in *Rx[int], s *State[int]) { twoBodies(in, s) }},
		"Running in a body": {0, func(a *Actor, in *Rx[int], s *State[int]) {
			for range in.All() {
				s.Set(1)
				a.Running()
				panic("x")
			}
		}},
		"a wait in a body": {0, func(a *Actor, in *Rx[int], s *State[int]) {
			for range in.All() {
				s.Set(1)
				a.Wait(a.After(1))
				panic("x")
			}
		}},
		"an inner range": {0, func(a *Actor, in *Rx[int], s *State[int]) {
			for range in.All() {
				for range in.All() {
					s.Set(1)
					break
				}
				panic("x")
			}
		}},
		"Commit in a body": {1, func(a *Actor, in *Rx[int], s *State[int]) {
			for range in.All() {
				s.Set(1)
				a.Commit()
				s.Set(2)
				panic("x")
			}
		}},
		"a recovered body": {0, func(a *Actor, in *Rx[int], s *State[int]) {
			func() {
				defer func() { _ = recover() }()
				for range in.All() {
					s.Set(1)
					panic("inner")
				}
			}()
			panic("x")
		}},
	} {
		for _, how := range [][]StateOption{nil, {Persist("/s")}, {Persist("/s", SyncAlways)}} {
			t.Run(fmt.Sprint(name, len(how)), func(t *testing.T) {
				bubble(t, func(g *Graph) {
					g.files = memfs.New()
					in := NewChan[int](g, "in", 8)
					s := NewState(g, "s", 0, how...)
					Source(g, "source", in, counted(3, never))
					Sink(g, "sink", in, func(a *Actor, in *Rx[int]) error {
						if a.Regeneration() == 0 {
							c.body(a, in, s)
							return nil
						}
						if s.Get() != c.want {
							t.Errorf("after the failure: %d, want %d", s.Get(), c.want)
						}
						for range in.All() {
						}
						return nil
					}, s, always)
				}, noError)
			})
		}
	}
}

func twoBodies(in *Rx[int], s *State[int]) {
	for v := range in.All() {
		if v == 1 {
			panic("x")
		}
		s.Set(v + 1)
	}
}

func TestEndsOfABodyAndState(t *testing.T) {
	for want, end := range map[int]error{1: nil, 0: ErrStopped} { // an end by ErrStopped is rolled back
		disk := memfs.New()
		bubble(t, func(g *Graph) {
			g.files = disk
			s := NewState(g, "s", 0, Persist("/s"))
			g.Actor("a", s).Run(func(a *Actor) error { s.Set(1); return end })
		}, noError)
		if v, _ := onDisk[int](t, disk, "/s", "s"); v != want {
			t.Errorf("a body that returned %v: %d on disk, want %d", end, v, want)
		}
	}
}

func TestWiringOfStates(t *testing.T) {
	for want, wire := range map[string]func(g *Graph){
		`state "s" has no owner`:         func(g *Graph) { NewState(g, "s", 0) },
		`state 0 has no name`:            func(g *Graph) { g.Actor("b", NewState(g, "", 0)) },
		`state "s" has two owners: "b"`:  func(g *Graph) { s := NewState(g, "s", 0); g.Actor("b", s); g.Actor("c", s) },
		`state "s" stands twice`:         func(g *Graph) { s := NewState(g, "s", 0); g.Actor("b", s, s) },
		`state "s" is declared twice`:    func(g *Graph) { g.Actor("b", NewState(g, "s", 0), NewState(g, "s", 0)) },
		`uses state "s" of another`:      func(g *Graph) { g.Actor("b", NewState(&Graph{}, "s", 0)) },
		`options is nil`:                 func(g *Graph) { g.Actor("b", (*State[int])(nil)) },
		`would both use the file /x`:     func(g *Graph) { persisted(g, "/x"); persisted(g, "/y/../x") },
		`would both use the file /x.1`:   func(g *Graph) { persisted(g, "/x"); persisted(g, "/x.1") },
		`Persist without a file`:         func(g *Graph) { persisted(g, "") },
		`want an interval above 0`:       func(g *Graph) { persisted(g, "/x", SyncEvery(0)) },
		`Persist says twice when`:        func(g *Graph) { persisted(g, "/x", SyncAlways, SyncOnStop) },
		`Persist is given twice`:         func(g *Graph) { NewState(g, "s", 0, Persist("/x"), Persist("/y")) },
		`"s" can not be saved: chan int`: func(g *Graph) { NewState(g, "s", make(chan int), Persist("/x")) },
		`"s" was Set before the graph`:   func(g *Graph) { s := NewState(g, "s", 0); g.Actor("b", s).Run(quiet); s.Set(1) },
	} {
		g := &Graph{files: memfs.New()}
		g.Actor("a").Run(quiet)
		wire(g)
		if err := g.Serve(context.Background()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Serve: %v, want it to say %q", err, want)
		}
	}
}

func quiet(*Actor) error { return nil }

// persisted adds a state with a file and the actor that owns it.
func persisted(g *Graph, path string, opts ...PersistOption) {
	n := fmt.Sprint(len(g.states))
	g.Actor("owner "+n, NewState(g, "state "+n, 0, Persist(path, opts...))).Run(quiet)
}

// One option may be given to several states.
func TestOnePersistOptionForNothingElse(t *testing.T) {
	g := &Graph{files: memfs.New()}
	p := Persist("/x", SyncAlways)
	g.Actor("a", NewState(g, "one", 0, p), NewState(g, "two", 0, p)).Run(quiet)
	if err := g.Err(); err == nil || strings.Contains(err.Error(), "twice") || !strings.Contains(err.Error(), "would both use") {
		t.Errorf("Err: %v", err)
	}
}

func TestAStateCostsNoMemory(t *testing.T) {
	g := &Graph{files: memfs.New()}
	plain, disk := NewState(g, "plain", 0), NewState(g, "disk", 0, Persist("/disk"))
	g.Actor("a", plain, disk).Run(func(a *Actor) error {
		for name, s := range map[string]*State[int]{"in memory": plain, "on disk": disk} {
			if n := testing.AllocsPerRun(100_000, func() {
				s.Set(s.Get() + 1)
				a.Commit()
			}); n != 0 {
				t.Errorf("%s: %v allocations for each iteration", name, n)
			}
		}
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
}

// A source that keeps its position in a State neither skips nor repeats.
func TestARolledBackStateIsFoundByTheNextIncarnation(t *testing.T) {
	bubble(t, func(g *Graph) {
		c := NewChan[int](g, "c", 4)
		next := NewState(g, "next", 0)
		Source(g, "source", c, func(a *Actor, out *Tx[int]) error {
			for next.Get() < 100 && a.Running() {
				v := next.Get()
				next.Set(v + 1)
				if err := out.Send(v); err != nil {
					return err
				}
				if v%7 == 3 && a.Regeneration() < v/7+1 {
					return errors.New("again")
				}
			}
			return nil
		}, next, always)
		Sink(g, "sink", c, inOrder(t, 100, never))
	}, noError)
}

func BenchmarkState(b *testing.B) {
	for name, how := range map[string][]StateOption{"memory": nil, "disk": {Persist("/s")}} {
		b.Run(name, func(b *testing.B) {
			g := &Graph{files: memfs.New()}
			s := NewState(g, "s", 0, how...)
			g.Actor("a", s).Run(func(a *Actor) error {
				b.ReportAllocs()
				for b.Loop() {
					s.Set(s.Get() + 1)
					a.Commit()
				}
				return nil
			})
			if err := g.Serve(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
	}
}
