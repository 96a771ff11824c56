package steady

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// A body that recovers from a failed save goes on with its iteration: what that
// has set is still to be saved before anyone sees what it sent, be it in the
// same state, in another one of the actor, or set after the recovery.
func TestARecoveredSaveIsStillOwed(t *testing.T) {
	for _, fails := range []string{"first", "second"} {
		for _, again := range []bool{false, true} {
			for _, lazy := range []Sync{SyncAlways, SyncEvery(1)} {
				t.Run(fmt.Sprint(fails, again, lazy), func(t *testing.T) { recovers(t, fails, again, lazy) })
			}
		}
	}
}

func recovers(t *testing.T, fails string, again bool, lazy Sync) {
	disk := memfs.New()
	bubble(t, func(g *Graph) {
		g.files = disk
		one := NewState(g, "first", 0, Persist("/first", lazy))
		two := NewState(g, "second", 0, Persist("/second", SyncAlways))
		in, out := NewChan[int](g, "in", 4), NewChan[int](g, "out", 4)
		Source(g, "source", in, func(a *Actor, out *Tx[int]) error {
			for i := range 4 {
				if err := out.Send(i); err != nil {
					return err
				}
				a.Wait(a.After(time.Second)) // the sink sees it before the next one
			}
			return nil
		})
		Stage(g, "stage", in, out, func(a *Actor, in *Rx[int], out *Tx[int]) error {
			commit := func() (err error) {
				defer func() {
					if v := recover(); v != nil {
						err = v.(error)
					}
				}()
				a.Commit()
				return nil
			}
			for v := range in.All() {
				if v == 2 {
					failAt(disk, "fsync", fails+".tmp", 1, memfs.Fault{Err: syscall.EIO})
				}
				n := 10 * v
				one.Set(n)
				two.Set(n)
				if v == 2 && (lazy == SyncAlways || fails == "second") {
					if err := commit(); !errors.Is(err, syscall.EIO) {
						t.Errorf("the commit: %v", err)
					}
					if again {
						n++
						one.Set(n)
						two.Set(n)
					}
				}
				if err := out.Send(n); err != nil {
					return err
				}
			}
			return nil
		}, one, two)
		Sink(g, "sink", out, func(_ *Actor, in *Rx[int]) error {
			for v := range in.All() {
				for _, name := range []string{"first", "second"} {
					if n, _ := onDisk[int](t, disk, "/"+name, name); n < v && (name == "second" || lazy == SyncAlways) {
						t.Errorf("seen %d, %s on disk %d", v, name, n)
					}
				}
			}
			return nil
		})
	}, noError)
	for _, name := range []string{"first", "second"} {
		if n, _ := onDisk[int](t, disk, "/"+name, name); n != 30 {
			t.Errorf("%s on disk: %d at the end", name, n)
		}
	}
}

// An iteration that recovers from a failed save and fails after that goes back,
// on disk, too.
func TestARecoveredSaveIsRolledBack(t *testing.T) {
	disk := memfs.New()
	bubble(t, func(g *Graph) {
		g.files = disk
		one := NewState(g, "one", 0, Persist("/one", SyncAlways))
		two := NewState(g, "two", 0, Persist("/two", SyncAlways))
		g.Actor("a", one, two).Run(func(a *Actor) error {
			if a.Regeneration() > 0 {
				if one.Get() != 1 || two.Get() != 1 {
					t.Errorf("they went back to %d and %d", one.Get(), two.Get())
				}
				return nil
			}
			one.Set(1)
			two.Set(1)
			a.Commit()
			failAt(disk, "fsync", "two.tmp", 1, memfs.Fault{Err: syscall.EIO})
			one.Set(2)
			two.Set(2)
			func() {
				defer func() { _ = recover() }()
				a.Commit()
			}()
			one.Set(3)
			return errors.New("on purpose")
		})
	}, noError)
	for _, name := range []string{"one", "two"} {
		if v, _ := onDisk[int](t, disk, "/"+name, name); v != 1 {
			t.Errorf("%s is %d on disk", name, v)
		}
	}
}
