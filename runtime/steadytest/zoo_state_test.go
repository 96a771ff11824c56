package steadytest

import (
	"errors"
	"fmt"
	"testing"

	steady "github.com/steadytop/steadytop/runtime"
)

// What a state says on disk is what was seen of its actor, or more, when it is
// saved always; and at most what was there at a boundary, when it is saved at
// times: whatever moment the process is killed at, or the power lost.
func TestSimulationOfStatesThatSurvive(t *testing.T) {
	for _, sync := range []steady.Sync{steady.SyncAlways, steady.SyncEvery(3e6), steady.SyncOnStop} {
		for _, on := range []struct {
			name string
			opts []steady.Option
		}{{"goroutine", nil}, {"troupe", []steady.Option{steady.Troupe("t")}}} {
			t.Run(fmt.Sprint(sync, " ", on.name), func(t *testing.T) {
				s := &saved{sync: sync, opts: on.opts}
				Simulate(t, s.build, Options{Seeds: 150, Steps: 500, Faults: Panics | Delays | Kills | DiskErrors, Setup: s.setup})
			})
		}
	}
}

// saved is a graph whose counter survives the process.
type saved struct {
	sync  steady.Sync
	opts  []steady.Option
	seen  int // the greatest one that anybody has seen of any process
	count *steady.State[int]
	got   *steady.State[int]
}

func (s *saved) setup(g *Graph) {
	if g.Lives == 0 {
		s.seen = 0
	}
	g.Ensure(func() error {
		if s.got.Get() != s.count.Get() && s.got.Get() != 0 {
			return fmt.Errorf("%d were counted, the last one seen is %d", s.count.Get(), s.got.Get())
		}
		return nil
	})
}

func (s *saved) build(g *steady.Graph) {
	next := steady.NewState(g, "next", 0)
	s.got = steady.NewState(g, "got", 0)
	s.count = steady.NewState(g, "count", 0, steady.Persist("/var/count", s.sync))
	in, out := steady.NewChan[int](g, "in", 2), steady.NewChan[int](g, "out", 4)
	steady.Source(g, "source", in, count(next), next)
	opts := append([]steady.Option{steady.Restart{Max: 20}, s.count}, s.opts...)
	first := true
	steady.Stage(g, "counter", in, out, func(_ *steady.Actor, in *steady.Rx[int], out *steady.Tx[int]) error {
		if n := s.count.Get(); first && s.sync == steady.SyncAlways && n < s.seen {
			return fmt.Errorf("%d was seen, but %d is on disk", s.seen, n)
		}
		first = false
		for range in.All() {
			n := s.count.Get() + 1
			s.count.Set(n)
			if err := out.Send(n); err != nil {
				return err
			}
		}
		return nil
	}, opts...)
	steady.Sink(g, "sink", out, func(_ *steady.Actor, in *steady.Rx[int]) error {
		for n := range in.All() {
			if last := s.got.Get(); last != 0 && n != last+1 {
				return fmt.Errorf("%d came after %d", n, last)
			}
			s.seen = max(s.seen, n)
			s.got.Set(n)
		}
		return nil
	}, s.got)
}

var errStubborn = errors.New("stubborn")

// A group one of whose members does not return when it is to stops the graph,
// with its name.
func TestSimulationOfAGroupThatDoesNotReturn(t *testing.T) {
	Simulate(t, func(g *steady.Graph) {
		all := steady.Group("session", steady.OneForAll)
		g.Actor("fails", all).Run(func(a *steady.Actor) error {
			a.Wait(a.After(1e6))
			return errStubborn
		})
		g.Actor("stubborn", all).Run(func(a *steady.Actor) error {
			for a.Context().Err() == nil || !isOver(a) {
				if !a.Wait(a.After(1e8)) && a.Regeneration() > 0 {
					break
				}
			}
			return nil
		})
	}, Options{Seeds: 50, Faults: NoFaults, Steps: 1 << 20, Judge: func(err error) error {
		var failed *steady.ActorError
		if !errors.As(err, &failed) || !errors.Is(err, errStubborn) {
			return fmt.Errorf("want that %q failed too often, got %v", "fails", err)
		}
		return nil
	}})
}

// isOver reports whether the graph has given up waiting, not just the group.
func isOver(a *steady.Actor) bool { return a.Context().Err() != nil }
