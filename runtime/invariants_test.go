package steady

import (
	"context"
	"testing"
	"testing/synctest"
)

// checkInvariants walks a graph that has ended.
func checkInvariants(t *testing.T, g *Graph) {
	t.Helper()
	if err := (&rigged{g: g}).CheckEnd(); err != nil {
		t.Error(err)
	}
}

// bubble runs a graph in a synctest bubble, whose leak check is that every
// goroutine ends, and checks the invariants.
func bubble(t *testing.T, build func(g *Graph), want func(t *testing.T, err error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &Graph{Name: "test", measure: true}
		build(g)
		err := g.Serve(context.Background())
		want(t, err)
		checkInvariants(t, g)
	})
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("Serve: %v", err)
	}
}
