package steady

import (
	"strings"
	"testing"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// native returns the watched channels of a frame's topology, with the columns of
// each: all but the length is zero, whatever was in the frame before.
func native(t *testing.T, svc *service, f *telemetry.Frame) map[string]uint64 {
	t.Helper()
	svc.Sample(f)
	top, c := svc.Topology(), &f.Channels
	if len(c.Sent) != len(top.Channels) {
		t.Fatalf("%d rows for %d channels", len(c.Sent), len(top.Channels))
	}
	lengths := map[string]uint64{}
	for i, ch := range top.Channels {
		if int(ch.ID) != i {
			t.Errorf("channel %d has id %d", i, ch.ID)
		}
		if !ch.Native {
			continue
		}
		lengths[ch.Name] = c.Sent[i]
		if c.Taken[i] != 0 || c.Closed[i] || c.LatencySum[i] != 0 {
			t.Errorf("%s: taken %d, closed %v, latency %v", ch.Name, c.Taken[i], c.Closed[i], c.LatencySum[i])
		}
		for b := range c.Latency {
			if c.Latency[b][i] != 0 {
				t.Errorf("%s: bucket %d: %d", ch.Name, b, c.Latency[b][i])
			}
		}
	}
	return lengths
}

// dirty returns a frame of some other service, with something in each place.
func dirty(actors, channels int) *telemetry.Frame {
	f := &telemetry.Frame{Instance: 1, Generation: 1}
	f.Resize(actors, channels)
	c := &f.Channels
	for i := range channels {
		c.Sent[i], c.Taken[i], c.Closed[i], c.LatencySum[i] = 7, 6, true, 5
		for b := range c.Latency {
			c.Latency[b][i] = 4
		}
	}
	return f
}

// A watched channel follows those of the graph, shows its length, which also
// falls, and is nothing that the graph waits for or misses.
func TestWatch(t *testing.T) {
	jobs, none := make(chan string, 8), make(chan int)
	bubble(t, func(g *Graph) {
		Watch(g, "jobs", jobs).ReceivedBy("intake")
		Watch(g, "none", none).SentBy("end")
		work := NewChan[int](g, "work", 4)
		Source(g, "intake", work, func(a *Actor, _ *Tx[int]) error {
			svc, f := a.g.svc.Load(), dirty(2, 3)
			for _, n := range []int{0, 8, 3, 0, 5} {
				for len(jobs) > 0 {
					<-jobs
				}
				for range n {
					jobs <- "a job"
				}
				if got := native(t, svc, f); len(got) != 2 || got["jobs"] != uint64(n) || got["none"] != 0 {
					t.Errorf("%d jobs: %v", n, got)
				}
			}
			want := []telemetry.Channel{
				{ID: 0, Name: "work", Type: "int", Capacity: 4, From: 0, To: 1},
				{ID: 1, Name: "jobs", Type: "string", Capacity: 8, From: -1, To: 0, Native: true},
				{ID: 2, Name: "none", Type: "int", Capacity: 0, From: 1, To: -1, Native: true},
			}
			for i, ch := range svc.Topology().Channels {
				if ch != want[i] {
					t.Errorf("channel %+v, want %+v", ch, want[i])
				}
			}
			return nil
		})
		Sink(g, "end", work, func(_ *Actor, rx *Rx[int]) error {
			for range rx.All() {
			}
			return nil
		})
	}, noError) // with 5 jobs left
	if len(jobs) != 5 {
		t.Errorf("%d jobs left, want 5", len(jobs))
	}
}

// Ends that are watched make no loop of what is none.
func TestAWatchedChannelClosesNoLoop(t *testing.T) {
	bubble(t, func(g *Graph) {
		work := NewChan[int](g, "work", 4)
		Watch(g, "back", make(chan int, 1)).SentBy("b").ReceivedBy("a")
		Source(g, "a", work, func(*Actor, *Tx[int]) error { return nil })
		Sink(g, "b", work, func(_ *Actor, rx *Rx[int]) error {
			for range rx.All() {
			}
			return nil
		})
		t.Cleanup(func() {
			if len(g.loops) != 0 {
				t.Errorf("%d loops", len(g.loops))
			}
		})
	}, noError)
}

func TestWatchMistakes(t *testing.T) {
	g := &Graph{}
	ch := make(chan int)
	NewChan[int](g, "work", 1)
	Watch(g, "work", ch)
	Watch(g, "twice", ch)
	Watch(g, "twice", ch)
	Watch(g, "", ch)
	Watch[int](g, "nil", nil)
	Watch(g, "lost", ch).SentBy("nobody").ReceivedBy("no one")
	Watch(g, "empty", ch).SentBy("")
	Watch(g, "many", ch).SentBy("a").SentBy("b")
	err := g.Err()
	for _, want := range []string{
		`"work" is declared twice`, `"twice" is declared twice`, "watched channel 3 has no name", `"nil" is nil`,
		`"lost": there is no actor "nobody"`, `"lost": there is no actor "no one"`, `"empty": an actor at its end has no name`,
		`"many" has "a" and "b" at the same end`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q", err, want)
		}
	}
}
