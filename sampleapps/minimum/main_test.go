package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
	"github.com/steadytop/steadytop/runtime/steadytest"
)

// record is an output that can be read, and that breaks if a test wants it to.
// The actor and the test are two goroutines, so it has a lock.
type record struct {
	mu      sync.Mutex
	written string
	broken  bool
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		panic("broken pipe")
	}
	r.written += string(p)
	return len(p), nil
}

func (r *record) breaks(b bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = b
}

func (r *record) want(t *testing.T, want string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.written != want {
		t.Errorf("got %q, want %q", r.written, want)
	}
}

// The heart beats once a second. The clock is that of the harness: no second
// passes in which nothing is to happen.
func TestHeart(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		out := &record{}
		h.Actor(heart{out}.run)
		h.Sleep(999 * time.Millisecond)
		out.want(t, "")
		h.Sleep(time.Millisecond)
		out.want(t, "beat 1\n")
		h.Sleep(2 * time.Second)
		out.want(t, "beat 1\nbeat 2\nbeat 3\n")
	})
}

// A stop is not a beat, and does not wait for the next one.
func TestHeartStops(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		out := &record{}
		h.Actor(heart{out}.run)
		h.Sleep(1500 * time.Millisecond)
		h.RequestStop()
		h.WantEnded("actor")
		out.want(t, "beat 1\n")
	})
}

// A heart that fails is started again, and begins to count again: what it counts
// in is a variable, and that dies with it.
func TestHeartFails(t *testing.T) {
	steadytest.Run(t, func(h *steadytest.Harness) {
		out := &record{}
		h.Actor(heart{out}.run)
		h.Sleep(2 * time.Second)
		out.breaks(true)
		h.Sleep(time.Second)
		out.breaks(false)
		h.Sleep(2 * time.Second)
		h.WantRestarts("actor", 1)
		out.want(t, "beat 1\nbeat 2\nbeat 1\n")
	})
}

// Whatever happens, and whenever it is to stop, the heart ends, and no beat comes
// twice or is left out: after one comes the next, or after a failure the first.
func TestSimulation(t *testing.T) {
	for _, kind := range []struct {
		name   string
		faults steadytest.Faults
	}{
		{"healthy", steadytest.Delays | steadytest.Jumps},
		{"failing", steadytest.Panics | steadytest.Delays | steadytest.Jumps},
	} {
		t.Run(kind.name, func(t *testing.T) {
			var out *record
			build := func(g *steady.Graph) { out = &record{}; build(g, out) }
			steadytest.Simulate(t, build, steadytest.Options{
				Seeds:  1000,
				Faults: kind.faults,
				Setup: func(g *steadytest.Graph) {
					g.Ensure(func() error { return counts(out, kind.faults&steadytest.Panics != 0) })
				},
			})
		})
	}
}

// counts says what is wrong with the beats of a heart, which may have failed.
func counts(out *record, failed bool) error {
	last := 0
	for line := range strings.Lines(out.written) {
		var beat int
		if _, err := fmt.Sscanf(line, "beat %d\n", &beat); err != nil {
			return fmt.Errorf("%q is no beat: %w", line, err)
		}
		if again := failed && beat == 1; beat != last+1 && !again {
			return fmt.Errorf("beat %d comes after beat %d", beat, last)
		}
		last = beat
	}
	return nil
}
