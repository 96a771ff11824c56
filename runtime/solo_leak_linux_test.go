package steady

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/thread"
)

// held is what a graph may leave behind.
type held struct{ goroutines, descriptors, threads int }

func holding(t *testing.T) held {
	t.Helper()
	count := func(dir string) int {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	return held{runtime.NumGoroutine(), count("/proc/self/fd"), count("/proc/self/task")}
}

// A thousand graphs of every kind leave no goroutine, no descriptor and no
// thread behind. The Go runtime keeps some threads for later, not one per graph.
func TestAThousandGraphsHoldNothing(t *testing.T) {
	const graphs, spare = 1000, 100
	dir, err := os.MkdirTemp("", "steady") // short: the path of a socket is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for i := range 8 { // what the Go runtime and the libraries open once
		small(t, i, dir)
	}
	before := holding(t)
	for i := range graphs {
		small(t, i, dir)
	}
	var after held
	for deadline := time.Now().Add(30 * time.Second); ; {
		after = holding(t)
		if after.goroutines <= before.goroutines && after.descriptors <= before.descriptors && after.threads <= before.threads+spare {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d graphs left %+v; before: %+v", graphs, after, before)
		}
		<-time.After(time.Millisecond) // the last act of a flow or thread is after its graph has ended
	}
	t.Logf("before %+v, after %+v", before, after)
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 1 {
		t.Errorf("left in the folder of sockets: %v (%v)", entries, err)
	}
}

// small runs a graph of some actors on what the number says.
func small(t *testing.T, i int, dir string) {
	t.Helper()
	g := &Graph{Name: fmt.Sprint("small", i), Socket: Off, Metrics: Off}
	c, d := NewChan[int](g, "c", 4), NewChan[int](g, "d", 4)
	kinds := [][]Option{nil, {Solo()}, {Solo(thread.Allowed()[0])}, {Troupe("one")}, {Realtime(1)}}
	kind := kinds[i%len(kinds)]
	Source(g, "source", c, counted(10, never), kind...)
	Stage(g, "stage", c, d, stageEach(never), kinds[i/len(kinds)%4]...)
	Sink(g, "sink", d, inOrder(t, 10, never), kind...)
	var err error
	switch i % 4 {
	case 0:
		err = g.Serve(context.Background())
	case 1:
		g.Park = ParkFutex
		err = g.Serve(context.Background())
	case 2:
		err = g.Run(context.Background())
	default:
		g.Socket, g.Metrics = dir, "127.0.0.1:0"
		err = g.Run(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
}
