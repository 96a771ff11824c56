package stall

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// model is a graph of small programs that go round for ever, and one state of
// it: where each program is, and how much is in each channel.
type model struct {
	top      *telemetry.Topology
	programs [][]step
	pc       []int
	length   []int
}

// step takes from channels and sends into others: when all of them allow it, or
// one of any that do. A step that may be left out is what a filter does.
type step struct {
	ports []port
	anyOf bool
	maybe bool
}

type port struct {
	channel int
	sends   bool
}

func (m *model) met(p port) bool {
	if p.sends {
		return m.length[p.channel] < int(m.top.Channels[p.channel].Capacity)
	}
	return m.length[p.channel] > 0
}

// waits returns what an actor is registered with; none if it can go on.
func (m *model) waits(a int) (unmet []port) {
	s := m.programs[a][m.pc[a]]
	for _, p := range s.ports {
		switch ok := m.met(p); {
		case ok && s.anyOf:
			return nil
		case !ok && !s.anyOf:
			return []port{p} // the first that is missing
		case !ok:
			unmet = append(unmet, p)
		}
	}
	return unmet
}

func (m *model) clone() *model {
	n := *m
	n.pc, n.length = slices.Clone(m.pc), slices.Clone(m.length)
	return &n
}

func (m *model) do(a int, ports []port) *model {
	n := m.clone()
	n.pc[a] = (n.pc[a] + 1) % len(n.programs[a])
	for _, p := range ports {
		if p.sends {
			n.length[p.channel]++
		} else {
			n.length[p.channel]--
		}
	}
	return n
}

// next returns the states that an actor can bring about with one step.
func (m *model) next(a int) (all []*model) {
	s := m.programs[a][m.pc[a]]
	if len(m.waits(a)) > 0 {
		return nil
	}
	if s.maybe {
		all = append(all, m.do(a, nil))
	}
	if !s.anyOf {
		return append(all, m.do(a, s.ports))
	}
	for _, p := range s.ports {
		if m.met(p) {
			all = append(all, m.do(a, []port{p}))
		}
	}
	return all
}

func (m *model) key() string { return fmt.Sprint(m.pc, m.length) }

// reachable returns all states from m on, itself first.
func (m *model) reachable(most int) []*model {
	all, seen := []*model{m}, map[string]bool{m.key(): true}
	for i := 0; i < len(all) && len(all) < most; i++ {
		for a := range m.programs {
			for _, n := range all[i].next(a) {
				if !seen[n.key()] {
					seen[n.key()] = true
					all = append(all, n)
				}
			}
		}
	}
	return all
}

// frame shows the state as a sampler would.
func (m *model) frame(mono time.Duration) *telemetry.Frame {
	f := &telemetry.Frame{Mono: mono}
	f.Resize(len(m.top.Actors), len(m.top.Channels))
	for c, n := range m.length {
		f.Channels.Sent[c], f.Channels.Taken[c] = uint64(100+n), 100
	}
	for a := range m.programs {
		f.Actors.State[a], f.Actors.Since[a] = telemetry.StateBusy, mono
		for _, p := range m.waits(a) {
			f.Actors.State[a], f.Actors.Since[a] = telemetry.StateWaiting, 100*time.Millisecond
			if p.sends {
				f.Actors.State[a] = telemetry.StateBlocked
				f.Channels.Awaited[p.channel] |= telemetry.AwaitsRoom
			} else {
				f.Channels.Awaited[p.channel] |= telemetry.AwaitsMessage
			}
		}
	}
	return f
}

// dead returns the actors that a Watch calls so in this state.
func (m *model) dead(t *rapid.T) map[int32]bool {
	w := New(m.top, 0)
	w.Look(m.frame(2 * time.Second))
	f := m.frame(3 * time.Second)
	dead := map[int32]bool{}
	for a := range w.dead(f) {
		dead[a] = true
	}
	told := map[int32]bool{}
	for _, s := range w.Look(f) {
		for _, a := range append(s.Actors, s.Behind...) {
			if told[a] || !dead[a] {
				t.Fatalf("actor %d is told twice, or is not dead: %+v", a, s)
			}
			told[a] = true
		}
		for i, c := range s.Channels {
			ch, to := m.top.Channels[c], s.Actors[(i+1)%len(s.Actors)]
			if !(ch.From == s.Actors[i] && ch.To == to) && !(ch.To == s.Actors[i] && ch.From == to) {
				t.Fatalf("channel %d does not lead from %d to %d", c, s.Actors[i], to)
			}
		}
	}
	if len(told) != len(dead) {
		t.Fatalf("%d of %d dead actors are told", len(told), len(dead))
	}
	return dead
}

// largest is the same by its definition: all sets of actors that wait for
// nobody but each other.
func (m *model) largest() map[int32]bool {
	n := len(m.programs)
	all := map[int32]bool{}
	for set := 1; set < 1<<n; set++ {
		ok := true
		for a := range n {
			if set&(1<<a) == 0 {
				continue
			}
			waits := m.waits(a)
			ok = ok && len(waits) > 0
			for _, p := range waits {
				other := m.top.Channels[p.channel].From
				if p.sends {
					other = m.top.Channels[p.channel].To
				}
				ok = ok && set&(1<<other) != 0
			}
		}
		for a := range n {
			if ok && set&(1<<a) != 0 {
				all[int32(a)] = true
			}
		}
	}
	return all
}

func drawModel(t *rapid.T) *model {
	n := rapid.IntRange(1, 4).Draw(t, "actors")
	m := &model{top: &telemetry.Topology{}, programs: make([][]step, n), pc: make([]int, n)}
	ports := make([][]port, n)
	for a := range n {
		m.top.Actors = append(m.top.Actors, telemetry.Actor{ID: uint32(a), Name: string(rune('a' + a))})
	}
	for c := range rapid.IntRange(1, 5).Draw(t, "channels") {
		end := rapid.IntRange(0, n-1)
		from, to := end.Draw(t, "from"), end.Draw(t, "to")
		m.top.Channels = append(m.top.Channels, telemetry.Channel{
			ID: uint32(c), Name: fmt.Sprint(c), From: int32(from), To: int32(to),
			Capacity: rapid.Uint64Range(1, 2).Draw(t, "capacity"),
		})
		ports[from], ports[to] = append(ports[from], port{c, true}), append(ports[to], port{c, false})
		m.length = append(m.length, 0)
	}
	for a := range n {
		for range rapid.IntRange(1, 3).Draw(t, "steps") {
			s := step{anyOf: rapid.Bool().Draw(t, "any"), maybe: rapid.IntRange(0, 3).Draw(t, "maybe") == 0}
			for _, p := range ports[a] {
				if rapid.Bool().Draw(t, "port") {
					s.ports = append(s.ports, p)
				}
			}
			s.anyOf = s.anyOf && len(s.ports) > 0
			m.programs[a] = append(m.programs[a], s)
		}
	}
	return m
}

// In any state of a graph that can be reached: who is called dead never acts
// again, whatever the others do; those are all that have to wait for each other;
// and when nobody can act, everybody is called dead.
func TestDeadIsWhoCannotMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		const most = 3000
		states := m.reachable(most)
		if len(states) >= most {
			t.Skip("too large to look at all of it")
		}
		at := rapid.SampledFrom(states).Draw(t, "state")
		last := states[len(states)-1]
		for _, s := range []*model{at, last} {
			dead := s.dead(t)
			if want := s.largest(); len(want) != len(dead) {
				t.Fatalf("dead are %v, want %v", dead, want)
			}
			moves := false
			for _, later := range s.reachable(most) {
				for a := range m.programs {
					can := len(later.next(a)) > 0
					moves = moves || can
					if can && dead[int32(a)] {
						t.Fatalf("actor %d was called dead in %s and acts in %s", a, s.key(), later.key())
					}
				}
			}
			if !moves && len(dead) != len(m.programs) {
				t.Fatalf("nobody can move, and only %v are called dead", dead)
			}
		}
	})
}
