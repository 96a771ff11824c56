package publish

import (
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steadytop/steadytop/internal/wire"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// TestStalledClientsChangeNothing attaches 100 viewers of a large graph, half
// of which ask for a stream and never read.
func TestStalledClientsChangeNothing(t *testing.T) {
	const half, frames = 50, 30
	svc := newFake(1000)
	for i := range svc.top.Actors {
		svc.top.Actors[i].Name = strings.Repeat("x", 200) // fills the buffers at once
	}
	s := serve(t, svc, func(o *Options) { o.Interval = 50 * time.Millisecond })
	before := runtime.NumGoroutine()
	for range half {
		c, err := net.Dial("unix", s.SocketPath())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "GET /v1/frames HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for range half {
		c := client(t, s)
		wg.Go(func() {
			resp, err := c.Get("http://steadytop/v1/frames")
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = resp.Body.Close() }()
			r := wire.NewReader(resp.Body, wire.Limits{})
			for n := 0; n < frames; {
				// Not decoded: fifty of them would keep the machine busy.
				kind, _, err := r.Next()
				if err != nil {
					t.Errorf("after %d frames: %v", n, err)
					return
				}
				if kind == wire.KindKeyframe || kind == wire.KindDelta {
					n++
				}
			}
		})
	}
	wg.Wait()
	if n := runtime.NumGoroutine() - before; n > 2*2*half+2*half+20 {
		t.Errorf("%d goroutines for %d clients", n, 2*half)
	}
	svc.mu.Lock()
	gaps := slices.Clone(svc.gaps)
	svc.mu.Unlock()
	slices.Sort(gaps)
	// The machine that runs the test may be busy; what must not happen is a
	// sample that waits for a client, which would take until its deadline.
	if worst := gaps[len(gaps)-1]; worst > writeTime/2 {
		t.Errorf("samples were %v apart at worst, %v as a rule", worst, gaps[len(gaps)/2])
	}
	s.conns.wait(5*writeTime, func(c *conns) int { return max(0, len(c.all)-half) })
	s.conns.mu.Lock()
	left := len(s.conns.all)
	s.conns.mu.Unlock()
	if left > half {
		t.Errorf("%d connections are left: stalled clients are not dropped", left)
	}
}

// TestStalledClientsDoNotDelayTheEnd: it is told to those who listen within
// its time.
func TestStalledClientsDoNotDelayTheEnd(t *testing.T) {
	svc := newFake(1000)
	s := serve(t, svc)
	c, err := net.Dial("unix", s.SocketPath())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, strings.Repeat("GET /v1/topology HTTP/1.1\r\nHost: localhost\r\n\r\n", 50)); err != nil {
		t.Fatal(err)
	}
	resp, err := client(t, s).Get("http://steadytop/v1/frames")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	told := make(chan error, 1)
	go func() {
		var v viewer
		r := wire.NewReader(resp.Body, wire.Limits{})
		for {
			rec, err := v.next(t, r)
			if err != nil || rec.end != nil {
				told <- err
				return
			}
		}
	}()
	begin := time.Now()
	s.End(telemetry.End{Instance: svc.top.Instance, Clean: true})
	if d := time.Since(begin); d > 5*endTime { // the machine may be busy
		t.Errorf("End took %v", d)
	}
	if err := <-told; err != nil {
		t.Error(err)
	}
}
