package actors_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/actors"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

func TestMarkByHand(t *testing.T) {
	m := actors.Mark{}
	for _, step := range []struct {
		done, want string
	}{
		{"3-5", "0 3-5"},
		{"7-9", "0 3-5 7-9"},
		{"5-6", "0 3-6 7-9"}, // touches
		{"4-8", "0 3-9"},     // overlaps two
		{"12-12", "0 3-9"},   // is empty
		{"20-30", "0 3-9 20-30"},
		{"15-16", "0 3-9 15-16 20-30"},
		{"0-2", "2 3-9 15-16 20-30"},
		{"1-4", "9 15-16 20-30"},
		{"0-9", "9 15-16 20-30"}, // comes again
		{"9-40", "40"},
	} {
		var s actors.Span
		if _, err := fmt.Sscanf(step.done, "%d-%d", &s.From, &s.To); err != nil {
			t.Fatal(err)
		}
		m = m.Done(s)
		got := fmt.Sprint(m.Low)
		for _, a := range m.Ahead {
			got += fmt.Sprintf(" %d-%d", a.From, a.To)
		}
		if got != step.want {
			t.Errorf("after %s: %s, want %s", step.done, got, step.want)
		}
	}
	if !reflect.DeepEqual(m, actors.Mark{Low: 40}) {
		t.Errorf("%#v holds more than its mark", m)
	}
}

// In any order, with spans of any size that come again now and then, it is as a
// set of positions says, and no value that was there before changes.
func TestMarkIsTheSetOfWhatIsDone(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var m actors.Mark
		var done [64]bool
		var before, copies []actors.Mark
		for range 60 {
			s := actors.Span{From: r.Uint64N(60)}
			s.To = min(s.From+r.Uint64N(5), 64)
			before = append(before, m)
			copies = append(copies, actors.Mark{Low: m.Low, Ahead: slices.Clone(m.Ahead)})
			m = m.Done(s)
			for i := s.From; i < s.To; i++ {
				done[i] = true
			}
			if got, want := m, marked(done[:]); got.Low != want.Low || !slices.Equal(got.Ahead, want.Ahead) {
				t.Fatalf("seed %d, after %v: %v, want %v", seed, s, got, want)
			}
		}
		for i := range before {
			if before[i].Low != copies[i].Low || !slices.Equal(before[i].Ahead, copies[i].Ahead) {
				t.Fatalf("seed %d: value %d was changed later", seed, i)
			}
		}
	}
}

// marked is the mark of a set.
func marked(done []bool) (m actors.Mark) {
	for from := 0; from < len(done); from++ {
		to := from
		for to < len(done) && done[to] {
			to++
		}
		switch {
		case to > from && from == 0:
			m.Low = uint64(to)
		case to > from:
			m.Ahead = append(m.Ahead, actors.Span{From: uint64(from), To: uint64(to)})
		}
		from = to
	}
	return m
}

// What comes in order costs no memory, however much is ahead of a gap.
func TestMarkInOrderAllocatesNothing(t *testing.T) {
	m, next := actors.Mark{}, uint64(0)
	if n := testing.AllocsPerRun(1000, func() { m = m.Done(actors.At(next)); next++ }); n != 0 || m.Low != next {
		t.Errorf("%v allocations, %+v", n, m)
	}
	for i := range uint64(100_000) {
		m = m.Done(actors.At(next + 1 + i))
	}
	if len(m.Ahead) != 1 {
		t.Errorf("%d spans ahead of one gap", len(m.Ahead))
	}
}

// The recipe: workers tell in any order what they have done, and the source goes
// on at the low-water mark. Whatever moment the process is killed at, or the power
// lost, nothing is left out.
func TestSimulationOfMarkAndKills(t *testing.T) {
	const lanes = 3
	var mark *steady.State[actors.Mark]
	var handled map[uint64]bool // by any process
	build := func(g *steady.Graph) {
		mark = steady.NewState(g, "mark", actors.Mark{}, steady.Persist("/var/mark", steady.SyncEvery(3e6)))
		sent := steady.NewState(g, "sent", mark.AtStart().Low)
		there, back := steady.NewBundle[actors.Span](g, "there", lanes, 2), steady.NewBundle[actors.Span](g, "back", lanes, 2)
		s := g.Actor("source", sent)
		tx := there.Tx(s)
		s.Run(func(a *steady.Actor) error {
			for a.Running() {
				s := actors.Span{From: sent.Get(), To: sent.Get() + 1 + sent.Get()%3}
				if err := tx.Send(s); err != nil {
					return err
				}
				sent.Set(s.To)
			}
			return nil
		})
		for i := range lanes {
			steady.Stage(g, fmt.Sprint("worker ", i), there.Lane(i), back.Lane(i),
				func(_ *steady.Actor, in *steady.Rx[actors.Span], out *steady.Tx[actors.Span]) error {
					for s := range in.All() {
						for n := s.From; n < s.To; n++ {
							handled[n] = true
						}
						if err := out.Send(s); err != nil {
							return err
						}
					}
					return nil
				})
		}
		s = g.Actor("keeper", mark)
		rx := back.Rx(s)
		s.Run(func(a *steady.Actor) error {
			for _, s := range rx.All() {
				mark.Set(mark.Get().Done(s))
			}
			return nil
		})
	}
	steadytest.Simulate(t, build, steadytest.Options{
		Seeds: 500, Faults: steadytest.Panics | steadytest.Delays | steadytest.Kills | steadytest.DiskErrors,
		Setup: func(g *steadytest.Graph) {
			if g.Lives == 0 {
				handled = map[uint64]bool{}
			}
			g.Ensure(func() error {
				m := mark.Get()
				for n := range m.Low {
					if !handled[n] {
						return fmt.Errorf("all below %d are done, it says, but %d was left out", m.Low, n)
					}
				}
				if len(m.Ahead) > 0 {
					return fmt.Errorf("all is drained, but the mark is %v", m)
				}
				return nil
			})
		},
	})
}
