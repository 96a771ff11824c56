package steady

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"
)

// messages is how many messages go through each shape of channel, and through
// the pipeline that fails. `make promises` sets it to what is promised.
func messages(t *testing.T, few int) int {
	t.Helper()
	s := os.Getenv("STEADY_MESSAGES")
	if s == "" {
		return few
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("STEADY_MESSAGES=%q: want a number of messages", s)
	}
	return n
}

// Ten million messages go through every shape of channel on every schedule, none
// is lost and none overtakes another. Where both sides park for almost each of
// them there are fewer: a fifth at capacity 3, so ten million for the five
// shapes together, and a fiftieth at capacity 1.
func TestTenMillionMessagesThroughEveryShape(t *testing.T) {
	n := messages(t, 4_000)
	for _, s := range schedules {
		for _, sh := range shapes {
			for _, capacity := range []int{1, 3, 64, 1000, 65_536} {
				t.Run(fmt.Sprintf("%s/%s/%d", s.name, sh.name, capacity), func(t *testing.T) {
					report(t, share(n, capacity), func(n int) {
						conform(t, &Graph{Park: s.park}, sh, capacity, n, 0, s.on)
					})
				})
			}
		}
		for _, sh := range pointerShapes {
			for _, capacity := range []int{1, 3, 64, 1000} {
				t.Run(fmt.Sprintf("%s/pointers %s/%d", s.name, sh.name, capacity), func(t *testing.T) {
					report(t, share(n, capacity), func(n int) {
						conform(t, &Graph{Park: s.park}, sh, capacity, n, 0, s.on)
					})
				})
			}
		}
		for _, sh := range byteShapes {
			for _, room := range [][2]int{{1, 100}, {4, 64}, {1000, 4096}} {
				t.Run(fmt.Sprintf("%s/bytes %s/%v", s.name, sh.name, room), func(t *testing.T) {
					report(t, share(n/5, room[0]), func(n int) {
						conformBytes(t, &Graph{Park: s.park}, sh, room[0], room[1], n, 0, s.on)
					})
				})
			}
		}
		for _, sh := range bundleShapes {
			for _, capacity := range []int{3, 64, 1000} {
				t.Run(fmt.Sprintf("%s/bundle %s/%d", s.name, sh.name, capacity), func(t *testing.T) {
					report(t, share(n/5, capacity), func(n int) { conformBundle(t, &Graph{Park: s.park}, sh.out, sh.in, capacity, n, s.on) })
				})
			}
		}
	}
}

// share is the part of n messages for a channel of that capacity.
func share(n, capacity int) int {
	switch {
	case capacity == 1:
		n /= 50
	case capacity < 16:
		n /= 5
	}
	return max(n, 100)
}

// report says how long n messages took.
func report(t *testing.T, n int, run func(n int)) {
	t.Helper()
	begin := time.Now()
	run(n)
	d := time.Since(begin)
	t.Logf("%d messages in %v: %v each", n, d.Round(time.Millisecond), d/time.Duration(n))
}

// conformBundle sends n messages to eight workers and back.
func conformBundle(t *testing.T, g *Graph, send outShape, take inShape, capacity, n int, on []Option) {
	t.Helper()
	const lanes = 8
	opts := func(i int) []Option { return []Option{always, on[i%len(on)]} }
	out, in := NewBundle[int](g, "out", lanes, capacity), NewBundle[int](g, "in", lanes, capacity)
	source := g.Actor("source", opts(0)...)
	tx, body := out.Tx(source), send(n, never)
	source.Run(func(a *Actor) error { return body(a, tx) })
	for i := range lanes {
		Stage(g, fmt.Sprint("worker", i), out.Lane(i), in.Lane(i), stageEach(never), opts(i+1)...)
	}
	sink := g.Actor("sink", opts(lanes+1)...)
	rx, last := in.Rx(sink), take(eachOnce(t, lanes, n), never)
	sink.Run(func(a *Actor) error { return last(a, rx) })
	if err := g.Serve(context.Background()); err != nil {
		t.Error(err)
	}
	checkInvariants(t, g)
}
