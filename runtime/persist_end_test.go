package steady

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile"
	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// What an iteration had saved before another of its states could not be saved is
// put back, on disk too, and so is what a failed save may have left there; even
// if the actor never ends after that.
func TestARollbackReachesTheDisk(t *testing.T) {
	for name, fail := range map[string]func(disk *memfs.FS){
		"the second state fails": func(d *memfs.FS) { failAt(d, "create", "two.tmp", 1, memfs.Fault{Err: syscall.EIO}) },
		"it fails after rename":  func(d *memfs.FS) { failAt(d, "dirsync", "/", 2, memfs.Fault{Err: syscall.EIO}) },
		"the rename says failed": func(d *memfs.FS) { failAt(d, "rename", "two", 1, memfs.Fault{Err: syscall.EIO, Done: true}) },
	} {
		for _, hangs := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { rollsBack(t, fail, hangs) })
			})
		}
	}
}

func rollsBack(t *testing.T, fail func(disk *memfs.FS), hangs bool) {
	disk, release := memfs.New(), make(chan struct{})
	g := &Graph{files: disk, Grace: time.Second}
	one, two := NewState(g, "one", 0, Persist("/one", SyncAlways)), NewState(g, "two", 0, Persist("/two", SyncAlways))
	three := NewState(g, "three", 0, Persist("/three"))
	g.Actor("a", one, two, three, always).Run(func(a *Actor) error {
		if a.Regeneration() > 0 {
			if one.Get() != 1 || two.Get() != 1 || three.Get() != 1 {
				t.Errorf("after the failure: %d %d %d", one.Get(), two.Get(), three.Get())
			}
			if hangs {
				a.RequestShutdown("test")
				<-release
			}
			return nil
		}
		for i := range 2 {
			one.Set(i + 1)
			two.Set(i + 1)
			three.Set(i + 1)
			a.Commit()
			<-time.After(time.Millisecond) // three has been saved: its calls are not counted
			fail(disk)
		}
		t.Error("the second iteration stood")
		return nil
	})
	if err := g.Serve(context.Background()); hangs != (err != nil) || errors.As(err, new(*StateError)) {
		t.Errorf("Serve: %v", err)
	}
	disk.Intercept(nil)
	for _, file := range []string{"one", "two", "three"} {
		if v, _ := onDisk[int](t, disk, "/"+file, file); v != 1 {
			t.Errorf("%s is %d on disk", file, v)
		}
	}
	close(release)
}

// unlocked reports whether the graph has let go of a file.
func unlocked(disk *memfs.FS, path, name string) bool {
	s, _, err := statefile.Open(statefile.Options{FS: disk, Path: path, Name: name, Encoding: statefile.JSON})
	if err == nil {
		_ = s.Close()
	}
	return err == nil
}

// Of an actor that does not end, the last boundary is saved, and nothing that
// it does after the deadline.
func TestStateOfAnActorThatNeverReturned(t *testing.T) {
	for _, policy := range []Sync{0, SyncEvery(time.Hour), SyncAlways, SyncOnStop} {
		synctest.Test(t, func(t *testing.T) {
			disk, release := memfs.New(), make(chan struct{})
			g := &Graph{files: disk, Grace: time.Second}
			s := NewState(g, "s", 0, Persist("/s", policy))
			g.Actor("hangs", s).Run(func(a *Actor) error {
				for i := range 10 {
					s.Set(i)
					a.Commit()
				}
				a.Wait(a.After(time.Millisecond))
				a.RequestShutdown("test")
				s.Set(100)
				<-release
				for i := range 10 {
					s.Set(101 + i)
					a.Commit()
				}
				return nil
			})
			var down *ShutdownError
			if err := g.Serve(context.Background()); !errors.As(err, &down) || errors.As(err, new(*StateError)) {
				t.Errorf("%v: Serve: %v", policy, err)
			}
			if d := g.sched.Now(); d > time.Second+2*linger {
				t.Errorf("%v: Serve returned after %v", policy, d)
			}
			_, last := onDisk[int](t, disk, "/s", "s")
			check := func(when string) {
				if v, n := onDisk[int](t, disk, "/s", "s"); v != 9 || n != last || !unlocked(disk, "/s", "s") {
					t.Errorf("%v, %s: %d on disk in generation %d; free: %v", policy, when, v, n, unlocked(disk, "/s", "s"))
				}
			}
			check("at the end")
			close(release)
			synctest.Wait()
			check("when the actor goes on")
		})
	}
}

func init() {
	// An actor that does not stop, with a state that is saved on stop.
	children["keeper"] = func() {
		g := &Graph{Name: "keeper"}
		s := NewState(g, "s", 0, Persist(filepath.Join(os.Getenv("STEADYTOP_DIR"), "s"), SyncOnStop))
		g.Actor("keeper", s).Run(func(a *Actor) error {
			s.Set(42)
			a.Wait(a.After(0))
			fmt.Println("ready")
			for a.Running(Vote("never", func() bool { return false })) {
				a.Wait(a.Every(time.Hour))
			}
			return nil
		})
		if err := g.Run(context.Background()); err != nil {
			log.Fatal(err)
		}
	}
}

// A second SIGINT leaves the states a moment.
func TestSecondSigintSavesStates(t *testing.T) {
	c := start(t, "keeper")
	for c.Process.Signal(os.Interrupt) == nil && !waited(c.Process.Pid) {
		<-time.After(time.Millisecond) // see TestSecondSigintEndsAtOnce
	}
	if code := c.exit(t); code != exitInterrupted {
		t.Errorf("exit code %d; stderr: %s", code, c.stderr.String())
	}
	g := &Graph{}
	s := NewState(g, "s", 0, Persist(filepath.Join(c.dir, "s")))
	g.Actor("a", s).Run(quiet)
	if err := g.Serve(context.Background()); err != nil || s.Get() != 42 {
		t.Errorf("loaded %d: %v", s.Get(), err)
	}
}

// Nothing that such an actor does while the last save is under way is saved.
func TestAnActorThatGoesOnDuringTheLastSave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := memfs.New()
		g := &Graph{files: disk, Grace: time.Second}
		s := NewState(g, "s", 0, Persist("/s", SyncOnStop))
		g.Actor("late", s).Run(func(a *Actor) error {
			disk.Intercept(func(call, _ string) memfs.Fault {
				if call == "fsync" {
					<-time.After(time.Second)
				}
				return memfs.Fault{}
			})
			a.RequestShutdown("test")
			s.Set(9)
			a.Commit()
			<-time.After(time.Second + linger + time.Second/2)
			s.Set(100)
			a.Commit()
			return nil
		})
		if err := g.Serve(context.Background()); err == nil || errors.As(err, new(*StateError)) {
			t.Errorf("Serve: %v", err)
		}
		disk.Intercept(nil)
		if v, n := onDisk[int](t, disk, "/s", "s"); v != 9 || n != 1 {
			t.Errorf("%d on disk in generation %d", v, n)
		}
	})
}

// A disk that does not answer does not hold the end: Serve says so, and the lock
// stays until that save is over.
func TestADiskThatHangsAtTheEnd(t *testing.T) {
	// With SyncAlways the actor hangs in its iteration, which has not happened.
	for policy, late := range map[Sync]int{0: maxSaves + 1, SyncAlways: 1} {
		synctest.Test(t, func(t *testing.T) {
			disk, release := memfs.New(), make(chan struct{})
			g := &Graph{files: disk, Grace: 10 * time.Second}
			s := NewState(g, "s", 0, Persist("/s", policy))
			more := make([]*State[int], maxSaves) // more than are written at a time
			spec := []Option{s}
			for i := range more {
				more[i] = NewState(g, fmt.Sprint(i), 0, Persist(fmt.Sprint("/", i)))
				spec = append(spec, more[i])
			}
			g.Actor("a", spec...).Run(func(a *Actor) error {
				disk.Intercept(func(call, _ string) memfs.Fault {
					if call == "fsync" {
						<-release
					}
					return memfs.Fault{}
				})
				a.RequestShutdown("test")
				for _, m := range more {
					m.Set(1)
				}
				s.Set(1)
				return nil
			})
			err := g.Serve(context.Background())
			if n := strings.Count(fmt.Sprint(err), errLate.Error()); n != late {
				t.Errorf("%v: %d states are late: %v", policy, n, err)
			}
			if d := g.sched.Now(); d != 10*time.Second+lastSave && d != 10*time.Second+lastSave+linger {
				t.Errorf("%v: Serve returned after %v", policy, d)
			}
			if unlocked(disk, "/s", "s") {
				t.Errorf("%v: the lock is free during the save", policy)
			}
			close(release)
			synctest.Wait()
			if v, _ := onDisk[int](t, disk, "/s", "s"); v != 1 || !unlocked(disk, "/s", "s") {
				t.Errorf("%v: after the save: %d, free: %v", policy, v, unlocked(disk, "/s", "s"))
			}
		})
	}
}
