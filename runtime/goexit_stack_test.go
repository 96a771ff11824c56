package steady

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Who is named at the deadline is named with the stack of the goroutine that it
// runs on now, be it that an earlier one ended.
func TestTheStackOfAnActorThatEndedItsGoroutine(t *testing.T) {
	for _, on := range [][]Option{nil, {Solo()}, {Troupe("t")}} {
		g := &Graph{Grace: -1}
		again, release := make(chan struct{}), make(chan struct{})
		g.Actor("hangs", append(on, Restart{Backoff: -1})...).Run(func(a *Actor) error {
			if a.Regeneration() == 0 {
				runtime.Goexit()
			}
			close(again)
			hangsHere(release)
			return nil
		})
		g.Actor("stopper").Run(func(a *Actor) error {
			<-again
			a.RequestShutdown("test")
			return nil
		})
		err := g.Serve(context.Background())
		close(release)
		var down *ShutdownError
		if !errors.As(err, &down) || !slices.ContainsFunc(down.Actors, func(h Holdout) bool {
			return h.Actor == "hangs" && strings.Contains(h.Stack, "hangsHere")
		}) {
			t.Errorf("Serve: %v, with the stacks %+v", err, down)
		}
		<-g.ended
	}
}

//go:noinline
func hangsHere(c chan struct{}) { <-c }
