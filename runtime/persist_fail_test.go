package steady

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// A save that fails is tried again, more and more rarely, told, and made good.
func TestAFailedSaveIsTriedAgain(t *testing.T) {
	disk := memfs.New()
	var log strings.Builder
	var tries atomic.Int64
	bubble(t, func(g *Graph) {
		g.files = disk
		g.Logger = slog.New(slog.NewTextHandler(&log, nil))
		s := NewState(g, "s", 0, Persist("/s"))
		g.Actor("a", s).Run(func(a *Actor) error {
			disk.Intercept(func(call, _ string) (fault memfs.Fault) {
				if call == "create" {
					tries.Add(1)
					fault.Err = syscall.ENOSPC
				}
				return fault
			})
			for i := range 600 { // a minute
				s.Set(i)
				a.Wait(a.After(100 * time.Millisecond))
			}
			<-time.After(time.Millisecond)
			d, _ := g.svc.Load().ActorDetail(0)
			if got := d.States[0]; got.Error != "save: create s.tmp: no space left on device" || !got.Unsaved {
				t.Errorf("detail %+v", got)
			}
			if n := tries.Load(); n < 8 || n > 11 {
				t.Errorf("%d tries in a minute", n)
			}
			disk.Intercept(nil)
			<-time.After(lastRetry)
			d, _ = g.svc.Load().ActorDetail(0)
			if v, _ := onDisk[int](t, disk, "/s", "s"); v != 599 || d.States[0].Error != "" {
				t.Errorf("%d on disk, detail %+v", v, d.States[0])
			}
			return nil
		})
	}, noError)
	if strings.Count(log.String(), "state not saved") != int(tries.Load()) || !strings.Contains(log.String(), "state saved again") {
		t.Errorf("logged %s", log.String())
	}
}

// What could not be saved at the end is the error of Serve.
func TestALastSaveThatFails(t *testing.T) {
	for _, policy := range []Sync{0, SyncOnStop} {
		disk := memfs.New()
		bubble(t, func(g *Graph) {
			g.files = disk
			s := NewState(g, "s", 0, Persist("/s", policy))
			g.Actor("a", s).Run(func(*Actor) error {
				disk.Intercept(func(string, string) memfs.Fault { return memfs.Fault{Err: syscall.EROFS} })
				s.Set(1)
				return nil
			})
		}, func(t *testing.T, err error) {
			var failed *StateError
			if !errors.As(err, &failed) || failed.Name != "s" || failed.File != "/s" || failed.Op != "save" || !errors.Is(err, syscall.EROFS) {
				t.Errorf("%v: Serve: %v", policy, err)
			}
		})
	}
	bubble(t, func(g *Graph) {
		g.files = memfs.New()
		s := NewState(g, "s", 0., Persist("/s"))
		g.Actor("a", s).Run(func(*Actor) error { s.Set(math.NaN()); return nil })
	}, func(t *testing.T, err error) {
		if err == nil || !strings.Contains(err.Error(), `state "s": save /s: json: unsupported value: NaN`) {
			t.Errorf("Serve: %v", err)
		}
	})
}

// With SyncAlways, an iteration that can not be saved fails. It is rolled back
// like any other, at each of its calls of the disk.
func TestSyncAlwaysOnADiskThatFailsAtRandom(t *testing.T) {
	const n = 1000
	for i, s := range schedules {
		t.Run(s.name, func(t *testing.T) {
			disk := memfs.New()
			var mu sync.Mutex
			fails, r := 0, rand.New(rand.NewPCG(7, uint64(i)))
			hook := func(string, string) (fault memfs.Fault) {
				mu.Lock()
				defer mu.Unlock()
				if r.IntN(100) == 0 {
					fails++
					return memfs.Fault{Err: syscall.EIO, Done: r.IntN(2) == 0}
				}
				return fault
			}
			g := &Graph{Park: s.park, files: disk}
			counts := ledger(t, g, n, r, s.on, Persist("/0", SyncAlways), Persist("/1", SyncAlways), Persist("/2", SyncAlways))
			if err := g.prepare(false); err != nil {
				t.Fatal(err)
			}
			disk.Intercept(hook)
			if err := g.serve(context.Background()); err != nil {
				t.Error(err)
			}
			disk.Intercept(nil)
			checkInvariants(t, g)
			for i, c := range counts {
				if v, _ := onDisk[int](t, disk, "/"+string(rune('0'+i)), c.about.name); v != n || c.Get() != n {
					t.Errorf("count %d: %d, on disk %d, want %d", i, c.Get(), v, n)
				}
			}
			if fails < n/4 {
				t.Errorf("%d failures of the disk", fails)
			}
		})
	}
}

// failAt makes the k-th call of a kind fail, the first being 1.
func failAt(disk *memfs.FS, call, name string, k int64, fault memfs.Fault) {
	var seen atomic.Int64
	disk.Intercept(func(c, n string) memfs.Fault {
		if c == call && n == name && seen.Add(1) == k {
			return fault
		}
		return memfs.Fault{}
	})
}

func TestSyncAlwaysGivesUpAsRestartSays(t *testing.T) {
	disk := memfs.New()
	bubble(t, func(g *Graph) {
		g.files = disk
		s := NewState(g, "s", 0, Persist("/s", SyncAlways))
		g.Actor("a", s, Restart{Never: true}).Run(func(a *Actor) error {
			failAt(disk, "fsync", "s.tmp", 1, memfs.Fault{Err: syscall.EDQUOT})
			s.Set(1)
			a.Commit()
			t.Error("the iteration went on")
			return nil
		})
	}, func(t *testing.T, err error) {
		var actor *ActorError
		var state *StateError
		if !errors.As(err, &actor) || !errors.As(actor.Err, &state) || !errors.Is(err, syscall.EDQUOT) || errors.As(err, new(*PanicError)) {
			t.Errorf("Serve: %v", err)
		}
	})
}

// Failures of the disk, back-offs and a limit: nothing escapes the supervision.
func TestSyncAlwaysOnADiskThatIsFull(t *testing.T) {
	tries := 0
	bubble(t, func(g *Graph) {
		disk := memfs.New()
		g.files = disk
		s := NewState(g, "s", 0, Persist("/s", SyncAlways))
		g.Actor("a", s, Restart{Max: 3, Backoff: time.Second}).Run(func(a *Actor) error {
			disk.Intercept(func(string, string) memfs.Fault { return memfs.Fault{Err: syscall.ENOSPC} })
			tries++
			s.Set(tries)
			if tries%2 == 0 {
				return syscall.ENOSPC // before it comes to a save
			}
			a.Wait(a.After(time.Hour))
			return nil
		})
	}, func(t *testing.T, err error) {
		var actor *ActorError
		if !errors.As(err, &actor) || actor.Failures != 4 || !errors.Is(err, syscall.ENOSPC) || tries != 4 {
			t.Errorf("after %d tries: Serve: %v", tries, err)
		}
	})
}
