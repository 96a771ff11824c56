package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// A hog keeps an order for 700 ms, once a second at most; a stop ends that.
func TestHog(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed(h, order{id: 1}, order{id: 2}), steadytest.Collect[order](h)
		steadytest.Stage(h, in, out, work{hog: true}.run)
		h.Sleep(699 * time.Millisecond)
		out.Want()
		h.Sleep(time.Millisecond)
		out.Want(order{id: 1}, order{id: 2})
		h.Sleep(time.Second)
		in.Send(order{id: 3})
		out.Want(order{id: 1}, order{id: 2})
		h.RequestStop()
		out.Want(order{id: 1}, order{id: 2}, order{id: 3})
	})
}

// A worker declines every sixteenth order, once.
func TestWork(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		in, out := steadytest.Feed(h, order{id: 15}, order{id: 16}, order{id: 16, retried: true}), steadytest.Collect[order](h)
		steadytest.Stage(h, in, out, work{}.run)
		out.Want(order{id: 15}, order{id: 16, declined: true}, order{id: 16, retried: true})
	})
}

// What was declined goes round once more, and arrives.
func TestLoop(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		g := only(h, small, roomy(), steadytest.Send(order{id: 16}))
		declined, booked := steadytest.Tap[order](g, "eu.declined"), steadytest.Tap[order](g, "booked")
		declined.Want(order{id: 16, retried: true})
		booked.Want(order{id: 16, retried: true})
	})
}

// A region in which everything is declined, for ever, fills up and deadlocks. A
// stop has to give up on it, and the error tells who waits for what: the circle.
// The other region ends. All orders come at once, since the time of the harness
// stands still as long as one goes round; they are more than the circle holds.
func TestStuck(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		h.Grace = time.Second
		stuck := small
		stuck.stuck = true
		only(h, stuck, roomy(), steadytest.Send(slices.Repeat([]order{{id: 1}}, 100)...))
		err := h.StopError()
		var late *steady.ShutdownError
		if !errors.As(err, &late) {
			t.Fatalf("got %v, want a ShutdownError", err)
		}
		waits := map[string]string{}
		for _, a := range late.Actors {
			waits[a.Actor] = a.Reason
		}
		for actor, what := range map[string]string{"eu.route": "eu.jobs[", "eu.work.0": "eu.done[0]", "eu.check": "eu.declined"} {
			if !strings.Contains(waits[actor], what) {
				t.Errorf("%s: %q, want that it waits for %s", actor, waits[actor], what)
			}
		}
		for actor, reason := range waits {
			if strings.HasPrefix(actor, "us.") {
				t.Errorf("%s did not end: %s", actor, reason)
			}
		}
	})
}
