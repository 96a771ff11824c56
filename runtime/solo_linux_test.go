package steady

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/steadytop/steadytop/runtime/internal/thread"
)

// coresOf returns the cores of a thread of this process as the kernel writes
// them, and "" for a thread that has ended. 0 is the calling one.
func coresOf(tid int) string {
	if tid == 0 {
		tid = unix.Gettid()
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/status", tid))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(status)) {
		if list, ok := strings.CutPrefix(line, "Cpus_allowed_list:"); ok {
			return strings.TrimSpace(list)
		}
	}
	return ""
}

func TestACoreThatIsNotAllowed(t *testing.T) {
	g := &Graph{}
	g.Actor("motor", Solo(8191)).Run(nothing)
	want := `steady: actor "motor": core 8191 is not allowed: this process may use ` + thread.List(thread.Allowed())
	if err := g.Serve(context.Background()); err == nil || err.Error() != want {
		t.Errorf("Serve: %v, want %s", err, want)
	}
}

// Every flow of a pinned actor is pinned: the first, after a panic, after a
// Goexit. Nobody else is, neither meanwhile nor afterwards.
func TestOnlyThePinnedThreadIsPinned(t *testing.T) {
	core := thread.Allowed()[len(thread.Allowed())-1]
	pinned, all := strconv.Itoa(core), thread.List(thread.Allowed())
	g := &Graph{measure: true}
	runs := 0
	g.Actor("motor", Solo(core), Restart{Backoff: -1}).Run(func(a *Actor) error {
		if got := coresOf(0); got != pinned {
			t.Errorf("run %d: on core %s, want %s", runs, got, pinned)
		}
		others := make(chan string)
		go func() { others <- coresOf(0) }()
		go func() {
			runtime.LockOSThread() // asks for a new thread, and ends it
			others <- coresOf(0)
		}()
		for range 2 {
			if got := <-others; got != all {
				t.Errorf("run %d: a goroutine started by the actor is on cores %s, want %s", runs, got, all)
			}
		}
		switch runs++; runs {
		case 1:
			panic("again")
		case 2:
			return errors.New("again")
		case 3:
			runtime.Goexit()
		}
		return nil
	})
	if err := g.Serve(context.Background()); err != nil || runs != 4 {
		t.Errorf("Serve: %v after %d runs", err, runs)
	}
	if a := g.svc.Load().Topology().Actors[0]; !slices.Equal(a.Cores, []int{core}) || len(a.Notes) > 1 {
		t.Errorf("telemetry: cores %v, notes %q", a.Cores, a.Notes)
	}
	checkInvariants(t, g)
	if pinned != all {
		noThreadOn(t, pinned)
	}
}

// noThreadOn waits until no thread is pinned to the cores. The main thread is
// left out: where the Go runtime would end it, it puts it to sleep for good.
func noThreadOn(t *testing.T, cores string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		left := 0
		tasks, err := filepath.Glob("/proc/self/task/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range tasks {
			tid, _ := strconv.Atoi(filepath.Base(task))
			if tid != os.Getpid() && coresOf(tid) == cores {
				left++
			}
		}
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d threads are still on core %s", left, cores)
		}
		<-time.After(time.Millisecond)
	}
}

// A core that is lost after the start is told, and costs the actor nothing else.
func TestACoreThatIsLost(t *testing.T) {
	var log bytes.Buffer
	g := &Graph{measure: true, Logger: slog.New(slog.NewTextHandler(&log, nil))}
	runs := 0
	g.Actor("motor", Solo(thread.Allowed()[0]), Restart{Backoff: -1}).Run(func(a *Actor) error {
		if got, all := coresOf(0), thread.List(thread.Allowed()); got != all {
			t.Errorf("runs on %s, want %s", got, all)
		}
		if runs++; runs == 1 {
			runtime.Goexit() // so that it is tried again, but not told again
		}
		return nil
	})
	if err := g.prepare(false); err != nil {
		t.Fatal(err)
	}
	g.actors[0].place.own.cores = []int{8191}
	if err := g.serve(context.Background()); err != nil {
		t.Error(err)
	}
	g.journal.flush(time.Minute) // as Serve does
	const want = "not pinned to core 8191"
	if d, _ := g.svc.Load().ActorDetail(0); strings.Count(strings.Join(d.Notes, "\n"), want) != 1 {
		t.Errorf("notes: %q", d.Notes)
	}
	if n := strings.Count(log.String(), want); n != 1 {
		t.Errorf("%d lines of the log tell it:\n%s", n, &log)
	}
}

// Where it is permitted the thread has the priority, elsewhere the actor runs
// all the same and a note says why; see TestRealtimeWithoutPermission.
func TestRealtime(t *testing.T) {
	g := &Graph{measure: true}
	var policy, prio atomic.Uint32
	g.Actor("motor", Realtime(3)).Run(func(a *Actor) error {
		attr, err := unix.SchedGetAttr(0, 0)
		if err != nil {
			return err
		}
		policy.Store(attr.Policy)
		prio.Store(attr.Priority)
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		t.Fatal(err)
	}
	a := g.svc.Load().Topology().Actors[0]
	has := policy.Load() == unix.SCHED_FIFO && prio.Load() == 3
	told := strings.Contains(strings.Join(a.Notes, "\n"), "no real-time priority")
	if has == told || a.Realtime != 3 || a.Schedule != "solo" {
		t.Errorf("policy %d, priority %d, telemetry: %+v", policy.Load(), prio.Load(), a)
	}
}
