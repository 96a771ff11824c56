package steadytest

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/internal/rig"
)

// Step is one thing that a mock does.
type Step struct {
	what string
	bind func(a *rig.Actor) ([]act, error)
}

// act is a part of a step that is one iteration.
type act struct {
	do    func(a *steady.Actor) error
	fails bool // it is over although it fails
}

// Mock puts a script in the place of an actor's body, before the graph runs. The
// mock has the ports, the name and the options of the actor. It takes one step
// after another, each message an iteration of its own, and goes on where it was
// when it is started again after a failure. After the last step it takes what
// still comes from its inputs, and ends when they have ended; a source ends at
// once, see Hold.
//
// A step that does not fit the ports of the actor is fatal. The test fails if the
// graph ends before the script.
func Mock(g *Graph, actor string, steps ...Step) {
	g.tb.Helper()
	g.early("Mock")
	i := g.actor(actor)
	if g.mocked[i] {
		g.tb.Fatalf("steadytest: actor %q is mocked already", actor)
	}
	if g.mocked == nil {
		g.mocked = map[int]bool{}
	}
	g.mocked[i] = true
	m := &mock{g: g, name: actor, steps: steps, done: steady.NewState(g.g, "steps of the mock of "+actor, 0)}
	for n, s := range steps {
		acts, err := s.bind(&g.actors[i])
		if err != nil {
			g.tb.Fatalf("steadytest: mock of %q: step %d: %s: %v", actor, n+1, s.what, err)
		}
		for range acts {
			m.of = append(m.of, n)
		}
		m.acts = append(m.acts, acts...)
	}
	m.inputs = g.actors[i].In
	g.rig.Replace(i, m.body, m.done)
	g.Ensure(m.finished)
}

type mock struct {
	g      *Graph
	name   string
	steps  []Step
	acts   []act
	of     []int // the step that an act is part of
	inputs []rig.Port
	done   *steady.State[int] // acts
}

func (m *mock) body(a *steady.Actor) error {
	for i := m.done.Get(); i < len(m.acts); i++ {
		m.done.Set(i + 1)
		if m.acts[i].fails {
			a.Commit()
		}
		err := m.acts[i].do(a)
		var unexpected *unexpectedError
		if errors.As(err, &unexpected) {
			m.g.problem(fmt.Errorf("mock of %q: step %d: %s: %w", m.name, m.of[i]+1, m.steps[m.of[i]].what, err))
		} else if err != nil {
			return err
		}
		a.Commit()
	}
	return discard(a, m.inputs)
}

// finished says whether the script was played to its end.
func (m *mock) finished() error {
	n := m.done.Get()
	if n == len(m.acts) {
		return nil
	}
	s := m.of[n]
	return fmt.Errorf("mock of %q: it ended before step %d: %s", m.name, s+1, m.steps[s].what)
}

// discard takes and forgets what comes, until all inputs have ended.
func discard(a *steady.Actor, ports []rig.Port) error {
	votes := make([]steady.Ballot, len(ports))
	conds := make([]steady.Cond, len(ports))
	for i, p := range ports {
		in := p.End.(interface {
			Drained() steady.Ballot
			Avail(n int) steady.Cond
		})
		votes[i], conds[i] = in.Drained(), in.Avail(1)
	}
	for len(ports) > 0 && a.Running(votes...) {
		i := a.WaitAny(conds...)
		if i < 0 {
			continue
		}
		switch in := ports[i].End.(type) {
		case *steady.ByteRx:
			in.TryTake()
		case interface{ Release(n int) }:
			in.Release(1)
		}
	}
	return nil
}

// Send sends values, to the only output of the actor that takes them.
func Send[T any](values ...T) Step { return SendTo("", values...) }

// SendTo sends values to one of several outputs, which is told by the name of its
// channel.
func SendTo[T any](channel string, values ...T) Step {
	return Step{what: words("Send", channel, values), bind: func(a *rig.Actor) ([]act, error) {
		end, err := find[T](a.Out, "outputs", channel)
		if err != nil {
			return nil, err
		}
		tx := end.(interface{ Send(T) error })
		var acts []act
		for _, v := range values {
			acts = append(acts, act{do: func(*steady.Actor) error { return tx.Send(v) }})
		}
		return acts, nil
	}}
}

// Expect takes as many messages as there are values, from the only input of the
// actor that brings such, and fails the test if they are others.
func Expect[T any](values ...T) Step { return ExpectFrom("", values...) }

// ExpectFrom is Expect for one of several inputs, which is told by the name of
// its channel.
func ExpectFrom[T any](channel string, values ...T) Step {
	return Step{what: words("Expect", channel, values), bind: func(a *rig.Actor) ([]act, error) {
		end, err := find[T](a.In, "inputs", channel)
		if err != nil {
			return nil, err
		}
		in := end.(interface{ All() iter.Seq[T] })
		var acts []act
		for _, v := range values {
			acts = append(acts, act{do: func(*steady.Actor) error { return expect(in.All(), v) }})
		}
		return acts, nil
	}}
}

// unexpectedError is a failure of the test, and not of the mock.
type unexpectedError struct{ text string }

func (e *unexpectedError) Error() string { return e.text }

func expect[T any](all iter.Seq[T], want T) error {
	for got := range all {
		if !reflect.DeepEqual(got, want) {
			return &unexpectedError{unlike(got, want)}
		}
		return nil // the message is taken by the Commit that follows
	}
	return &unexpectedError{fmt.Sprintf("got nothing more, want %v", want)}
}

// forever is longer than any test.
const forever = 1 << 62 * time.Nanosecond

// find returns the end of a channel with messages of type T.
func find[T any](ports []rig.Port, kind, channel string) (any, error) {
	want := reflect.TypeFor[T]()
	var found []any
	var there []string
	for _, p := range ports {
		there = append(there, fmt.Sprintf("%s of %v", p.Name, p.Type))
		if p.Type == want && (channel == "" || channel == p.Name) {
			found = append(found, p.End)
		}
	}
	list := "it has no " + kind
	if len(there) > 0 {
		list = "its " + kind + " are " + strings.Join(there, ", ")
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("no channel fits: %s", list)
	default:
		return nil, fmt.Errorf("name one of several channels: %s", list)
	}
}

// Sleep lets d pass, or less if a stop is requested.
func Sleep(d time.Duration) Step {
	return single("Sleep "+d.String(), act{do: func(a *steady.Actor) error {
		a.Wait(a.After(d))
		return nil
	}})
}

// Hold waits until a stop is requested.
func Hold() Step {
	return single("Hold", act{do: func(a *steady.Actor) error {
		for a.Running() {
			a.Wait(a.After(forever))
		}
		return nil
	}})
}

// Panic panics with v.
func Panic(v any) Step {
	return single(fmt.Sprintf("Panic %v", v), act{fails: true, do: func(*steady.Actor) error { panic(v) }})
}

// Fail returns err.
func Fail(err error) Step {
	return single(fmt.Sprintf("Fail %v", err), act{fails: true, do: func(*steady.Actor) error { return err }})
}

// Do calls f, which may do with the actor and its ports what a body may: receive
// and answer, for example. It is one iteration, unless f commits.
func Do(what string, f func(a *steady.Actor, p *Ports) error) Step {
	return Step{what: what, bind: func(actor *rig.Actor) ([]act, error) {
		p := &Ports{of: actor}
		return []act{{do: func(a *steady.Actor) (err error) {
			defer p.recovered(&err)
			return f(a, p)
		}}}, nil
	}}
}

func single(what string, a act) Step {
	return Step{what: what, bind: func(*rig.Actor) ([]act, error) { return []act{a}, nil }}
}

func words[T any](verb, channel string, values []T) string {
	if channel != "" {
		verb += " " + channel
	}
	if len(values) > 8 {
		return fmt.Sprintf("%s %v and %d more", verb, values[:8], len(values)-8)
	}
	return fmt.Sprintf("%s %v", verb, values)
}
