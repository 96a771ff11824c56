package steady

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/steadytop/steadytop/runtime/internal/statefile/memfs"
)

// A save that failed is no fault of the message that was handled: none is set
// aside for it, and it counts for Restart, whether the body sees it or not.
func TestTheDiskIsNoFaultOfAMessage(t *testing.T) {
	for _, wrapped := range []bool{false, true} {
		for _, max := range []int{2, 100} {
			t.Run(fmt.Sprint(wrapped, max), func(t *testing.T) { noLetters(t, wrapped, max) })
		}
	}
}

func noLetters(t *testing.T, wrapped bool, max int) {
	const n = 30
	disk, letters := memfs.New(), 0
	bubble(t, func(g *Graph) {
		g.files = disk
		c, dead := NewChan[int](g, "c", 4), NewChan[DeadLetter[int]](g, "dead", 4)
		s := NewState(g, "s", 0, Persist("/s", SyncAlways))
		Poison(c, 2, dead)
		Source(g, "source", c, counted(n, never))
		Sink(g, "sink", c, func(a *Actor, in *Rx[int]) (err error) {
			defer func() {
				if v, ok := recover().(error); ok {
					err = fmt.Errorf("the body: %w", v)
				}
			}()
			for v := range in.All() {
				if v == 5 && g.sched.Now() < time.Second {
					disk.Intercept(func(string, string) memfs.Fault { return memfs.Fault{Err: syscall.ENOSPC} })
				} else {
					disk.Intercept(nil)
				}
				s.Set(s.Get() + 1)
				if wrapped {
					a.Commit()
				}
			}
			return nil
		}, s, Restart{Max: max})
		Sink(g, "archive", dead, func(_ *Actor, in *Rx[DeadLetter[int]]) error {
			for range in.All() {
				letters++
			}
			return nil
		})
	}, func(t *testing.T, err error) {
		var failed *ActorError
		var state *StateError
		if max == 2 && (!errors.As(err, &failed) || failed.Failures != 3 || !errors.As(err, &state)) {
			t.Errorf("Serve: %v", err)
		} else if max > 2 && err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	if letters != 0 {
		t.Errorf("%d messages were set aside", letters)
	}
}
