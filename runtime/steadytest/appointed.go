package steadytest

import "github.com/steadytop/steadytop/runtime/internal/rig"

// appointed are failures of one actor that a test has asked for.
type appointed struct {
	iterations int
	at         map[int]any // what the actor panics with, by iteration
}

// PanicAt makes an actor panic once, at the end of its n-th iteration, counted
// from 1 over all its restarts: when all was done, and nothing stands yet. In a
// simulation only boundaries count at which the actor looks up, which may be not
// all of them when its iterations are short.
func (g *Graph) PanicAt(actor string, n int) {
	g.tb.Helper()
	g.appoint(actor, n, injectedPanic{})
}

// FailAt is PanicAt for an actor that returns err instead.
func (g *Graph) FailAt(actor string, n int, err error) {
	g.tb.Helper()
	g.appoint(actor, n, rig.Failure{Err: err})
}

func (g *Graph) appoint(actor string, n int, failure any) {
	g.tb.Helper()
	i := g.actor(actor)
	if n < 1 {
		g.tb.Fatalf("steadytest: actor %q can not fail at iteration %d: they count from 1", actor, n)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.appointed == nil {
		g.appointed = map[int]*appointed{}
	}
	if g.appointed[i] == nil {
		g.appointed[i] = &appointed{at: map[int]any{}}
	}
	g.appointed[i].at[n] = failure
}

// appointment counts an iteration of an actor that has just ended, and returns what it is
// to fail with, if it is.
func (g *Graph) appointment(actor int) any {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.appointed[actor]
	if a == nil {
		return nil
	}
	a.iterations++
	return a.at[a.iterations]
}
